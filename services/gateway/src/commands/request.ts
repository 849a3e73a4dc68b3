import type { User } from '@brook/common/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { CheckOptions, Source } from '../access/room-access.js';

/** Who asks for a command, and how the request is known. */
export interface Requester {
  actor: User;
  /** The client's own id of this write: its Idempotency-Key, or what stands for it on a socket. */
  idempotencyKey?: string | undefined;
  /** The client's address. */
  ip?: string | undefined;
  /** Request id. */
  trace?: string | undefined;
  /** How fresh a cached right must be; `readModel` unless told. */
  from?: Source;
}

/** Options of a check of rights for this requester. */
export const checkOptions = ({ actor, trace, from = 'readModel' }: Requester): CheckOptions => ({
  admin: actor.role === 'admin',
  from,
  trace,
});

/**
 * The key under which the owner keeps the command's result. It names what the command does and to what, so that one client key
 * used for two different writes does not answer the second with the first. Without a client key every request is its own.
 */
export function commandKey({ idempotencyKey }: Requester, ...target: (string | number)[]): string {
  return [...target, idempotencyKey ?? uuidv7()].join(' ');
}
