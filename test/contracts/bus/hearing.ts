import { expect, it } from 'vitest';
import type { DomainEvent } from '../../../src/core/events/event.ts';
import { bench, closed, type OpenBus, said } from './bench.ts';

export function hearingContract(open: OpenBus): void {
  it('hands an event to a subscriber after publish has returned, with the time', async () => {
    const { bus, clock, hear, until } = bench(open);
    const heard: DomainEvent[] = [];
    const { begun } = hear({ handle: async event => void heard.push(event) });
    const event = said('a', 1);
    bus.publish([event]);
    expect(begun).toEqual([]);
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ ...event, timestamp: clock.now() }]);
  });

  it('hands an event to each group that wants its topic, once, and to no other', async () => {
    const { bus, hear, until, settle } = bench(open);
    const first = hear({ group: 'first' });
    const second = hear({ group: 'second', topics: ['Messages', 'ChatEvents'] });
    const third = hear({ group: 'third', topics: ['Floor'] });
    bus.publish([said('a', 1), closed('a')]);
    await until(() => first.ended.length >= 1 && second.ended.length >= 2);
    await settle();
    expect([first.begun, second.begun, third.begun]).toEqual([['a/1'], ['a/1', 'left'], []]);
  });

  it('hands over the events of a key in order and one at a time, and those of other keys meanwhile', async () => {
    const { bus, hear, until, settle } = bench(open);
    const gate = Promise.withResolvers<void>();
    const { begun, ended } = hear({ handle: event => (event.key === 'test:a' ? gate.promise : Promise.resolve()) });
    bus.publish([said('a', 1), said('a', 2), said('b', 1)]);
    bus.publish([said('b', 2), said('a', 3)]);
    await until(() => ended.length === 2);
    await settle();
    expect(begun.filter(name => name.startsWith('a'))).toEqual(['a/1']);
    gate.resolve();
    await until(() => ended.length === 5);
    expect(ended.filter(name => name.startsWith('a'))).toEqual(['a/1', 'a/2', 'a/3']);
    expect(ended.filter(name => name.startsWith('b'))).toEqual(['b/1', 'b/2']);
  });

  it('does not hold up one group because of another', async () => {
    const { bus, hear, until } = bench(open);
    hear({ group: 'stuck', handle: () => new Promise(() => undefined) });
    const { ended } = hear({ group: 'quick' });
    bus.publish([said('a', 1), said('a', 2)]);
    await until(() => ended.length === 2);
  });

  it('takes a group once in a process, and only sensible numbers', () => {
    const { hear } = bench(open);
    hear({ group: 'a' });
    expect(() => hear({ group: 'a' })).toThrow(TypeError);
    for (const bad of [0, -1, 1.5, Number.NaN]) {
      expect(() => hear({ group: 'b', attempts: bad })).toThrow(TypeError);
      expect(() => hear({ group: 'b', most: bad })).toThrow(TypeError);
    }
  });

  it('says that events are kept when all groups that must not miss any have handled them', async () => {
    const { bus, hear, until, settle } = bench(open);
    const gate = Promise.withResolvers<void>();
    hear({ group: 'a', handle: () => gate.promise });
    hear({ group: 'page', durable: false, handle: () => new Promise(() => undefined) });
    let kept = false;
    void bus.keep([said('a', 1), said('b', 1)]).then(() => {
      kept = true;
    });
    await settle();
    gate.resolve();
    await until(() => kept);
  });

  it('says so at once where nobody must not miss them, and does not wait for ever', async () => {
    const { bus, clock, hear } = bench(open);
    await bus.keep([said('a', 1)]);
    hear({ handle: () => new Promise(() => undefined) });
    const kept = bus.keep([said('a', 2)]);
    await clock.advance(10_000);
    await kept;
  });
}
