import { z } from 'zod';
import type { Device } from './device.ts';

/**
 * The rooms whose key was given to the network and has not certainly gone out. What is sealed for a device can be read there only as long as few
 * other messages went both ways meanwhile, so such a key is never sent later.
 */
const name = 'unsent';
const rooms = z.array(z.string()).catch([]);

const read = (device: Device): string[] => rooms.parse(JSON.parse(device.note(name) ?? '[]'));

export const isUnsent = (device: Device, room: string): boolean => read(device).includes(room);

/** Stored together with what the next call changes. */
export function noteUnsent(device: Device, room: string, unsent: boolean): void {
  const known = read(device);
  if (known.includes(room) === unsent) return;
  const now = unsent ? [...known, room] : known.filter(one => one !== room);
  device.setNote(name, JSON.stringify(now));
}
