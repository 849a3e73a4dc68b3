import type { OwnRoomItem, Room } from '@brook/common/contracts';
import type { HistoryPlace, Subscription } from '@brook/sdk';
import { Compass } from 'lucide-react';
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useErrorText } from '../app/errors';
import { useStable } from '../app/use-stable';
import { LinkButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { toast } from '../ui/toast';
import { ActionsContext } from './actions';
import { Composer } from './composer';
import { DateDialog } from './date-dialog';
import { DeleteDialog } from './delete-dialog';
import { JoinBar, LeaveDialog } from './membership';
import { MessageList, type Place } from './message-list';
import { ReadBy } from './read-by';
import { RoomHeader } from './room-header';
import type { PanelName } from './side-panel';
import { TypingLine } from './typing-line';
import { UnreadBanner } from './unread-banner';
import { useHistory } from './use-history';
import { useMessageActions } from './use-message-actions';
import { useReadMarker } from './use-read-marker';
import { useActivityOf, useNotes, useReaders, useRefetchAfterBreaks, useTyping } from './use-room';
import { useRoomView } from './use-room-view';
import { useUnreadLine } from './use-unread-line';

const SidePanel = lazy(() => import('./side-panel'));
const RoomSettings = lazy(() => import('./room-settings'));

const WIDE = '(min-width: 80rem)';

interface ConversationProps {
  room: Room;
  item: OwnRoomItem | undefined;
  /** The server has said which rooms are one's own, and how far one has read there; before, `item` is what one remembers. */
  listed: boolean;
  subscription: Subscription;
}

type Asking = 'leave' | 'date' | 'settings' | null;

/** A room's conversation with all that one can do in it. */
export function Conversation({ room, item, listed, subscription }: ConversationProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [panel, setPanel] = useState<PanelName | null>(() => (window.matchMedia(WIDE).matches ? 'members' : null));
  const [asking, setAsking] = useState<Asking>(null);
  const [sends, setSends] = useState(0);
  const view = useRoomView(subscription);
  const { state, online, messages: live, pending } = view;
  const history = useHistory(subscription, view);
  const notes = useNotes(subscription);
  const typing = useTyping(subscription);
  const readers = useReaders(subscription);
  useActivityOf(subscription);
  useRefetchAfterBreaks(subscription);
  const lastSeq = live.at(-1)?.seq ?? 0;
  const unread = useUnreadLine({ item, lastSeq, sure: listed && state.status === 'live' });
  const readUpTo = unread.readUpTo ?? null;
  // What is unread is found first: the marker would move past it.
  const lastReadSeq = unread.readUpTo === undefined ? null : (item?.lastReadSeq ?? null);
  const saw = useReadMarker({ roomId: room.id, lastReadSeq });

  const loading = state.status === 'loading';
  const { place, go, setPlace } = usePlace({
    history,
    ready: !loading,
    readUpTo: unread.readUpTo,
    onError: (error) => toast(errorText(error), 'danger'),
  });
  const jumpTo = (seq: number) => void go({ seq }, true);
  const { actions, replyTo, setReplyTo, editing, setEditing, removing, setRemoving } = useMessageActions({
    subscription,
    item,
    jumpTo,
  });
  const latest = useStable(() => {
    history.goLive();
    setPlace({ seq: null, align: 'start', strike: false });
  });
  const sent = useStable(() => {
    history.goLive();
    setSends((count) => count + 1);
  });
  const editLast = useStable(() => {
    const last = subscription.messages.findLast((message) => message.sender.id === actions.me && message.deletedAt === null);
    if (last) setEditing(last);
  });
  const closePanel = useStable(() => setPanel(null));
  const footer = useMemo(() => <ReadBy roomId={room.id} messages={live} readers={readers} />, [room.id, live, readers]);

  return (
    <ActionsContext value={actions}>
      <div className="relative flex min-h-0 grow">
        <section className="flex min-w-0 grow flex-col">
          <RoomHeader
            room={room}
            item={item}
            panel={panel}
            onPanel={(name) => setPanel(panel === name ? null : name)}
            onDate={() => setAsking('date')}
            onSettings={() => setAsking('settings')}
            onLeave={() => setAsking('leave')}
          />
          {state.status === 'refused' ? (
            <Refused error={state.error} />
          ) : (
            <>
              <UnreadBanner
                roomId={room.id}
                readUpTo={readUpTo}
                messages={history.messages}
                lastSeq={lastSeq}
                onJump={() => void go({ seq: (readUpTo ?? 0) + 1 }, false)}
                onDone={unread.clear}
              />
              <MessageList
                history={history}
                loading={loading}
                lastSeq={lastSeq}
                roomName={room.name}
                pending={pending}
                notes={notes}
                readUpTo={readUpTo}
                place={place}
                sends={sends}
                editing={editing}
                footer={footer}
                onSeen={saw}
                onLatest={latest}
              />
            </>
          )}
          <TypingLine people={typing} />
          {actions.canWrite ? (
            <Composer
              roomId={room.id}
              roomName={room.name}
              replyTo={replyTo}
              onReplyTo={setReplyTo}
              onSend={sent}
              onEditLast={editLast}
            />
          ) : (
            <JoinBar room={room} />
          )}
        </section>
        {panel && (
          <Suspense fallback={<PanelPlace />}>
            <SidePanel name={panel} room={room} role={item?.role} online={online} onClose={closePanel} />
          </Suspense>
        )}
        {asking === 'leave' && <LeaveDialog room={room} onClose={() => setAsking(null)} />}
        {asking === 'date' && <DateDialog onClose={() => setAsking(null)} onChoose={(date) => void go({ at: date }, true)} />}
        {asking === 'settings' && (
          <Suspense fallback={null}>
            <RoomSettings room={room} owner={item?.role === 'owner'} onClose={() => setAsking(null)} />
          </Suspense>
        )}
        {removing && <DeleteDialog message={removing} onClose={() => setRemoving(null)} label={t('room.delete')} />}
      </div>
    </ActionsContext>
  );
}

/** The room that the side panel will take, so that the conversation does not move when it comes. */
const PanelPlace = () => <div className="hidden lg:block lg:w-72 lg:shrink-0 lg:border-l lg:border-line xl:w-80" />;

interface PlaceSource {
  history: ReturnType<typeof useHistory>;
  ready: boolean;
  readUpTo: number | null | undefined;
  onError: (error: unknown) => void;
}

/** Where the list is to be: first at what the address names, else at what is unread, else at the end; then where one jumps. */
function usePlace({ history, ready, readUpTo, onError }: PlaceSource) {
  const [params, setParams] = useSearchParams();
  const [place, setPlace] = useState<Place | null>(null);
  /** It has been decided where to begin. */
  const begun = useRef(false);
  const wanted = Number(params.get('message') ?? Number.NaN);
  const { goTo, messages } = history;

  const begin = () => {
    const first = readUpTo == null ? undefined : messages.find(({ seq }) => seq > readUpTo);
    const known = first !== undefined && (messages[0]?.seq ?? 0) <= (readUpTo ?? 0) + 1;
    setPlace((present) => present ?? { seq: known ? first.seq : null, align: 'start', strike: false, opening: true });
  };
  const go = async (where: HistoryPlace, strike: boolean) => {
    begun.current = true;
    try {
      const seq = await goTo(where);
      // Undefined: one has gone elsewhere meanwhile.
      if (seq !== undefined) setPlace({ seq, align: strike ? 'center' : 'start', strike });
    } catch (error) {
      begin();
      onError(error);
    }
  };
  useEffect(() => {
    if (!ready || Number.isNaN(wanted)) return;
    void go({ seq: wanted }, true);
    setParams({}, { replace: true });
    // Once the room is there, and again for another address within it.
  }, [ready, wanted]);
  // Before it is painted: what is unread would be seen at its end first.
  useLayoutEffect(() => {
    if (!ready || readUpTo === undefined || !Number.isNaN(wanted) || begun.current) return;
    // Not while the place of the address is being fetched: the list would go to the end, after that place has come.
    begun.current = true;
    begin();
  }, [ready, readUpTo, wanted]);
  return { place, go, setPlace };
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div className="grid min-h-0 grow place-items-center">
      <EmptyState
        icon={<Compass />}
        title={t('room.notFound')}
        hint={errorText(error)}
        action={<LinkButton to="/rooms">{t('room.back')}</LinkButton>}
      />
    </div>
  );
}
