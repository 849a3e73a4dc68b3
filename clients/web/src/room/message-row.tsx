import type { Message } from '@brook/common/contracts';
import type { OutboxEntry } from '@brook/sdk';
import { AlertCircle, Check, Clock3, CornerUpLeft } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Avatar } from '../ui/avatar';
import { withLinks } from './links';

interface Person {
  id: string;
  displayName: string;
}

interface RowProps {
  sender: Person;
  createdAt: string;
  compact: boolean;
  state?: ReactNode;
  children: ReactNode;
}

/** One message's place: picture and name, or, in a group, only the text with its time on hover. */
function Row({ sender, createdAt, compact, state, children }: RowProps) {
  const { i18n } = useTranslation();
  const at = new Date(createdAt);
  const time = at.toLocaleTimeString(i18n.language, { hour: 'numeric', minute: '2-digit' });
  const full = at.toLocaleString(i18n.language, { dateStyle: 'full', timeStyle: 'short' });
  return (
    <article className={`group relative flex gap-3 px-4 hover:bg-hover/60 sm:px-6 ${compact ? 'py-0.5' : 'mt-2.5 pt-1 pb-0.5'}`}>
      <div className="w-9 shrink-0">{!compact && <Avatar id={sender.id} name={sender.displayName} />}</div>
      <div className="min-w-0 grow">
        <header className={compact ? 'sr-only' : 'flex items-baseline gap-2 leading-5'}>
          <span className="truncate text-sm font-semibold">{sender.displayName}</span>
          <time dateTime={createdAt} title={full} className="shrink-0 text-xs text-ink-faint tabular-nums">
            {time}
          </time>
        </header>
        {children}
      </div>
      <div className="flex w-5 shrink-0 items-start justify-center pt-1 text-ink-faint [&_svg]:size-3.5">{state}</div>
    </article>
  );
}

/** A stored message. One's own bears the sign that it was sent. */
export const MessageRow = memo(function MessageRow({ message, compact }: { message: Message; compact: boolean }) {
  const { t } = useTranslation();
  const me = useUser()?.id;
  const own = message.sender.id === me;
  return (
    <Row sender={message.sender} createdAt={message.createdAt} compact={compact} state={own && <Sent />}>
      {message.replyTo !== null && (
        <p className="flex items-center gap-1 text-xs text-ink-faint">
          <CornerUpLeft className="size-3" aria-hidden="true" />#{message.replyTo}
        </p>
      )}
      {message.deletedAt ? (
        <p className="text-ink-faint italic">{t('room.deleted')}</p>
      ) : (
        <p className="whitespace-pre-wrap">
          {withLinks(message.text)}
          {message.editedAt && <span className="ml-1.5 text-xs text-ink-faint">({t('room.edited')})</span>}
        </p>
      )}
      {message.reactions.length > 0 && (
        <ul className="mt-1 flex flex-wrap gap-1">
          {message.reactions.map(({ emoji, count, userIds }) => (
            <li
              key={emoji}
              className={`rounded-full border px-2 text-xs leading-6 tabular-nums ${
                me !== undefined && userIds.includes(me)
                  ? 'border-accent bg-accent-soft text-accent-ink'
                  : 'border-line bg-canvas text-ink-soft'
              }`}
            >
              {t('room.reactions', { emoji, count })}
            </li>
          ))}
        </ul>
      )}
    </Row>
  );
});

function Sent() {
  const { t } = useTranslation();
  return (
    <span role="img" aria-label={t('room.sent')} title={t('room.sent')} data-state="sent">
      <Check aria-hidden="true" />
    </span>
  );
}

/** A message of one's own on its way: sending, sent, or failed with the reason and what one can do. */
export const PendingRow = memo(function PendingRow({ entry, compact }: { entry: OutboxEntry; compact: boolean }) {
  const { t } = useTranslation();
  const user = useUser();
  if (!user) return null;
  const state =
    entry.state === 'sending' ? (
      <span role="img" aria-label={t('room.sending')} title={t('room.sending')} data-state="sending">
        <Clock3 aria-hidden="true" />
      </span>
    ) : entry.state === 'sent' ? (
      <Sent />
    ) : (
      <span role="img" aria-label={t('room.failed')} title={t('room.failed')} data-state="failed" className="text-danger">
        <AlertCircle aria-hidden="true" />
      </span>
    );
  return (
    <Row sender={user} createdAt={entry.createdAt} compact={compact} state={state}>
      <p className={`whitespace-pre-wrap ${entry.state === 'sending' ? 'text-ink-faint' : ''}`}>{withLinks(entry.text)}</p>
      {entry.state === 'failed' && <Failed entry={entry} />}
    </Row>
  );
});

function Failed({ entry }: { entry: OutboxEntry }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const link = 'rounded font-medium underline underline-offset-2';
  return (
    <p role="alert" className="mt-0.5 flex flex-wrap items-center gap-x-3 gap-y-0.5 text-[13px] text-danger">
      <span>
        {t('room.failed')}. {errorText(entry.error)}
      </span>
      {/* Whether it works this time is shown by the message itself. */}
      <button type="button" className={link} onClick={() => void brook.outbox.retry(entry.clientId).catch(() => undefined)}>
        {t('room.retry')}
      </button>
      <button type="button" className={link} onClick={() => brook.outbox.discard(entry.clientId)}>
        {t('room.discard')}
      </button>
    </p>
  );
}
