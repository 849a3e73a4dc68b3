import type { Brook, RememberedRoom, Subscription } from '@brook/sdk';
import type { RoomList } from '../rooms/room-list';
import { keep, loadKept } from './database';

/** Rooms whose messages are kept. */
const ROOMS = 20;
/** A room that is busy is written at most this often. */
const EVERY_MS = 1_000;

interface KeptRoom {
  at: number;
  room: RememberedRoom;
}

let kept = new Map<string, unknown>();
let unwritten = new Map<string, unknown>();
let timer: ReturnType<typeof setTimeout> | undefined;

const listKey = (userId: string): string => `list/${userId}`;
const roomKey = (userId: string, roomId: string): string => `room/${userId}/${roomId}`;

/** Reads what the last visit left; before the first page is drawn. Without a storage nothing is remembered. */
export async function recall(): Promise<void> {
  try {
    kept = await loadKept();
  } catch {
    // A private window may have no storage: the pages then wait for the server, as they would at a first visit.
    kept = new Map();
  }
}

function remember(key: string, value: unknown): void {
  if (value === undefined) kept.delete(key);
  else kept.set(key, value);
  unwritten.set(key, value);
  timer ??= setTimeout(() => void write(), EVERY_MS);
}

async function write(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const entries = unwritten;
  unwritten = new Map();
  try {
    if (entries.size > 0) await keep(entries);
  } catch {
    // Nothing that was not kept is lost: it is all on the server.
  }
}

/** One's rooms as they were at the last visit. */
export const rememberedList = (userId: string): RoomList | undefined => kept.get(listKey(userId)) as RoomList | undefined;

export const rememberList = (userId: string, list: RoomList): void => remember(listKey(userId), list.slice(0, 200));

/** A room as it was when one last looked at it. */
export const rememberedRoom = (userId: string | undefined, roomId: string): RememberedRoom | undefined =>
  userId === undefined ? undefined : (kept.get(roomKey(userId, roomId)) as KeptRoom | undefined)?.room;

/** Keeps the room up to date in the storage until the function it returns is called. */
export function rememberLater(brook: Brook, subscription: Subscription): () => void {
  const userId = brook.user?.id;
  if (userId === undefined) return () => undefined;
  const save = () => {
    const room = subscription.memory();
    if (room) remember(roomKey(userId, subscription.roomId), { at: Date.now(), room } satisfies KeptRoom);
  };
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      save();
    }, 500);
  };
  const off = subscription.on('change', later);
  const leaving = () => {
    save();
    void write();
  };
  window.addEventListener('pagehide', leaving);
  return () => {
    off();
    clearTimeout(waiting);
    window.removeEventListener('pagehide', leaving);
    save();
    trim(userId);
  };
}

function trim(userId: string): void {
  const rooms = [...kept].filter(([key]) => key.startsWith(`room/${userId}/`)) as [string, KeptRoom][];
  for (const [key] of rooms.sort(([, a], [, b]) => b.at - a.at).slice(ROOMS)) remember(key, undefined);
}

/** Forgets everything, e.g. because one logs out on a machine that is not one's own. */
export function forgetAll(): void {
  for (const key of [...kept.keys()]) remember(key, undefined);
  void write();
}
