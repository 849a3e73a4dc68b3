import type { Message } from '@brook/common/contracts';
import type { Subscription } from '@brook/sdk';
import { createContext, useContext } from 'react';

/** What one can do with a message, and what the rows of a conversation need to know; the same object for all rows. */
export interface MessageActions {
  subscription: Subscription;
  me: string;
  /** Whether one may write, edit and react here. */
  canWrite: boolean;
  /** Whether one may delete what others wrote. */
  canModerate: boolean;
  reply: (message: Message) => void;
  /** Opens the message's text for editing in its place; null closes it. */
  edit: (message: Message | null) => void;
  remove: (message: Message) => void;
  react: (message: Message, emoji: string) => void;
  copyText: (message: Message) => void;
  copyLink: (message: Message) => void;
  jumpTo: (seq: number) => void;
}

export const ActionsContext = createContext<MessageActions | null>(null);

/** The actions of the conversation around. */
export function useActions(): MessageActions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error('useActions outside of a conversation');
  return actions;
}
