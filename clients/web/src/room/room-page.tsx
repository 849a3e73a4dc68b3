import type { Room, RoomListItem } from '@brook/common/contracts';
import type { Subscription } from '@brook/sdk';
import { useQuery } from '@tanstack/react-query';
import { Compass } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { useTitle } from '../app/use-title';
import { useMyRooms } from '../rooms/my-rooms';
import { unreadTotal } from '../rooms/room-list';
import { LinkButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { SkeletonRows } from '../ui/skeleton';
import { Composer } from './composer';
import { JoinBar, LeaveDialog } from './membership';
import { MembersPanel } from './members-panel';
import { MessageList } from './message-list';
import { RoomHeader } from './room-header';
import { TypingLine } from './typing-line';
import { useReadMarker } from './use-read-marker';
import { useActivityOf, useMessages, useNotes, useOutbox, useRefetchAfterBreaks, useSubscription, useTyping } from './use-room';

/** One room. Another room is another page: nothing is carried over. */
export default function RoomPage() {
  const { roomId = '' } = useParams();
  return <RoomView key={roomId} roomId={roomId.toLowerCase()} />;
}

function RoomView({ roomId }: { roomId: string }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const mine = useMyRooms();
  const item = mine.data?.find(({ room }) => room.id === roomId);
  const asked = useQuery({ queryKey: ['room', roomId], queryFn: () => brook.rooms.get(roomId) });
  const subscription = useSubscription(roomId);
  const room = asked.data ?? item?.room;
  useTitle(room?.name, unreadTotal(mine.data ?? []));
  if (!room && asked.isError) {
    return (
      <div className="grid grow place-items-center">
        <EmptyState
          icon={<Compass />}
          title={t('room.notFound')}
          hint={errorText(asked.error)}
          action={<LinkButton to="/rooms">{t('room.back')}</LinkButton>}
        />
      </div>
    );
  }
  if (!room || mine.isPending || !subscription) return <Loading />;
  return <Conversation room={room} item={item} subscription={subscription} />;
}

function Loading() {
  const { t } = useTranslation();
  return (
    <div className="grow">
      <div className="h-15 border-b border-line" />
      <SkeletonRows rows={7} label={t('app.loading')} />
    </div>
  );
}

const WIDE = '(min-width: 80rem)';

function Conversation({ room, item, subscription }: { room: Room; item: RoomListItem | undefined; subscription: Subscription }) {
  const [membersShown, setMembersShown] = useState(() => window.matchMedia(WIDE).matches);
  const [leaving, setLeaving] = useState(false);
  const [sends, setSends] = useState(0);
  const [atEnd, setAtEnd] = useState(true);
  // The line stays where it was when the room was opened.
  const [readUpTo] = useState(() => (item && item.unread > 0 ? item.lastReadSeq : null));
  const view = useMessages(subscription);
  const pending = useOutbox(room.id);
  const notes = useNotes(subscription);
  const typing = useTyping(subscription);
  useActivityOf(subscription);
  useRefetchAfterBreaks(subscription);
  useReadMarker({ roomId: room.id, lastSeq: view.messages.at(-1)?.seq ?? 0, lastReadSeq: item?.lastReadSeq ?? null, atEnd });

  return (
    <div className="relative flex min-h-0 grow">
      <section className="flex min-w-0 grow flex-col">
        <RoomHeader
          room={room}
          member={item !== undefined}
          membersShown={membersShown}
          onMembers={() => setMembersShown(!membersShown)}
          onLeave={() => setLeaving(true)}
        />
        {view.state.status === 'refused' ? (
          <Refused error={view.state.error} />
        ) : (
          <MessageList
            {...view}
            loading={view.state.status === 'loading'}
            subscription={subscription}
            roomName={room.name}
            pending={pending}
            notes={notes}
            readUpTo={readUpTo}
            sends={sends}
            onAtEnd={setAtEnd}
          />
        )}
        <TypingLine people={typing} />
        {item ? <Composer roomId={room.id} roomName={room.name} onSend={() => setSends(sends + 1)} /> : <JoinBar room={room} />}
      </section>
      {membersShown && (
        <MembersPanel roomId={room.id} count={room.memberCount} online={view.online} onClose={() => setMembersShown(false)} />
      )}
      {leaving && <LeaveDialog room={room} onClose={() => setLeaving(false)} />}
    </div>
  );
}

function Refused({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div className="grid min-h-0 grow place-items-center">
      <EmptyState icon={<Compass />} title={t('room.notFound')} hint={errorText(error)} />
    </div>
  );
}
