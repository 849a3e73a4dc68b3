import { AVATAR_ORIGINS } from '@brook/common/contracts';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Headers that keep a browser from doing what no page of ours needs: only our own scripts, styles and sockets, and people's pictures. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        imgSrc: ["'self'", 'data:', ...AVATAR_ORIGINS],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
    // Subdomains may be other people's; over plain HTTP browsers ignore the header.
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  }) as RequestHandler;
}
