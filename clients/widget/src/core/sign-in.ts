import { Refusal, type Session } from './session';
import { askGithub } from './sign-in-window';

interface SignInOptions {
  base: string;
  session: Session;
  /** Somebody else goes on from here, or the same person with another session; `before` is who it was. */
  switched(before: string | null): void;
  /** Empty, or why a sign-in came to nothing. */
  failed(why: string): void;
}

/** Who the visitor is: signs in and out, and hears when another tab of the site did. */
export class SignIn {
  readonly #options: SignInOptions;
  #asking = new AbortController();

  constructor(options: SignInOptions) {
    this.#options = options;
    addEventListener('storage', this.#elsewhere);
  }

  /** Signs in with GitHub; to be called by a click. Another window that waits for it is closed. */
  async enter(language: string): Promise<void> {
    const { base, session, switched, failed } = this.#options;
    this.#asking.abort();
    const { signal } = (this.#asking = new AbortController());
    failed('');
    const answer = await askGithub(base, { language, signal });
    if (signal.aborted) return;
    if (!('proof' in answer)) return failed(answer.error);
    const before = session.userId;
    try {
      await session.signIn(answer.proof);
      switched(before);
    } catch (err) {
      failed(err instanceof Refusal ? err.code : 'internal');
    }
  }

  /** Ends the session; whoever writes next is a guest. */
  leave(): void {
    const { session, switched } = this.#options;
    const before = session.userId;
    session.forget({ onServer: true });
    switched(before);
  }

  stop(): void {
    this.#asking.abort();
    removeEventListener('storage', this.#elsewhere);
  }

  readonly #elsewhere = ({ key }: StorageEvent) => {
    const { session, switched } = this.#options;
    const before = session.userId;
    if (session.reread(key) && session.userId !== before) switched(before);
  };
}
