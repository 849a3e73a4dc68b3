import type { Room } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBrook } from '../app/brook-context';
import { faultyFields, useErrorText } from '../app/errors';
import { changeMyRooms } from '../rooms/my-rooms';
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
  const errorText = useErrorText();
  const [name, setName] = useState(room.name);
  const [topic, setTopic] = useState(room.topic);
  const save = useMutation({
    mutationFn: () => brook.rooms.update(room.id, { name: name.trim(), topic: topic.trim() }),
    onSuccess: (next) => {
      changeMyRooms(queries, (list) => withRoom(list, next));
      queries.setQueryData(['room', room.id], next);
      onClose();
    },
  });
  const faults = faultyFields(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={t('room.settings')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field
          label={t('fields.name')}
          error={faults.has('name') && t('fields.nameHint')}
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={t('fields.topic')}
          error={faults.has('topic') && t('fields.topicHint')}
          optional
          maxLength={500}
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
        />
        {save.isError && faults.size === 0 && <Notice look="danger">{errorText(save.error)}</Notice>}
        <div className="flex justify-end gap-2">
          <Button look="plain" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" busy={save.isPending} disabled={name.trim() === ''}>
            {t('room.save')}
          </Button>
        </div>
      </form>
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
