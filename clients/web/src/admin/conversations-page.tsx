import type { Conversation, ConversationState } from '@brook/common/contracts';
import { MessagesSquare } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useErrorText } from '../app/errors';
import { useTitle } from '../app/use-title';
import { shortTime } from '../rooms/short-time';
import { Avatar } from '../ui/avatar';
import { EmptyState } from '../ui/empty-state';
import { Notice } from '../ui/notice';
import { SkeletonRows } from '../ui/skeleton';
import { useConversations } from './queries';
import { type Texts, useTexts } from './texts';
import { ConversationView } from './conversation-view';

const STATES = ['open', 'closed', 'all'] as const;

/** The inbox: the list, and beside it the conversation that was chosen. */
export function ConversationsPage() {
  const texts = useTexts();
  const { roomId } = useParams();
  useTitle(texts.conversations);
  const [state, setState] = useState<(typeof STATES)[number]>('open');
  return (
    <main className="flex min-h-0 min-w-0 grow">
      <section
        aria-label={texts.conversations}
        className={`${roomId ? 'hidden lg:flex' : 'flex'} w-full shrink-0 flex-col border-line border-r bg-surface lg:w-80`}
      >
        <header className="flex flex-col gap-3 p-4 pb-2">
          <h1 className="text-lg font-semibold tracking-tight">{texts.conversations}</h1>
          <div role="group" aria-label={texts.state} className="flex gap-1">
            {STATES.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={each === state}
                onClick={() => setState(each)}
                className={`rounded-lg px-3 py-1 text-sm ${each === state ? 'bg-accent-soft font-medium text-accent-ink' : 'text-ink-soft hover:bg-hover'}`}
              >
                {texts[each]}
              </button>
            ))}
          </div>
        </header>
        <List state={state === 'all' ? undefined : state} chosen={roomId} />
      </section>
      {roomId ? (
        <ConversationView key={roomId} roomId={roomId} />
      ) : (
        <div className="hidden grow place-items-center lg:grid">
          <EmptyState icon={<MessagesSquare />} title={texts.choose} />
        </div>
      )}
    </main>
  );
}

function List({ state, chosen }: { state: ConversationState | undefined; chosen: string | undefined }) {
  const texts = useTexts();
  const errorText = useErrorText();
  const { data, error } = useConversations(state);
  if (error) return <Notice look="danger">{errorText(error)}</Notice>;
  if (!data) return <SkeletonRows rows={4} label={texts.conversations} />;
  if (data.items.length === 0) return <EmptyState title={texts.none} hint={texts.noneHint} />;
  return (
    <ul className="scroll-calm min-h-0 grow overflow-y-auto p-2">
      {data.items.map((conversation) => (
        <li key={conversation.room.id}>
          <Line conversation={conversation} chosen={conversation.room.id === chosen} texts={texts} />
        </li>
      ))}
    </ul>
  );
}

function Line({ conversation, chosen, texts }: { conversation: Conversation; chosen: boolean; texts: Texts }) {
  const { i18n } = useTranslation();
  const { room, visitor, lastMessage, unread, openedAt, block } = conversation;
  const text = lastMessage === null ? texts.noMessage : lastMessage.deletedAt ? texts.deletedMessage : lastMessage.text;
  return (
    <Link
      to={`/admin/conversations/${room.id}`}
      aria-current={chosen ? 'page' : undefined}
      className={`flex items-center gap-3 rounded-[10px] px-2.5 py-2.5 ${chosen ? 'bg-accent-soft' : 'hover:bg-hover'}`}
    >
      <Avatar id={visitor.id} name={visitor.displayName} url={visitor.avatarUrl} />
      <span className="min-w-0 grow">
        <span className="flex items-baseline justify-between gap-2">
          <span className={`truncate text-sm ${unread > 0 ? 'font-semibold' : 'font-medium'}`}>{visitor.displayName}</span>
          <time dateTime={lastMessage?.createdAt ?? openedAt} className="shrink-0 text-xs text-ink-soft">
            {shortTime(lastMessage?.createdAt ?? openedAt, new Date(), i18n.language)}
          </time>
        </span>
        <span className="flex items-center justify-between gap-2">
          <span className="truncate text-[13px] text-ink-soft">{block ? `${texts.blocked} · ${text}` : text}</span>
          {unread > 0 && (
            <span className="min-w-5 rounded-full bg-accent px-1.5 text-center text-xs leading-5 font-semibold text-on-accent">
              {unread}
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}
