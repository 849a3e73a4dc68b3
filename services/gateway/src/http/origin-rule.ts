import type { IncomingMessage } from 'node:http';
import { REFRESH_COOKIE, readCookie } from './refresh-cookie.js';
import type { RemoteParty } from './remote-party.js';

export interface OriginRuleOptions {
  /** Origins as `URL.origin` writes them. */
  allowed: readonly string[];
  /** Sites that the widget may run on. */
  sites: { allows(origin: string): boolean };
  remote: Pick<RemoteParty, 'host' | 'secure'>;
}

/** Whether a browser's page may talk to this gateway with a person's credentials; one rule for REST and the socket. */
export class OriginRule {
  readonly #allowed: ReadonlySet<string>;
  readonly #sites: OriginRuleOptions['sites'];
  readonly #remote: OriginRuleOptions['remote'];

  constructor({ allowed, sites, remote }: OriginRuleOptions) {
    this.#allowed = new Set(allowed);
    this.#sites = sites;
    this.#remote = remote;
  }

  /**
   * True without an Origin (no browser), from the request's own host and from a listed origin; from a site of the widget
   * where the request carries no cookie of ours: the widget keeps its own session, and never uses this server's.
   */
  permits(req: IncomingMessage): boolean {
    const { origin } = req.headers;
    if (origin === undefined || this.#isOwn(origin, req) || this.#allowed.has(origin)) return true;
    return this.#sites.allows(origin) && readCookie(req, REFRESH_COOKIE) === undefined;
  }

  /** The Origin if the widget may run there, for CORS headers without credentials. */
  site(req: IncomingMessage): string | undefined {
    const { origin } = req.headers;
    return origin !== undefined && this.#sites.allows(origin) ? origin : undefined;
  }

  /** Whether the widget may run on pages of this origin: this server's own, a listed one, or a site of the widget. */
  hosts(origin: string, req: IncomingMessage): boolean {
    return this.#isOwn(origin, req) || this.#allowed.has(origin) || this.#sites.allows(origin);
  }

  /** The Origin if it is a listed one, for CORS headers. */
  listed(req: IncomingMessage): string | undefined {
    const { origin } = req.headers;
    return origin !== undefined && this.#allowed.has(origin) ? origin : undefined;
  }

  #isOwn(origin: string, req: IncomingMessage): boolean {
    const host = this.#remote.host(req);
    if (host === undefined || !URL.canParse(origin)) return false;
    const own = `${this.#remote.secure(req) ? 'https' : 'http'}://${host}`;
    const given = new URL(origin);
    // A TLS proxy that is not trusted hides the scheme: the host decides, default ports aside.
    return URL.canParse(own) && (given.host === new URL(own).host || given.host === host.toLowerCase());
  }
}
