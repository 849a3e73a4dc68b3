import type { Message } from '@brook/common/contracts';
import type { OutboxEntry } from '@brook/sdk';
import { ArrowDown } from 'lucide-react';
import { memo, type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../app/errors';
import { useStable } from '../app/use-stable';
import { SkeletonRows } from '../ui/skeleton';
import { Spinner } from '../ui/spinner';
import { toast } from '../ui/toast';
import { useActions } from './actions';
import { DayLine, NoteLine, UnreadLine } from './lines';
import { MessageRow, PendingRow } from './message-row';
import { type Note, timeline, type TimelineItem } from './timeline';
import { type ConversationScroll, useConversationScroll } from './use-conversation-scroll';
import type { RoomHistory } from './use-history';
import { useRowKeys } from './use-row-keys';

/** A place that the list is to go to; another object is another wish. */
export interface Place {
  seq: number | null;
  align: 'start' | 'center';
  /** Whether the message is to stand out for a moment. */
  strike: boolean;
  /** Where one begins, not where one has asked to go: who has gone up in what was remembered stays there. */
  opening?: boolean;
}

interface MessageListProps {
  roomName: string;
  history: RoomHistory;
  pending: readonly OutboxEntry[];
  notes: readonly Note[];
  readUpTo: number | null;
  /** Seq of the room's newest message. */
  lastSeq: number;
  /** Nothing is known of the room yet; one's own unsent messages are shown already. */
  loading: boolean;
  place: Place | null;
  sends: number;
  editing: Message | null;
  footer: ReactNode;
  onSeen: (seq: number, atEnd: boolean) => void;
  onLatest: () => void;
}

/**
 * The conversation: newest at the bottom, older pages loaded as one goes up, and only what is in sight is drawn. Handlers are to
 * stay the same, so that it is drawn anew only with what it shows.
 */
export const MessageList = memo(function MessageList(props: MessageListProps) {
  const { roomName, history, pending, notes, readUpTo, lastSeq, loading, place, sends, editing, onSeen, onLatest } = props;
  const { t } = useTranslation();
  const { me } = useActions();
  const scroller = useRef<HTMLDivElement>(null);
  const live = !history.hasNewer;
  const { messages } = history;
  const whole = !loading && !history.hasOlder;
  const items = useMemo(
    () => timeline({ messages, pending: live ? pending : [], notes: live ? notes : [], readUpTo, me, whole }),
    [messages, pending, notes, readUpTo, me, whole, live],
  );
  const scroll = useConversationScroll({ scroller, items, place, sends, live, onSeen });
  const { atEnd } = scroll;
  const fresh = useFresh(lastSeq, atEnd);
  const keys = useRowKeys(scroller, items, scroll.virtualizer);
  const latest = () => {
    if (live) scroll.toEnd();
    else onLatest();
  };

  return (
    <div className="relative min-h-0 grow">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t('room.messages', { name: roomName })}
        tabIndex={0}
        onKeyDown={keys}
        className="scroll-calm h-full overflow-y-auto contain-content [overflow-anchor:none] focus-visible:-outline-offset-2"
      >
        <div className="flex min-h-full flex-col justify-end">
          {loading ? (
            <SkeletonRows rows={7} label={t('app.loading')} />
          ) : (
            <Pages history={history} scroller={scroller} first={messages[0]?.seq} last={messages.at(-1)?.seq} />
          )}
          <Rows items={items} scroll={scroll} editing={editing} struck={place?.strike ? place.seq : null} />
          {live && props.footer}
        </div>
      </div>
      <LatestMessage messages={messages} me={me} live={live && !loading} />
      {!atEnd && !loading && (
        <button
          type="button"
          onClick={latest}
          className="rise absolute bottom-3 left-1/2 flex h-9 -translate-x-1/2 items-center gap-2 rounded-full border border-line bg-raised px-4 text-[13px] font-medium whitespace-nowrap shadow-float hover:bg-hover"
        >
          <ArrowDown className="size-4 text-accent-ink" aria-hidden="true" />
          {fresh > 0 ? t('room.jumpNew', { count: fresh }) : t('room.jump')}
        </button>
      )}
    </div>
  );
});

interface RowsProps {
  items: readonly TimelineItem[];
  scroll: ConversationScroll;
  editing: Message | null;
  struck: number | null;
}

