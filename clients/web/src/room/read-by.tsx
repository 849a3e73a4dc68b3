import type { Message } from '@brook/common/contracts';
import { CheckCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useUser } from '../app/brook-context';
import { useMembers } from './use-members';

interface ReadByProps {
  roomId: string;
  messages: readonly Message[];
  readers: ReadonlyMap<string, number>;
}

/** Who has read one's own message, where it is the newest of the room. */
export function ReadBy({ roomId, messages, readers }: ReadByProps) {
  const { t } = useTranslation();
  const me = useUser()?.id;
  const last = messages.at(-1);
  const own = last !== undefined && last.sender.id === me;
  const ids = own ? [...readers].filter(([id, seq]) => id !== me && seq >= last.seq).map(([id]) => id) : [];
  const { members } = useMembers(roomId, ids.length > 0);
  if (ids.length === 0) return null;
  const names = ids.flatMap((id) => members.find(({ user }) => user.id === id)?.user.displayName ?? []);
  const text =
    names.length === ids.length && names.length <= 3
      ? t('room.readByNames', { names: names.join(', ') })
      : t('room.readBy', { count: ids.length });
  return (
    <p className="column flex items-center justify-end gap-1 px-4 pb-1 text-xs text-ink-faint sm:px-6" title={names.join(', ')}>
      <CheckCheck className="size-3.5 text-accent-ink" aria-hidden="true" />
      {text}
    </p>
  );
}
