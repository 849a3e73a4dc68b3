import { callsOf, type Mentions } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';
import { checkOptions, type Requester } from './request.js';

type Deps = Pick<GatewayContext, 'access' | 'profiles'>;

/**
 * Whom a text mentions: the people whose names stand in it, and the whole room where its writer may call it. A name that
 * nobody has, and `@room` from a plain member, are text and no fault.
 * @returns undefined for nobody
 * @throws AppError `unavailable` or `timeout` when a name could not be looked up
 */
export async function findMentions(
  { access, profiles }: Deps,
  requester: Pick<Requester, 'actor' | 'trace'>,
  { roomId, text }: { roomId: string; text: string },
): Promise<Mentions | undefined> {
  if (!text.includes('@')) return undefined;
  const { trace } = requester;
  const calls = callsOf(text);
  const [room, ...found] = await Promise.all([
    calls.room && mayCall(access, requester, roomId),
    ...calls.people.map((names) => firstOf(profiles, names, trace)),
  ]);
  const users = [...new Map(found.flatMap((user) => (user ? [[user.id, user] as const] : []))).values()];
  return room || users.length > 0 ? { users, room } : undefined;
}

const mayCall = async (access: Deps['access'], requester: Pick<Requester, 'actor' | 'trace'>, roomId: string): Promise<boolean> =>
  (await unlessRefused(access.check(requester.actor.id, roomId, 'message.mention_room', checkOptions(requester)))) !== undefined;

async function firstOf(
  profiles: Deps['profiles'],
  names: string[],
  trace: string | undefined,
): Promise<Mentions['users'][number] | undefined> {
  for (const name of names) {
    const person = await unlessRefused(profiles.byName(name, trace));
    if (person) return { id: person.id, username: person.username };
  }
  return undefined;
}

/** Undefined where the answer is no; what could not be asked stays an error. */
async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (err) {
    if (err instanceof AppError && err.status < 500) return undefined;
    throw err;
  }
}
