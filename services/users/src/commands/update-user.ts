import { type CommandData, updateMeBody, type UsersChanges } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import type { CommandContext, CommandResult } from '@brook/common/streams';
import { toUser, updateProfile } from '../domain/account.js';
import { lockAccount, saveProfile } from '../repositories/account-repository.js';
import type { Db } from '../repositories/prisma.js';

/**
 * Handles `user.update`: changes the actor's own display name or avatar and answers `{user}`; nothing is announced when
 * nothing changes.
 * @throws AppError `validation_failed`, `forbidden`, `not_found`
 */
export async function updateUser(
  { tx, actor, key }: CommandContext<Db>,
  data: CommandData<'users', 'user.update'>,
): Promise<CommandResult<UsersChanges>> {
  const update = parse(updateMeBody, data);
  if (actor.id !== key) throw new AppError('forbidden');
  const account = await lockAccount(tx, key);
  if (account === null) throw new AppError('not_found');
  const updated = updateProfile(account, update);
  if (updated === null) return { reply: { user: toUser(account) } };
  await saveProfile(tx, updated);
  const user = toUser(updated);
  return { reply: { user }, changes: [{ type: 'user.updated', key, data: { user } }] };
}
