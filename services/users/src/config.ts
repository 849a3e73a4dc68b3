import { ownerEnv } from '@brook/common/config';
import { password, username } from '@brook/common/contracts';
import type { z } from 'zod';
import { tokenKeys } from './credentials/token-keys.js';

const adminEnv = ownerEnv.extend({
  /** JSON Web Key Set with Ed25519 keys; the first signs, all verify. */
  TOKEN_KEYS: tokenKeys,
  /** The first admin, made at boot if there is none. */
  ADMIN_USERNAME: username.optional(),
  ADMIN_PASSWORD: password.optional(),
});

/** The environment of the users service. */
export const usersEnv = adminEnv.superRefine((env, context) => {
  if ((env.ADMIN_USERNAME === undefined) === (env.ADMIN_PASSWORD === undefined)) return;
  const missing = env.ADMIN_USERNAME === undefined ? 'ADMIN_USERNAME' : 'ADMIN_PASSWORD';
  context.addIssue({ code: 'custom', path: [missing], message: 'ADMIN_USERNAME and ADMIN_PASSWORD go together' });
});
export type UsersEnv = z.infer<typeof usersEnv>;
