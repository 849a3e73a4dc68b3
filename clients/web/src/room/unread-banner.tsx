import type { Message } from '@brook/common/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { ArrowUp, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { changeMyRooms } from '../rooms/my-rooms';
import { withRead } from '../rooms/room-list';
import { toast } from '../ui/toast';

interface UnreadBannerProps {
  roomId: string;
  readUpTo: number | null;
  messages: readonly Message[];
  lastSeq: number;
  onJump: () => void;
  onDone: () => void;
}

/** Says that there is more unread than what is loaded, and leads to where it begins. */
export function UnreadBanner({ roomId, readUpTo, messages, lastSeq, onJump, onDone }: UnreadBannerProps) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const first = messages[0]?.seq ?? 0;
  if (readUpTo === null || first <= readUpTo + 1) return null;
  const markRead = () => {
    changeMyRooms(queries, (list) => withRead(list, roomId, lastSeq));
    brook.read(roomId, lastSeq).then(onDone, (error: unknown) => toast(errorText(error), 'danger'));
  };
  return (
    <div className="relative">
      <div className="rise absolute inset-x-0 top-2 z-10 mx-auto flex w-fit max-w-[calc(100%-2rem)] items-center gap-1 rounded-full border border-line bg-raised p-1 text-[13px] font-medium shadow-float">
        <button
          type="button"
          onClick={onJump}
          className="flex h-7 items-center gap-2 rounded-full px-3 text-accent-ink hover:bg-hover"
        >
          <ArrowUp className="size-4" aria-hidden="true" />
          {t('room.jumpUnread', { count: lastSeq - readUpTo })}
        </button>
        <button
          type="button"
          onClick={markRead}
          aria-label={t('room.markRead')}
          title={t('room.markRead')}
          className="grid size-7 place-items-center rounded-full text-ink-soft hover:bg-hover [&_svg]:size-4"
        >
          <X />
        </button>
      </div>
    </div>
  );
}
