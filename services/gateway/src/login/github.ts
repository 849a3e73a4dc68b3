import { AppError } from '@brook/common/errors';
import { z } from 'zod';
import { challengeOf, type LoginState } from './login-state.js';

/** Milliseconds that GitHub may take for one answer. */
const TIMEOUT_MS = 8_000;
const DISPLAY_NAME_MAX = 64;

export interface GithubOptions {
  clientId: string;
  clientSecret: string;
  /** Where people sign in; another one for GitHub Enterprise. */
  baseUrl: string;
  apiUrl: string;
}

/** Who somebody is there. */
export interface GithubPerson {
  subject: string;
  login: string;
  displayName: string;
  avatarUrl: string | null;
}

const tokenAnswer = z.object({ access_token: z.string().min(1) });
const userAnswer = z.object({
  id: z.number().int().positive(),
  login: z.string().min(1).max(256),
  name: z.string().nullish(),
  avatar_url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish()
    .catch(null),
});
const emailsAnswer = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** GitHub as a provider of identities (OAuth 2.0 with PKCE). Its token is used for two reads and then forgotten. */
export class Github {
  readonly #options: GithubOptions;

  constructor(options: GithubOptions) {
    this.#options = options;
  }

  /** Where the browser goes to sign in. */
  authorizeUrl({ state, verifier }: LoginState, redirectUri: string): string {
    const url = new URL('login/oauth/authorize', withSlash(this.#options.baseUrl));
    url.search = new URLSearchParams({
      client_id: this.#options.clientId,
      redirect_uri: redirectUri,
      scope: 'read:user user:email',
      state,
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
    }).toString();
    return url.toString();
  }

  /**
   * Trades the code for the person.
   * @throws AppError `forbidden` when GitHub has verified no address of theirs, `unauthenticated` when it refuses the code,
   * `unavailable` or `timeout` when it does not answer
   */
  async person(code: string, verifier: string, redirectUri: string): Promise<GithubPerson> {
    const token = await this.#trade(code, verifier, redirectUri);
    const user = await this.#read('user', token, userAnswer);
    const emails = await this.#read('user/emails', token, emailsAnswer);
    if (!emails.some(({ primary, verified }) => primary && verified))
      throw new AppError('forbidden', 'GitHub has not verified your e-mail address');
    const name = (user.name ?? '').replaceAll('\0', '').toWellFormed().trim() || user.login;
    return {
      subject: String(user.id),
      login: user.login,
      displayName: Array.from(name).slice(0, DISPLAY_NAME_MAX).join('').trim(),
      avatarUrl: user.avatar_url ?? null,
    };
  }

  async #trade(code: string, verifier: string, redirectUri: string): Promise<string> {
    const { clientId, clientSecret, baseUrl } = this.#options;
    const answer = await ask(new URL('login/oauth/access_token', withSlash(baseUrl)), {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({
        client_id: clientId,
        client_secret: clientSecret,
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    });
    // GitHub answers 200 also to a code that it refuses.
    const given = tokenAnswer.safeParse(answer);
    if (!given.success) throw new AppError('unauthenticated', 'GitHub did not accept this login');
    return given.data.access_token;
  }

  async #read<T extends z.ZodType>(path: string, token: string, schema: T): Promise<z.infer<T>> {
    const headers = { accept: 'application/vnd.github+json', authorization: `Bearer ${token}`, 'user-agent': 'brook' };
    const parsed = schema.safeParse(await ask(new URL(path, withSlash(this.#options.apiUrl)), { headers }));
    if (!parsed.success) throw new AppError('unavailable', 'GitHub answered what was not expected');
    return parsed.data;
  }
}

const withSlash = (url: string) => (url.endsWith('/') ? url : `${url}/`);

/** The JSON of an answer. Errors keep no cause: it could quote the secret or the code. */
async function ask(url: URL, init: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const answer: unknown = await response.json();
    if (response.status < 500) return answer;
  } catch (err) {
    if (err instanceof Error && err.name === 'TimeoutError') throw new AppError('timeout', 'GitHub took too long');
    throw new AppError('unavailable', 'GitHub cannot be reached');
  }
  throw new AppError('unavailable', 'GitHub is out of order');
}
