import type { Requester } from '../commands/request.js';
import type { OpenSession } from './open-session.js';
import type { SocketContext } from './socket-context.js';

/**
 * Who asks for a command through a socket. Clients count their frames anew on every connection, so a frame's id is a key
 * together with the connection's. Rights may come from what the feed told this gateway.
 */
export async function requesterOf(
  { profiles }: Pick<SocketContext, 'profiles'>,
  session: OpenSession,
  frameId: string | undefined,
): Promise<Requester> {
  const trace = frameId === undefined ? session.connection.id : `${session.connection.id}.${frameId}`;
  const idempotencyKey = frameId === undefined ? undefined : trace;
  return { actor: await profiles.user(session.userId), idempotencyKey, ip: session.connection.ip, trace, from: 'memory' };
}
