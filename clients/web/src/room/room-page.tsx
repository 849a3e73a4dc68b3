import { useQuery } from '@tanstack/react-query';
import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { useTitle } from '../app/use-title';
import { useMyRooms } from '../rooms/my-rooms';
import { LinkButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { SkeletonRows } from '../ui/skeleton';
import { Conversation } from './conversation';
import { useSubscription } from './use-room';

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
  useTitle(room?.name);
  if (asked.isError && !room) {
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
  return <Conversation room={room} item={item} listed={mine.dataUpdatedAt > 0} subscription={subscription} />;
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
