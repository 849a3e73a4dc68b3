import type { CommandRefusal, ReplyEntry } from '../contracts/index.js';
import type { RedisClient } from '../redis/index.js';
import type { Command } from './command.js';
import { toFlat } from './entries.js';
import { commonScript } from './script.js';

const publishScript = commonScript('publish');
const warmScript = commonScript('warm');

/** A change of a versioned hash in the read model; see scripts/publish.lua. */
export interface Patch {
  key: string;
  version: number;
  ttlSeconds: number;
  /** `patch` changes a hash that exists, `replace` stores it whole, `drop` removes it. */
  mode: 'patch' | 'replace' | 'drop';
  set?: Record<string, string>;
  remove?: string[];
}

/** What becomes visible when a batch is done. */
export interface Publication {
  /** Entries of the event stream, in order. */
  entries: object[];
  patches: Patch[];
  /** Ids of the commands that are finished. */
  finished: string[];
}

/** The answer to a command; nothing when nobody waits for one. */
export function reply(to: Command['replyTo'], outcome: { ok: unknown } | { error: CommandRefusal }): ReplyEntry[] {
  if (!to) return [];
  const ok = 'ok' in outcome;
  return [{ type: 'reply', ...to, status: ok ? 'ok' : 'error', body: JSON.stringify(ok ? outcome.ok : outcome.error) }];
}

/** Publishes atomically, in one round trip. @throws what Redis answers; nothing or all of it was done, maybe unknown which */
export async function publish(
  client: RedisClient,
  streams: { events: string; commands: string },
  publication: Publication,
): Promise<void> {
  const args: (string | number)[] = [publication.entries.length];
  for (const entry of publication.entries) pushList(args, toFlat(entry));
  pushList(args, publication.finished);
  args.push(publication.patches.length);
  for (const patch of publication.patches) {
    args.push(patch.key, patch.version, patch.ttlSeconds, patch.mode);
    pushList(args, toFlat(patch.set ?? {}));
    pushList(args, patch.remove ?? []);
  }
  await publishScript.run(client, [streams.events, streams.commands], args);
}

/** Stores a versioned hash that was just read from the database. @returns false when something newer is known */
export async function warmHash(
  client: RedisClient,
  key: string,
  value: { version: number; ttlSeconds: number; fields: Record<string, string> },
): Promise<boolean> {
  return (await warmScript.run(client, [key], [value.version, value.ttlSeconds, ...toFlat(value.fields)])) === 1;
}

function pushList(args: (string | number)[], list: string[]): void {
  args.push(list.length);
  for (const item of list) args.push(item);
}
