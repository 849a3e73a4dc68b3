import { AppError, parse } from '@brook/common/errors';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { GatewayContext } from '../context.js';
import type { LoginState } from '../login/login-state.js';

/** What a login for the widget is begun with. */
export type WidgetLogin = NonNullable<LoginState['widget']>;

const query = z.object({
  site: z.string().max(256).optional(),
  language: z.enum(['en', 'ko']).catch('en'),
});

/** The site whose widget opened this window; undefined for a login of this server's own pages. @throws AppError `validation_failed` */
export function askedBy(req: Request): WidgetLogin | undefined {
  const { site, language } = parse(query, req.query);
  return site === undefined ? undefined : { site, language };
}

/** @throws AppError `forbidden` unless the settings let visitors of this origin sign in */
export function assertMaySignIn(
  { origins, widget }: Pick<GatewayContext, 'origins' | 'widget'>,
  req: Request,
  site: string | undefined,
): void {
  if (!widget.settings.signIn) throw new AppError('forbidden', 'visitors do not sign in here');
  const isOrigin = site !== undefined && URL.canParse(site) && new URL(site).origin === site;
  if (!isOrigin || !origins.hosts(site, req)) throw new AppError('forbidden', 'this site may not ask for it');
}

/**
 * Answers with a page of the window, under its own policy. It must keep its tie to the page that opened it, which the
 * headers of all other pages cut.
 */
export function sendWindow(res: Response, { html, policy }: { html: string; policy: string }): void {
  res.setHeader('Content-Security-Policy', policy);
  res.setHeader('Cross-Origin-Opener-Policy', 'unsafe-none');
  res.type('html').send(html);
}
