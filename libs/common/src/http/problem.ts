import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { ERRORS, type Problem } from '../contracts/index.js';
import { AppError } from '../errors/index.js';
import { isOutage } from './outage.js';

interface BodyParserFault {
  type?: string;
  status?: number;
}

/** After this long it makes sense to ask again what a store could not do. */
const OUTAGE_RETRY_MS = 1_000;

/**
 * What a thrown value means to the caller: our own refusals as they are, body-parser's faults translated, a database or a
 * Redis that is away `unavailable`, else `internal`.
 */
export function toAppError(err: unknown): AppError {
  if (err instanceof AppError) return err;
  const { type, status } = (err ?? {}) as BodyParserFault;
  if (type === 'entity.too.large') return new AppError('payload_too_large', 'the body is larger than 256 KiB', { cause: err });
  if (type?.startsWith('entity.') || type?.startsWith('encoding.') || type?.startsWith('charset.') || type === 'request.aborted')
    return new AppError('validation_failed', 'the body is not valid JSON', { cause: err });
  if (err instanceof URIError || status === 400)
    return new AppError('validation_failed', 'the path is not valid', { cause: err });
  if (isOutage(err)) return new AppError('unavailable', undefined, { cause: err, retryAfterMs: OUTAGE_RETRY_MS });
  return new AppError('internal', ERRORS.internal.title, { cause: err });
}

/** A refusal as the body and the headers of its answer (RFC 9457). */
export function problemOf(error: AppError, requestId: string): { headers: Record<string, string>; body: string } {
  const problem: Problem = {
    type: `urn:brook:error:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.message,
    requestId,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
  };
  const headers = {
    'Content-Type': 'application/problem+json; charset=utf-8',
    ...(error.retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }),
    // RFC 9110 has every 401 name a way in.
    ...(error.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
  };
  return { headers, body: JSON.stringify(problem) };
}

/** Answers a refusal as `application/problem+json`. */
export function sendProblem(req: Request, res: Response, error: AppError): void {
  const { headers, body } = problemOf(error, String(req.id));
  res.status(error.status).set(headers).send(body);
}

/** Last handler of every app: turns whatever was thrown into a problem; unexpected faults are logged with their stack. */
export const problemHandler: ErrorRequestHandler = (err: unknown, req, res, next) => {
  const error = toAppError(err);
  if (error.code === 'internal') req.log.error({ err }, 'request failed');
  else if (error.code === 'unavailable') req.log.warn({ err }, 'request could not be done now');
  if (res.headersSent) next(err);
  else sendProblem(req, res, error);
};

/** For paths that no route answers. */
export const notFoundHandler: RequestHandler = (req) => {
  throw new AppError('not_found', `there is no ${req.method} ${req.originalUrl.split('?')[0]}`);
};
