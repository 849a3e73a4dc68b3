import { createHttpApp, type HealthCheck, notFoundHandler, problemHandler, readiness } from '@brook/common/http';
import express, { type Express } from 'express';
import type { GatewayContext } from './context.js';
import { apiRoutes } from './http/api.js';
import { corsHeaders } from './http/cross-origin.js';
import { githubRoutes } from './http/routes/github-login.js';
import { tokenKeyRoutes } from './http/routes/token-keys.js';
import { securityHeaders } from './http/security-headers.js';
import { webClient } from './http/web-client.js';
import { widgetFiles } from './http/widget-files.js';

export interface PublicAppOptions {
  context: GatewayContext;
  /** What `/readyz` asks: the whole path of a message. */
  checks: HealthCheck[];
  /** Folder of the built web client. */
  webRoot: string;
  /** Folder of the built widget. */
  widgetRoot: string;
}

/** The public app of the gateway; never listens by itself. Headers come first, so that every refusal carries them. */
export function createApp({ context, checks, webRoot, widgetRoot }: PublicAppOptions): Express {
  const inner = createHttpApp(context.logger);
  inner.get('/healthz', (_req, res) => void res.json({ status: 'ok' }));
  inner.get('/readyz', readiness(checks));
  inner.use(tokenKeyRoutes(context));
  if (context.githubLogin) inner.use(githubRoutes(context, context.githubLogin));
  inner.use('/api/v1', apiRoutes(context));
  inner.use('/api', notFoundHandler);
  inner.use(widgetFiles(widgetRoot));
  inner.use(webClient(webRoot));
  inner.use(notFoundHandler);
  inner.use(problemHandler);
  const app = express();
  app.disable('x-powered-by');
  app.use(securityHeaders(), corsHeaders(context.origins), inner);
  return app;
}
