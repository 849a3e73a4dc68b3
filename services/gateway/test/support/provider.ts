import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody with an account at the provider. */
export interface Account {
  id: number;
  login: string;
  name?: string | null;
  avatar_url?: string;
  emails: { email: string; primary: boolean; verified: boolean }[];
}

interface Grant {
  account: Account;
  challenge: string;
  redirectUri: string;
}

/** A small OAuth provider that speaks as GitHub does: it checks client, redirect, PKCE and that a code works once. */
export class Provider {
  readonly clientId = 'a client id';
  readonly clientSecret = 'a client secret for tests';
  /** Who signs in next. */
  account: Account | undefined;
  /** Paths that were asked for with the client's secret or a token. */
  readonly asked: string[] = [];
  readonly #codes = new Map<string, Grant>();
  readonly #tokens = new Map<string, Account>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((req, res) => {
      this.#answer(req).then(
        ({ status, location, json }) => {
          res.writeHead(status, location === undefined ? { 'content-type': 'application/json' } : { location });
          res.end(json === undefined ? undefined : JSON.stringify(json));
        },
        (err: unknown) => res.writeHead(500).end(String(err)),
      );
    });
  }

  static async start(): Promise<Provider> {
    const provider = new Provider();
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(req: IncomingMessage): Promise<{ status: number; location?: string; json?: unknown }> {
    const url = new URL(req.url ?? '/', this.url);
    if (url.pathname === '/login/oauth/authorize') return { status: 302, location: this.#authorize(url.searchParams) };
    this.asked.push(url.pathname);
    if (url.pathname === '/login/oauth/access_token')
      return { status: 200, json: this.#trade(new URLSearchParams(await text(req))) };
    const account = this.#tokens.get(req.headers.authorization?.replace('Bearer ', '') ?? '');
    if (!account) return { status: 401, json: { message: 'Bad credentials' } };
    const { emails, ...user } = account;
    return { status: 200, json: url.pathname === '/api/user/emails' ? emails : user };
  }

  #authorize(query: URLSearchParams): string {
    const redirectUri = query.get('redirect_uri') ?? '';
    const back = new URL(redirectUri);
    back.searchParams.set('state', query.get('state') ?? '');
    if (query.get('client_id') !== this.clientId || query.get('code_challenge_method') !== 'S256' || !this.account)
      back.searchParams.set('error', 'access_denied');
    else {
      const code = randomUUID();
      this.#codes.set(code, { account: this.account, challenge: query.get('code_challenge') ?? '', redirectUri });
      back.searchParams.set('code', code);
    }
    return back.toString();
  }

  #trade(body: URLSearchParams): object {
    const code = body.get('code') ?? '';
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    const known = body.get('client_id') === this.clientId && body.get('client_secret') === this.clientSecret;
    if (!grant || !known || grant.challenge !== challenge || grant.redirectUri !== body.get('redirect_uri'))
      return { error: 'bad_verification_code' };
    const token = randomUUID();
    this.#tokens.set(token, grant.account);
    return { access_token: token, token_type: 'bearer' };
  }
}

async function text(req: IncomingMessage): Promise<string> {
  let all = '';
  for await (const chunk of req) all += String(chunk);
  return all;
}
