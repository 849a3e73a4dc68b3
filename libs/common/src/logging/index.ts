import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Fields that must never reach a log, wherever they stand one or two levels deep. */
const SECRETS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'hash',
  'INTERNAL_KEY',
  'TOKEN_KEYS',
];
const redact = {
  paths: [...SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), 'req.headers', 'res.headers'],
  censor: '[redacted]',
};

/**
 * A JSON logger for one process. Secrets are redacted by name; message text is never handed to it. Lines are written at
 * once: pino's own default hands them to the thread pool, and the one under way at `process.exit` would come after those
 * that follow it, or never.
 */
export function createLogger(
  options: { service: string; level: string },
  destination: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service, pid: process.pid },
      redact,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    destination,
  );
}
