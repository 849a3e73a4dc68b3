import type { Room } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Globe, Lock } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBrook } from '../app/brook-context';
import { Dialog } from '../ui/dialog';
import { changeMyRooms, refreshMyRooms } from './my-rooms';
import { RoomForm } from './room-form';
import { withMembership } from './room-list';

/** Makes a room, puts it into one's list, and goes there. */
function useCreateRoom(done: () => void) {
  const brook = useBrook();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: Pick<Room, 'name' | 'topic' | 'visibility'>) => brook.rooms.create(body),
    onSuccess: (room) => {
      changeMyRooms(queries, (list) => withMembership(list, room, 'owner'));
      // A list that was asked for before the room was there must not take it away again.
      void refreshMyRooms(queries);
      queries.setQueryData(['room', room.id], room);
      void queries.invalidateQueries({ queryKey: ['public'] });
      done();
      return navigate(`/rooms/${room.id}`);
    },
  });
}

/** Asks for a room's name, topic and visibility. */
export function CreateRoomDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [visibility, setVisibility] = useState<Room['visibility']>('public');
  const create = useCreateRoom(onClose);
  return (
    <Dialog title={t('rooms.createTitle')} onClose={onClose}>
      <RoomForm
        action={t('rooms.createSubmit')}
        busy={create.isPending}
        error={create.error}
        onSubmit={(words) => create.mutate({ ...words, visibility })}
        onCancel={onClose}
      >
        <VisibilityField value={visibility} onChange={setVisibility} />
      </RoomForm>
    </Dialog>
  );
}

interface VisibilityProps {
  value: Room['visibility'];
  onChange: (value: Room['visibility']) => void;
}

function VisibilityField({ value, onChange }: VisibilityProps) {
  const { t } = useTranslation();
  const choice = (of: Room['visibility']) => ({ checked: value === of, onChoose: () => onChange(of) });
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-[13px] font-medium text-ink-soft">{t('rooms.visibility')}</legend>
      <Choice icon={<Globe />} title={t('rooms.public')} hint={t('rooms.publicHint')} {...choice('public')} />
      <Choice icon={<Lock />} title={t('rooms.private')} hint={t('rooms.privateHint')} {...choice('private')} />
    </fieldset>
  );
}

interface ChoiceProps {
  icon: ReactNode;
  title: string;
  hint: string;
  checked: boolean;
  onChoose: () => void;
}

function Choice({ icon, title, hint, checked, onChoose }: ChoiceProps) {
  return (
    <label
      className={`flex cursor-pointer items-center gap-3 rounded-xl border px-3.5 py-2.5 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent ${
        checked ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover'
      }`}
    >
      <input type="radio" name="visibility" className="sr-only" checked={checked} onChange={onChoose} />
      <span className={`[&_svg]:size-[18px] ${checked ? 'text-accent-ink' : 'text-ink-faint'}`}>{icon}</span>
      <span>
        <span className="block text-sm font-medium">{title}</span>
        <span className="block text-[13px] text-ink-faint">{hint}</span>
      </span>
    </label>
  );
}
