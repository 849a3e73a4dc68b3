import type { Requester } from '../commands/request.js';
import type { OpenSession } from './open-session.js';
import type { SocketContext } from './socket-context.js';

/**
 * Who asks for a command through a socket. Every frame is a command of its own: a client may use one `id` for two
 * different edits, and only `message.send` names its write, by its clientId. Rights may come from what the feed told this
 * gateway.
 */
export async function requesterOf(
  { profiles }: Pick<SocketContext, 'profiles'>,
  session: OpenSession,
  frameId: string | undefined,
): Promise<Requester> {
  const trace = frameId === undefined ? session.connection.id : `${session.connection.id}.${frameId}`;
  return { actor: await profiles.user(session.userId), ip: session.connection.ip, trace, from: 'memory' };
}