/** The rows in sight, in one block that is moved to where the first of them belongs. */
function Rows({ items, scroll: { virtualizer }, editing, struck }: RowsProps) {
  const rows = virtualizer.getVirtualItems();
  return (
    <div className="relative shrink-0" style={{ height: virtualizer.getTotalSize() }}>
      <div className="column absolute inset-x-0 top-0" style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }}>
        {rows.map(({ key, index }) => {
          const item = items[index];
          if (!item) return null;
          return (
            <div key={String(key)} data-index={index} ref={virtualizer.measureElement} className="flow-root">
              {item.day && <DayLine date={item.day} />}
              {item.unread && <UnreadLine />}
              <TimelineRow item={item} editing={editing} struck={struck} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function TimelineRow({
  item,
  editing,
  struck,
}: {
  item: TimelineItem;
  editing: Message | null;
  struck: number | null;
}): ReactNode {
  switch (item.kind) {
    case 'beginning':
      return <Beginning />;
    case 'note':
      return <NoteLine note={item.note} />;
    case 'message': {
      const { message, compact } = item;
      return (
        <MessageRow
          message={message}
          compact={compact}
          editing={editing?.seq === message.seq && message.deletedAt === null}
          struck={struck === message.seq}
        />
      );
    }
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

function Beginning() {
  const { t } = useTranslation();
  return (
    <div className="mb-1 px-4 sm:px-6">
      <p className="text-lg font-semibold tracking-tight">{t('room.beginning')}</p>
      <p className="text-sm text-ink-faint">{t('room.beginningHint')}</p>
    </div>
  );
}

interface PagesProps {
  history: RoomHistory;
  scroller: RefObject<HTMLDivElement | null>;
  first: number | undefined;
  last: number | undefined;
}

/** Within this many pixels of an end of what is loaded, the next page is fetched. */
const AHEAD = 800;

/** Loads the page before, or behind, when its end comes near the view. */
function Pages({ history, scroller, first, last }: PagesProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [failed, setFailed] = useState(false);
  /** A page of newer ones is on its way: however often one scrolls, it fails once. */
  const asking = useRef(false);
  const newerFailed = useStable((error: unknown) => toast(errorText(error), 'danger'));
  const { hasOlder, hasNewer, loadOlder, loadNewer } = history;
  const load = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (hasOlder && element.scrollTop < AHEAD) {
      setFailed(false);
      loadOlder().catch(() => setFailed(true));
    } else if (hasNewer && below < AHEAD && !asking.current) {
      asking.current = true;
      // The notice with its button would stand out of sight, above what is loaded; who scrolls on asks again.
      const asked = loadNewer().catch(newerFailed);
      void asked.finally(() => {
        asking.current = false;
      });
    }
  }, [scroller, hasOlder, hasNewer, loadOlder, loadNewer, newerFailed]);
  useEffect(() => {
    const element = scroller.current;
    if (failed || !element) return;
    // After the list has found its place with the page that has just come.
    const frame = requestAnimationFrame(load);
    element.addEventListener('scroll', load, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', load);
    };
  }, [scroller, load, failed, first, last]);
  if (!failed && !history.loading) return null;
  return (
    <div className="absolute inset-x-0 top-0 z-10 grid h-12 place-items-center text-sm text-ink-faint">
      {failed ? (
        <span className="rounded-full bg-raised px-4 py-1 shadow-float">
          {t('room.olderFailed')}{' '}
          <button type="button" onClick={load} className="font-medium text-accent-ink underline underline-offset-4">
            {t('common.tryAgain')}
          </button>
        </span>
      ) : (
        <span role="status" aria-label={t('room.loadingOlder')}>
          <Spinner />
        </span>
      )}
    </div>
  );
}

/** Reads out what others say; the list itself is silent, since older pages come into it too. */
function LatestMessage({ messages, me, live }: { messages: readonly Message[]; me: string; live: boolean }) {
  const opened = useRef<number | null>(null);
  const last = live ? messages.at(-1) : undefined;
  if (opened.current === null && live) opened.current = last?.seq ?? 0;
  const spoken = last && last.seq > (opened.current ?? 0) && last.sender.id !== me && !last.deletedAt;
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {spoken ? `${last.sender.displayName}: ${last.text}` : ''}
    </p>
  );
}
