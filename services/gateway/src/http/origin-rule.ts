import type { IncomingMessage } from 'node:http';
import type { RemoteParty } from './remote-party.js';

/** Whether a browser's page may talk to this gateway with a person's credentials; one rule for REST and the socket. */
export class OriginRule {
  readonly #allowed: ReadonlySet<string>;
  readonly #remote: Pick<RemoteParty, 'host' | 'secure'>;

  /** `allowed`: origins as `URL.origin` writes them. */
  constructor(allowed: readonly string[], remote: Pick<RemoteParty, 'host' | 'secure'>) {
    this.#allowed = new Set(allowed);
    this.#remote = remote;
  }

  /** True without an Origin (no browser), from the request's own host and from a listed origin. */
  permits(req: IncomingMessage): boolean {
    const { origin } = req.headers;
    return origin === undefined || this.#isOwn(origin, req) || this.#allowed.has(origin);
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
