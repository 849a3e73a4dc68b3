import { CornerUpRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { plainText } from '../markdown/plain-text';
import { Avatar } from '../ui/avatar';
import { useActions } from './actions';
import { useQuoted } from './use-room';

/** What a message answers, on one line above it; a click leads there. */
export function Quoted({ seq }: { seq: number }) {
  const { t } = useTranslation();
  const { subscription, jumpTo } = useActions();
  const quoted = useQuoted(subscription, seq);
  const text =
    quoted === null
      ? t('room.quoteGone')
      : quoted?.deletedAt
        ? t('room.deleted')
        : quoted && plainText(quoted.text).slice(0, 160);
  return (
    <div className="mb-0.5 flex min-w-0 items-center gap-1.5 pl-4 text-[13px] text-ink-faint">
      <CornerUpRight className="size-4 shrink-0" aria-hidden="true" />
      <button type="button" onClick={() => jumpTo(seq)} className="flex min-w-0 items-center gap-1.5 rounded hover:text-ink">
        <span className="sr-only">{t('room.inReply')}</span>
        {quoted && <Avatar id={quoted.sender.id} name={quoted.sender.displayName} url={quoted.sender.avatarUrl} size="2xs" />}
        {quoted && <span className="shrink-0 font-medium">{quoted.sender.displayName}</span>}
        <span className={`truncate ${quoted?.deletedAt || quoted === null ? 'italic' : ''}`}>{text ?? '…'}</span>
      </button>
    </div>
  );
}
