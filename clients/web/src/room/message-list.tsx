import type { Message } from '@brook/common/contracts';
import type { OutboxEntry, Subscription } from '@brook/sdk';
import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useUser } from '../app/brook-context';
import { SkeletonRows } from '../ui/skeleton';
import { Spinner } from '../ui/spinner';
import { DayLine, NoteLine, UnreadLine } from './lines';
import { MessageRow, PendingRow } from './message-row';
import { type Note, timeline, type TimelineItem } from './timeline';
import { useScroll } from './use-scroll';

interface MessageListProps {
  subscription: Subscription;
  roomName: string;
  messages: readonly Message[];
  pending: readonly OutboxEntry[];
  notes: readonly Note[];
  readUpTo: number | null;
  /** Nothing is known of the room yet; one's own unsent messages are shown already. */
  loading: boolean;
  hasOlder: boolean;
  loadingOlder: boolean;
  sends: number;
  onAtEnd: (atEnd: boolean) => void;
}

/** The conversation: newest at the bottom, older pages loaded as one goes up. */
export function MessageList(props: MessageListProps) {
  const { subscription, roomName, messages, pending, notes, readUpTo, loading, hasOlder, sends, onAtEnd } = props;
  const { t } = useTranslation();
  const me = useUser()?.id ?? '';
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => timeline({ messages, pending, notes, readUpTo, me }), [messages, pending, notes, readUpTo, me]);
  const lastSeq = messages.at(-1)?.seq ?? 0;
  const { atEnd, toEnd } = useScroll(scroller, {
    roomId: subscription.roomId,
    firstSeq: messages[0]?.seq ?? 0,
    tail: `${items.at(-1)?.key}/${items.length}`,
    sends,
  });
  useEffect(() => onAtEnd(atEnd), [onAtEnd, atEnd]);
  const fresh = useFresh(lastSeq, atEnd);

  return (
    <div className="relative min-h-0 grow">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t('room.messages', { name: roomName })}
        tabIndex={0}
        className="scroll-calm h-full overflow-y-auto [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div className="flex min-h-full flex-col justify-end pt-6 pb-3">
          {loading ? (
            <SkeletonRows rows={7} label={t('app.loading')} />
          ) : hasOlder ? (
            <Older {...props} scroller={scroller} />
          ) : (
            <Beginning name={roomName} />
          )}
          {items.map((item) => (
            <TimelineRow key={item.key} item={item} />
          ))}
        </div>
      </div>
      <LatestMessage messages={messages} me={me} />
      {!atEnd && (
        <button
          type="button"
          onClick={toEnd}
          className="rise absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 items-center gap-2 rounded-full border border-line bg-raised px-4 text-[13px] font-medium whitespace-nowrap shadow-float hover:bg-hover"
        >
          <ArrowDown className="size-4 text-accent-ink" aria-hidden="true" />
          {fresh > 0 ? t('room.jumpNew', { count: fresh }) : t('room.jump')}
        </button>
      )}
    </div>
  );
}

function TimelineRow({ item }: { item: TimelineItem }): ReactNode {
  switch (item.kind) {
    case 'day':
      return <DayLine date={item.date} />;
    case 'unread':
      return <UnreadLine />;
    case 'note':
      return <NoteLine note={item.note} />;
    case 'message':
      return <MessageRow message={item.message} compact={item.compact} />;
    case 'pending':
      return <PendingRow entry={item.entry} compact={item.compact} />;
    default:
      return item satisfies never;
  }
}

/** How many messages have come since the reader left the end. */
function useFresh(lastSeq: number, atEnd: boolean): number {
  const [seen, setSeen] = useState(lastSeq);
  if (atEnd && seen !== lastSeq) setSeen(lastSeq);
  return atEnd ? 0 : Math.max(0, lastSeq - seen);
}

function Beginning({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <div className="mb-2 px-4 sm:px-6">
      <p className="text-lg font-semibold tracking-tight">{t('room.beginning', { name })}</p>
      <p className="text-sm text-ink-faint">{t('room.beginningHint')}</p>
    </div>
  );
}

interface OlderProps extends MessageListProps {
  scroller: React.RefObject<HTMLDivElement | null>;
}

/** Loads the page before when it comes near the view. */
function Older({ subscription, messages, loadingOlder, scroller }: OlderProps) {
  const { t } = useTranslation();
  const mark = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const first = messages[0]?.seq;
  const load = useMemo(
    () => () => {
      setFailed(false);
      subscription.loadOlder().catch(() => setFailed(true));
    },
    [subscription],
  );
  useEffect(() => {
    if (!mark.current || failed) return;
    const observer = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && load(), {
      root: scroller.current,
      rootMargin: '600px 0px 0px',
    });
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [scroller, load, failed, first]);
  return (
    <div ref={mark} className="grid h-10 shrink-0 place-items-center text-sm text-ink-faint">
      {failed ? (
        <span>
          {t('room.olderFailed')}{' '}
          <button type="button" onClick={load} className="font-medium text-accent-ink underline underline-offset-4">
            {t('common.tryAgain')}
          </button>
        </span>
      ) : (
        loadingOlder && (
          <span role="status" aria-label={t('room.loadingOlder')}>
            <Spinner />
          </span>
        )
      )}
    </div>
  );
}

/** Reads out what others say; the list itself is silent, since older pages come into it too. */
function LatestMessage({ messages, me }: { messages: readonly Message[]; me: string }) {
  const opened = useRef(messages.at(-1)?.seq ?? 0);
  const last = messages.at(-1);
  const spoken = last && last.seq > opened.current && last.sender.id !== me && !last.deletedAt;
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {spoken ? `${last.sender.displayName}: ${last.text}` : ''}
    </p>
  );
}
