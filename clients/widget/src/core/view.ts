import type { Message } from '@brook/common/contracts';

/** One's own message on its way. */
export interface Pending {
  clientId: string;
  text: string;
  failed: boolean;
}

/** What is known of the conversation besides its messages. */
export interface State {
  closed: boolean;
  blocked: boolean;
  /** Seq up to which an agent has read. */
  agentsRead: number;
  /** Name of the agent who is writing. */
  typing: string | null;
  agentsOnline: boolean;
  title: string;
  greeting: string;
  /** The server cannot be reached. */
  away: boolean;
  /** Visitors may sign in with GitHub. */
  signIn: boolean;
  /** Why the last attempt to sign in came to nothing; empty without one. */
  signInFailure: string;
}

/** What the panel draws. */
export interface View extends State {
  messages: Message[];
  pending: readonly Pending[];
  /** Whether there are older messages than these. */
  more: boolean;
  userId: string | null;
  /** Of who signed in. */
  name: string | null;
  /** The visitor has a session: there is a name already. */
  begun: boolean;
  unread: number;
}

export const EMPTY: State = {
  closed: false,
  blocked: false,
  agentsRead: 0,
  typing: null,
  agentsOnline: false,
  title: '',
  greeting: '',
  away: false,
  signIn: false,
  signInFailure: '',
};
