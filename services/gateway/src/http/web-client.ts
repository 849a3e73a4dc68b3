import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import express, { type RequestHandler, type Response, Router } from 'express';

const YEAR = 'public, max-age=31536000, immutable';
const NOTE = 'Brook is running. The web client is not built: run "npm run build", or set WEB_ROOT to where it lies.\n';

/**
 * Serves the built web client: assets with a hash in their name for ever, everything else fresh, and the page itself for every path
 * that a browser opens. Without a built client, a plain note.
 */
export function webClient(root: string): Router {
  const folder = resolve(root);
  const page = join(folder, 'index.html');
  const router = Router();
  if (!existsSync(page)) {
    router.get('/', (_req, res) => void res.type('text/plain').send(NOTE));
    return router;
  }
  const assets = `${join(folder, 'assets')}${sep}`;
  const setHeaders = (res: Response, file: string) => res.setHeader('Cache-Control', file.startsWith(assets) ? YEAR : 'no-cache');
  router.use(express.static(folder, { index: false, redirect: false, cacheControl: false, setHeaders }));
  router.get('/{*path}', pageForBrowsers(page));
  return router;
}

/** Answers what a person opens in a browser; for scripts a missing path, and for everybody a missing file, stays missing. */
function pageForBrowsers(page: string): RequestHandler {
  return (req, res, next) => {
    const isFile = /\.[a-z0-9]+$/i.test(req.path) || req.path.startsWith('/assets/');
    const isPage = req.path === '/' || req.get('accept')?.includes('text/html');
    if (isFile || !isPage) return next();
    res.sendFile(page, { cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  };
}
