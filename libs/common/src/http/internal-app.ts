import { createHash, timingSafeEqual } from 'node:crypto';
import { type Express, type RequestHandler, Router } from 'express';
import { INTERNAL_KEY_HEADER, type ServiceMeta } from '../contracts/index.js';
import { AppError } from '../errors/index.js';
import type { Logger } from '../logging/index.js';
import type { Registry } from '../metrics/index.js';
import { createHttpApp } from './app.js';
import { notFoundHandler, problemHandler } from './problem.js';

/** A named part that /readyz asks; throws or rejects with the reason when it is not well. */
export type HealthCheck = { name: string; check: () => Promise<void> | void };

export interface InternalAppOptions {
  logger: Logger;
  metrics: Registry;
  internalKey: string;
  checks: HealthCheck[];
  /** Routes under /internal, behind the shared key. */
  routes?: Router;
  meta?: () => ServiceMeta;
}

/**
 * The app of a service's internal port: `/healthz` (the process runs), `/readyz` (every check passes, else 503 naming
 * what fails), `/metrics`, and `/internal/*` behind the shared key.
 */
export function createInternalApp(options: InternalAppOptions): Express {
  const app = createHttpApp(options.logger);
  app.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));
  app.get('/readyz', readiness(options.checks));
  app.get('/metrics', async (_req, res) => {
    res.type(options.metrics.contentType).send(await options.metrics.metrics());
  });
  const internal = Router();
  internal.use(requireInternalKey(options.internalKey));
  const { meta, routes } = options;
  if (meta) internal.get('/meta', (_req, res) => void res.json(meta()));
  if (routes) internal.use(routes);
  app.use('/internal', internal);
  app.use(notFoundHandler);
  app.use(problemHandler);
  return app;
}

/** Answers 200 when all checks pass within 2 s, else 503 with the reason of each that does not. */
export function readiness(checks: HealthCheck[]): RequestHandler {
  return async (_req, res) => {
    const faults: Record<string, string> = {};
    await Promise.all(
      checks.map(async ({ name, check }) => {
        try {
          await withDeadline(check, 2_000);
        } catch (err) {
          faults[name] = err instanceof Error ? err.message : String(err);
        }
      }),
    );
    const ready = Object.keys(faults).length === 0;
    res.status(ready ? 200 : 503).json(ready ? { status: 'ready' } : { status: 'not ready', faults });
  };
}

async function withDeadline(check: HealthCheck['check'], ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([check(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest();

function requireInternalKey(key: string): RequestHandler {
  const expected = digest(key);
  return (req, _res, next) => {
    if (!timingSafeEqual(expected, digest(req.get(INTERNAL_KEY_HEADER) ?? ''))) throw new AppError('unauthenticated');
    next();
  };
}
