import type { WelcomeFrame } from '@brook/common/contracts';

/** What a client's connection is doing. */
export type ConnectionState =
  /** `connect` was not called yet, or `disconnect` was. */
  | { status: 'idle' }
  /** Opening the socket and greeting. `attempt` counts failures in a row, from 0. */
  | { status: 'connecting'; attempt: number }
  | { status: 'online'; welcome: WelcomeFrame }
  /** Waiting for the next attempt; `retryAt` is a Unix time in milliseconds, `code` the last close code. */
  | { status: 'waiting'; attempt: number; retryAt: number; code: number }
  /** For good: the server does not want this client back (`code`), or nobody is signed in. */
  | { status: 'closed'; code: number; reason: string };
