import type { Conversation } from '@brook/common/contracts';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { hasCode, useErrorText } from '../app/errors';
import { EmptyState } from '../ui/empty-state';
import { Spinner } from '../ui/spinner';
import { PurgeNotice } from './purge-notice';
import { useConversation } from './queries';
import { useTexts } from './texts';
import { ThreadView } from './thread-view';
import { useThread } from './use-thread';
import { VisitorPanel } from './visitor-panel';

/** One conversation: its messages, and the visitor beside them. After a deletion, until every trace is gone, what is left. */
export function ConversationView({ roomId }: { roomId: string }) {
  const errorText = useErrorText();
  const { data, error } = useConversation(roomId);
  const [deleted, setDeleted] = useState(false);
  if (deleted || hasCode(error, 'not_found')) return <PurgeNotice roomId={roomId} deleted={deleted} />;
  if (error) return <EmptyState title={errorText(error)} />;
  if (!data) return <Spinner className="m-auto size-6" />;
  return <Shown conversation={data} onDeleted={() => setDeleted(true)} />;
}

function Shown({ conversation, onDeleted }: { conversation: Conversation; onDeleted: () => void }) {
  const texts = useTexts();
  const thread = useThread(conversation.room.id);
  const online = thread.online.has(conversation.visitor.id);
  return (
    <div className="flex min-h-0 min-w-0 grow flex-col xl:flex-row">
      <section aria-label={texts.thread} className="flex min-h-0 min-w-0 grow flex-col bg-surface">
        <header className="flex h-14 shrink-0 items-center gap-3 border-line border-b px-4">
          <Link to="/admin/conversations" aria-label={texts.conversations} className="rounded-lg p-1 text-ink-soft lg:hidden">
            <ArrowLeft className="size-5" />
          </Link>
          <h2 className="truncate font-semibold">{conversation.visitor.displayName}</h2>
          <span
            data-testid="state"
            className={`shrink-0 rounded-full px-2 py-0.5 text-xs ${conversation.state === 'open' ? 'bg-accent-soft text-accent-ink' : 'bg-sunken text-ink-soft'}`}
          >
            {texts[conversation.state]}
          </span>
          <span className="ml-auto flex shrink-0 items-center gap-1.5 text-xs text-ink-soft">
            <span aria-hidden="true" className={`size-2 rounded-full ${online ? 'bg-online' : 'border border-ink-faint'}`} />
            {online ? texts.online : texts.offline}
          </span>
        </header>
        <ThreadView conversation={conversation} thread={thread} />
      </section>
      <VisitorPanel conversation={conversation} onDeleted={onDeleted} />
    </div>
  );
}
