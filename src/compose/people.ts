import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Main } from '../cli/main-functions.ts';
import { bridgeName, foreignMember, type MemberId } from '../core/ids.ts';
import { exportAll, exportPerson } from '../orchestrator/people/export-data.ts';
import { beginForgetting, endForgetting, type ForgetPass, forgetOnce } from '../orchestrator/people/forget-person.ts';
import type { Store } from '../ports/store.ts';
import { systemClock } from '../system-clock.ts';
import { noInstallation } from './no-installation.ts';
import { withStore } from './open-store.ts';

const clock = systemClock;
/** Answers in the making end in this time, or the person is told to ask again. */
const mostPasses = 10;
const pauseMs = 2_000;

/** `@mara:example.org` is somebody on Matrix. */
const memberAt = (address: string): MemberId => foreignMember(bridgeName('matrix'), address);

export const exportData: Main['exportData'] = ({ config, person, write }) =>
  withStore({ config, clock }, async store => {
    if (store === null) throw noInstallation(config);
    let count = 0;
    for await (const stored of person === null ? exportAll(store) : exportPerson(store, memberAt(person))) {
      await write(stored);
      count += 1;
    }
    return count;
  });

export const forgetPerson: Main['forgetPerson'] = ({ config, person: address, isTrial, signal }) =>
  withStore({ config, clock }, async store => {
    if (store === null) throw noInstallation(config);
    const person = memberAt(address);
    if (isTrial) return forgetOnce(store, { person, address, standIn: '@forgotten' }, true);
    return forget(store, person, signal);
  });

/** Until nothing is left that is about the person. Broken off, the same goes on. */
async function forget(store: Store, person: MemberId, signal: AbortSignal): Promise<ForgetPass> {
  const forgetting = await beginForgetting(store, person, randomBytes(6).toString('hex'));
  const first = await forgetOnce(store, forgetting, false);
  let last = first;
  for (let passes = 1; passes < mostPasses && !isClean(last); passes += 1) {
    if (last.unfinished > 0) await pause(pauseMs, undefined, { signal });
    signal.throwIfAborted();
    last = await forgetOnce(store, forgetting, false);
  }
  if (isClean(last)) await endForgetting(store, forgetting, clock.now());
  return { touched: first.touched, unfinished: last.unfinished };
}

const isClean = ({ touched, unfinished }: ForgetPass): boolean => unfinished === 0 && Object.keys(touched).length === 0;
