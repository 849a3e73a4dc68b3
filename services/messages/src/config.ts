import { internalUrl, ownerEnv } from '@brook/common/config';

/** The environment of the messages service. */
export const messagesEnv = ownerEnv.extend({ ROOMS_URL: internalUrl });
