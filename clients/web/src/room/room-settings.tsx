import type { Room } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { changeMyRooms } from '../rooms/my-rooms';
import { RoomForm } from '../rooms/room-form';
import { withoutRoom, withRoom } from '../rooms/room-list';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';

/** The room's name and topic; its owner may also delete it. */
export default function RoomSettings({ room, owner, onClose }: { room: Room; owner: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (words: Pick<Room, 'name' | 'topic'>) => brook.rooms.update(room.id, words),
    onSuccess: (next) => {
      changeMyRooms(queries, (list) => withRoom(list, next));
      queries.setQueryData(['room', room.id], next);
      onClose();
    },
  });
  return (
    <Dialog title={t('room.settings')} onClose={onClose}>
      <RoomForm
        room={room}
        action={t('room.save')}
        busy={save.isPending}
        error={save.error}
        onSubmit={(words) => save.mutate(words)}
        onCancel={onClose}
      />
      {owner && <DeleteRoom room={room} />}
    </Dialog>
  );
}

function DeleteRoom({ room }: { room: Room }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const [typed, setTyped] = useState<string | null>(null);
  const remove = useMutation({
    mutationFn: () => brook.rooms.remove(room.id),
    onSuccess: () => {
      changeMyRooms(queries, (list) => withoutRoom(list, room.id));
      return navigate('/rooms');
    },
  });
  return (
    <section className="mt-6 flex flex-col gap-3 border-t border-line pt-5">
      {typed === null ? (
        <Button look="plain" className="self-start text-danger" onClick={() => setTyped('')}>
          {t('room.deleteRoom')}
        </Button>
      ) : (
        <>
          <p className="text-sm text-ink-soft">{t('room.deleteRoomText')}</p>
          <Field
            label={t('room.typeName', { name: room.name })}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          {remove.isError && <Notice look="danger">{errorText(remove.error)}</Notice>}
          <Button look="danger" busy={remove.isPending} disabled={typed.trim() !== room.name} onClick={() => remove.mutate()}>
            {t('room.deleteRoom')}
          </Button>
        </>
      )}
    </section>
  );
}
