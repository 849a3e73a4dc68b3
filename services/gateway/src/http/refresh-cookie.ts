import type { IncomingMessage } from 'node:http';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Response } from 'express';

export const REFRESH_COOKIE = 'brook_refresh';
const PATH = '/api/v1/sessions';
/** As long as the users service keeps an unused session: 30 days. */
const MAX_AGE_SECONDS = 30 * 24 * 60 * 60;

/** Hands the refresh token to the browser where no script can read it. `secure`: the browser speaks TLS with us. */
export function setRefreshCookie(res: Response, token: string, secure: boolean): void {
  res.append('Set-Cookie', cookie(token, MAX_AGE_SECONDS, secure));
}

export function clearRefreshCookie(res: Response, secure: boolean): void {
  res.append('Set-Cookie', cookie('', 0, secure));
}

/** One cookie of a request. */
export const readCookie = (req: IncomingMessage, name: string): string | undefined =>
  req.headers.cookie === undefined ? undefined : parseCookie(req.headers.cookie)[name];

const cookie = (value: string, maxAge: number, secure: boolean): string =>
  stringifySetCookie({ name: REFRESH_COOKIE, value, maxAge, path: PATH, httpOnly: true, sameSite: 'strict', secure });
