import { internalUrl, ownerEnv } from '@brook/common/config';
import type { z } from 'zod';

/** The environment of the rooms service. */
export const roomsEnv = ownerEnv.extend({
  /** Internal base URL of the messages service: heads and changes that were missed. */
  MESSAGES_URL: internalUrl,
  /** Internal base URL of the users service: profiles of people who did not send the command. */
  USERS_URL: internalUrl,
});
export type RoomsEnv = z.infer<typeof roomsEnv>;
