import type { Conversation, Message } from '@brook/common/contracts';
import type { OutboxEntry } from '@brook/sdk';
import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { IconButton } from '../ui/button';
import { toast } from '../ui/toast';
import { fill, useTexts } from './texts';
import type { Thread } from './use-thread';

const TYPING_EVERY_MS = 2_500;

/** The messages and the field for an answer. */
export function ThreadView({ conversation, thread }: { conversation: Conversation; thread: Thread }) {
  const texts = useTexts();
  const { room, visitorReadSeq } = conversation;
  const pending = usePending(room.id);
  return (
    <>
      <Messages thread={thread} pending={pending} visitorRead={Math.max(visitorReadSeq, thread.visitorRead)} />
      <p role="status" className="min-h-6 px-5 text-[13px] text-ink-faint">
        {thread.typing !== null && fill(texts.typing, { name: thread.typing })}
      </p>
      <Reply roomId={room.id} />
    </>
  );
}

/** One's own messages to this room that the server does not have yet. */
function usePending(roomId: string): readonly OutboxEntry[] {
  const brook = useBrook();
  const [pending, setPending] = useState<readonly OutboxEntry[]>([]);
  useEffect(() => {
    const change = () => setPending(brook.outbox.entries(roomId));
    change();
    return brook.outbox.on('change', change);
  }, [brook, roomId]);
  return pending;
}

interface MessagesProps {
  thread: Thread;
  pending: readonly OutboxEntry[];
  visitorRead: number;
}

function Messages({ thread, pending, visitorRead }: MessagesProps) {
  const texts = useTexts();
  const own = useUser()?.id;
  const log = useRef<HTMLDivElement>(null);
  const { messages, subscription } = thread;
  const newest = messages.at(-1)?.seq;
  useLayoutEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [newest, pending.length]);
  const lastOwn = messages.findLast(({ sender }) => sender.id === own)?.seq;
  return (
    <div
      ref={log}
      role="log"
      aria-label={texts.thread}
      tabIndex={0}
      className="scroll-calm flex min-h-0 grow flex-col gap-1 overflow-y-auto px-4 py-4"
    >
      {(messages[0]?.seq ?? 1) > 1 && (
        <button
          type="button"
          onClick={() => void subscription?.loadOlder()}
          className="mb-2 self-center text-[13px] text-ink-soft underline"
        >
          {texts.earlier}
        </button>
      )}
      {messages.map((message, at) => (
        <Bubble
          key={message.seq}
          message={message}
          mine={message.sender.id === own}
          first={messages[at - 1]?.sender.id !== message.sender.id}
          state={message.seq === lastOwn ? (message.seq <= visitorRead ? texts.read : texts.sent) : ''}
        />
      ))}
      {pending.map(({ clientId, text, state }) => (
        <p
          key={clientId}
          className="max-w-[80%] self-end rounded-2xl bg-accent px-3.5 py-2 whitespace-pre-wrap text-on-accent opacity-70"
        >
          {text}
          <span className="block text-right text-xs">{state === 'failed' ? texts.failed : texts.sending}</span>
        </p>
      ))}
    </div>
  );
}

function Bubble({ message, mine, first, state }: { message: Message; mine: boolean; first: boolean; state: string }) {
  const texts = useTexts();
  const { i18n } = useTranslation();
  const { text, deletedAt, createdAt, sender } = message;
  const at = new Date(createdAt).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <div className={`flex max-w-[80%] flex-col ${mine ? 'items-end self-end' : 'items-start self-start'} ${first ? 'mt-3' : ''}`}>
      {first && (
        <span className="px-1 pb-0.5 text-xs text-ink-faint">
          {sender.displayName} · <time dateTime={createdAt}>{at}</time>
        </span>
      )}
      <p
        className={`rounded-2xl px-3.5 py-2 whitespace-pre-wrap ${mine ? 'bg-accent text-on-accent' : 'bg-sunken'} ${deletedAt ? 'italic' : ''}`}
      >
        {deletedAt ? texts.deletedMessage : text}
      </p>
      {state && <span className="px-1 text-xs text-ink-faint">{state}</span>}
    </div>
  );
}

function Reply({ roomId }: { roomId: string }) {
  const texts = useTexts();
  const brook = useBrook();
  const errorText = useErrorText();
  const [text, setText] = useState('');
  const typedAt = useRef(0);
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    if (text.trim() === '') return;
    setText('');
    brook.send(roomId, text).catch((error: unknown) => toast(errorText(error), 'danger'));
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const type = (value: string) => {
    setText(value);
    const now = performance.now();
    if (value.trim() === '' || now - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = now;
    brook.typing(roomId);
  };
  return (
    <form onSubmit={send} className="flex items-end gap-2 border-line border-t p-3">
      <textarea
        aria-label={texts.reply}
        placeholder={texts.reply}
        rows={1}
        maxLength={4000}
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={keys}
        className="max-h-40 min-h-11 grow resize-none rounded-xl border border-line-strong bg-surface px-3.5 py-2.5 [field-sizing:content] placeholder:text-ink-faint"
      />
      <IconButton label={texts.send} onClick={() => send()} disabled={text.trim() === ''}>
        <SendHorizontal />
      </IconButton>
    </form>
  );
}
