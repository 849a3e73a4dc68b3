import type { Credentials, Device } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import type { Account } from '../domain/account.js';
import { asTarget } from '../domain/audit.js';
import { draftSession, handOut } from './open-session.js';

export interface OpenFor {
  account: Account;
  device: Device;
  /** The hash that the password was checked against; null where another provider vouched. */
  checkedHash: string | null;
  /** How the person proved who they are. */
  by: string;
}

/**
 * Opens a session of an account that exists, for somebody who has proved to be its owner.
 * @throws AppError `blocked`; `invalid_credentials` when the password was replaced meanwhile
 */
export async function openFor(context: UsersContext, { account, device, checkedHash, by }: OpenFor): Promise<Credentials> {
  const draft = draftSession(account.id, device, context.now());
  const line = { actor: account, target: asTarget(account), detail: { by }, ip: device.ip };
  const outcome = await context.sessions.open(draft.session, checkedHash, { ...line, action: 'session.opened' });
  switch (outcome) {
    case 'opened':
      return handOut(context, { account, ...draft });
    case 'blocked':
      await context.audit.record({ ...line, action: 'session.refused', detail: { by, why: 'blocked' } }, context.now());
      throw new AppError('blocked');
    case 'stale':
      throw new AppError('invalid_credentials');
    default:
      return outcome satisfies never;
  }
}
