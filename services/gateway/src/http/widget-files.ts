import { join, resolve } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/** The loader keeps its name, so pages ask for it again soon; the panel's name changes with its content. */
const SHORT = 'public, max-age=300';
const YEAR = 'public, max-age=31536000, immutable';

/** Serves the widget and the visitor counter to pages of every site, and the demo blog at /demo. */
export function widgetFiles(root: string): Router {
  const folder = resolve(root);
  const router = Router();
  for (const name of ['widget.js', 'counter.js'])
    router.get(`/${name}`, anySite, (_req, res, next) => {
      res.sendFile(join(folder, name), { cacheControl: false, headers: { 'Cache-Control': SHORT } }, (err) => err && next());
    });
  const options = { index: false, redirect: false, cacheControl: false } as const;
  const setHeaders = (res: express.Response) => void res.setHeader('Cache-Control', YEAR);
  router.use('/widget', anySite, express.static(join(folder, 'widget'), { ...options, setHeaders }));
  router.get('/demo', (req, res, next) => (req.path === '/demo' ? res.redirect(301, '/demo/') : next()));
  const fresh = (res: express.Response) => {
    res.setHeader('Cache-Control', 'no-cache');
    // The window in which a visitor signs in has to find its way back.
    res.setHeader('Cross-Origin-Opener-Policy', 'same-origin-allow-popups');
  };
  router.use(
    '/demo',
    korean(express.static(join(folder, 'demo/ko'), { redirect: false, cacheControl: false, setHeaders: fresh })),
  );
  router.use('/demo', express.static(join(folder, 'demo'), { redirect: false, cacheControl: false, setHeaders: fresh }));
  return router;
}

/** Asks a handler only for browsers that would rather read Korean than English. */
const korean =
  (handler: RequestHandler): RequestHandler =>
  (req, res, next) => {
    res.vary('Accept-Language');
    if (req.acceptsLanguages('en', 'ko') === 'ko') handler(req, res, next);
    else next();
  };

/** What is public may be loaded from everywhere; none of it depends on who asks. */
const anySite: RequestHandler = (_req, res, next) => {
  if (!res.hasHeader('Access-Control-Allow-Origin')) res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  next();
};
