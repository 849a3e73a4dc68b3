import type { Room } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { changeMyRooms, refreshMyRooms } from '../rooms/my-rooms';
import { withMembership, withoutRoom } from '../rooms/room-list';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';

/** In place of the composer, for those who are no members: what one is here, and how to take part. */
export function JoinBar({ room }: { room: Room }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const join = useMutation({
    mutationFn: () => brook.rooms.join(room.id),
    onSuccess: ({ role }) => {
      changeMyRooms(queries, (list) => withMembership(list, room, role));
      void queries.invalidateQueries({ queryKey: ['members', room.id] });
      void queries.invalidateQueries({ queryKey: ['room', room.id] });
      return refreshMyRooms(queries);
    },
  });
  return (
    <div className="flex shrink-0 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line bg-canvas px-4 py-3 sm:px-6">
      <p className={`text-sm ${join.isError ? 'text-danger' : 'text-ink-soft'}`} role={join.isError ? 'alert' : undefined}>
        {join.isError ? errorText(join.error) : t('room.joinHint')}
      </p>
      <Button busy={join.isPending} onClick={() => join.mutate()} className="grow sm:grow-0">
        {t('room.join')}
      </Button>
    </div>
  );
}

/** Asks before one leaves. */
export function LeaveDialog({ room, onClose }: { room: Room; onClose: () => void }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: () => brook.rooms.leave(room.id),
    onSuccess: () => {
      changeMyRooms(queries, (list) => withoutRoom(list, room.id));
      onClose();
      return navigate('/rooms');
    },
  });
  return (
    <ConfirmDialog
      title={t('room.leaveTitle', { name: room.name })}
      action={t('room.leave')}
      busy={leave.isPending}
      error={leave.error}
      onConfirm={() => leave.mutate()}
      onClose={onClose}
    >
      <p className="text-ink-soft">{t('room.leaveText')}</p>
    </ConfirmDialog>
  );
}
