import { AppError } from '@brook/common/errors';
import type { RequestHandler } from 'express';
import { REFRESH_COOKIE, readCookie } from './refresh-cookie.js';
import type { OriginRule } from './origin-rule.js';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, X-Request-Id';
const ANSWER_HEADERS = 'Retry-After, X-Request-Id';
const PREFLIGHT_SECONDS = '600';

/** Sets the CORS headers for listed origins, and without credentials for the widget's sites, and answers their preflights. Stands before everything that may refuse. */
export function corsHeaders(origins: OriginRule): RequestHandler {
  return (req, res, next) => {
    res.vary('Origin');
    const listed = origins.listed(req);
    const origin = listed ?? origins.site(req);
    if (origin === undefined) return next();
    res.setHeader('Access-Control-Allow-Origin', origin);
    if (listed !== undefined) res.setHeader('Access-Control-Allow-Credentials', 'true');
    res.setHeader('Access-Control-Expose-Headers', ANSWER_HEADERS);
    if (req.method !== 'OPTIONS' || req.headers['access-control-request-method'] === undefined) return next();
    res.setHeader('Access-Control-Allow-Methods', METHODS);
    res.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS);
    res.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
    res.status(204).end();
  };
}

/**
 * Refuses a foreign Origin on whatever uses or makes credentials: an access token, the refresh cookie, and every write
 * (a log-in from another site would sign the visitor in as somebody else).
 */
export function refuseForeignOrigin(origins: OriginRule): RequestHandler {
  return (req, _res, next) => {
    const reads = req.method === 'GET' || req.method === 'HEAD';
    const credentials = req.headers.authorization !== undefined || readCookie(req, REFRESH_COOKIE) !== undefined;
    if ((credentials || !reads) && !origins.permits(req)) throw new AppError('forbidden', 'this Origin is not allowed');
    next();
  };
}
