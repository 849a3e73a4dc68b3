import { ConfigError } from '@brook/common/config';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { createAdmin, type NewAdmin } from './create-admin.js';

/**
 * Makes the configured admin when there is none yet; several replicas may try at once. An account that somebody signed
 * up under this name is never promoted.
 * @throws ConfigError when the name belongs to an account that is no admin
 */
export async function ensureFirstAdmin(context: UsersContext, admin: NewAdmin): Promise<void> {
  if ((await context.accounts.countAdmins()) > 0) return;
  try {
    const user = await createAdmin(context, admin);
    context.logger.info({ userId: user.id }, 'first admin created');
  } catch (err) {
    if (!(err instanceof AppError && err.code === 'username_taken')) throw err;
    if ((await context.accounts.countAdmins()) > 0) return;
    throw new ConfigError('ADMIN_USERNAME: the name belongs to an account that is no admin; choose another one');
  }
}
