import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import { pinoHttp } from 'pino-http';
import { v7 as uuidv7 } from 'uuid';
import { LIMITS, REQUEST_ID_HEADER } from '../contracts/index.js';
import type { Logger } from '../logging/index.js';

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/**
 * An Express app with what each of ours needs: no fingerprint, a request id on every request (taken over from a
 * well-formed X-Request-Id, and returned), a log line per request at debug, JSON bodies of up to 256 KiB.
 * The caller adds routes, then `notFoundHandler` and `problemHandler`.
 */
export function createHttpApp(logger: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(requestLog(logger));
  const type = ['application/json', 'application/*+json'];
  app.use(express.json({ limit: LIMITS.bodyBytes, strict: false, type, verify: requireUtf8 }));
  return app;
}

/** Bytes that are no UTF-8 would be stored as other characters than were sent. The parser makes a fault of its own of what is thrown. */
function requireUtf8(_req: IncomingMessage, _res: ServerResponse, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) throw new SyntaxError('the body is not UTF-8');
}

function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (req, res) => {
      const given = req.headers[REQUEST_ID_HEADER];
      const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : uuidv7();
      res.setHeader(REQUEST_ID_HEADER, id);
      return id;
    },
    // A refusal that is not our fault is the caller's to see; probes ask every second and tell in their answer.
    customLogLevel: (_req, res) => (res.statusCode === 500 ? 'warn' : 'debug'),
    autoLogging: { ignore: (req) => req.url === '/healthz' || req.url === '/readyz' },
    serializers: {
      req: (req: { id: unknown; method: string; url: string }) => ({
        id: req.id,
        method: req.method,
        path: req.url.split('?')[0],
      }),
      res: (res: { statusCode: number }) => ({ status: res.statusCode }),
    },
  });
}
