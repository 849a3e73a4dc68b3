import type { Message } from '@brook/common/contracts';
import type { OutboxEntry } from '@brook/sdk';
import { AlertCircle, Check, Clock3 } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { moment } from '../i18n/moments';
import { Markdown } from '../markdown/markdown';
import { Avatar } from '../ui/avatar';
import { useActions } from './actions';
import { EditForm } from './edit-form';
import { MessageToolbar } from './message-toolbar';
import { Quoted } from './quoted';
import { Reactions } from './reactions';

interface Person {
  id: string;
  displayName: string;
  avatarUrl: string | null;
}

interface RowProps {
  sender: Person;
  createdAt: string;
  compact: boolean;
  seq?: number;
  struck?: boolean;
  state?: ReactNode;
  above?: ReactNode;
  toolbar?: ReactNode;
  onArmed?: (armed: boolean) => void;
  children: ReactNode;
}

/** One message's place: picture and name, or, in a group, only the text with its time on hover. */
function Row({ sender, createdAt, compact, seq, struck, state, above, toolbar, onArmed, children }: RowProps) {
  const { i18n } = useTranslation();
  const at = new Date(createdAt);
  const time = moment(at, 'time', i18n.language);
  const full = moment(at, 'full', i18n.language);
  return (
    <article
      data-seq={seq}
      tabIndex={-1}
      onPointerEnter={() => onArmed?.(true)}
      onPointerLeave={() => onArmed?.(false)}
      onFocus={() => onArmed?.(true)}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) onArmed?.(false);
      }}
      className={`group relative px-4 outline-none hover:bg-hover/60 focus-visible:bg-hover focus-visible:shadow-[inset_3px_0_0_var(--accent)] sm:px-6 ${
        compact ? 'py-0.5' : 'mt-2.5 pt-1 pb-0.5'
      } ${struck ? 'struck' : ''}`}
    >
      {above}
      <div className="flex gap-3">
        <div className="w-9 shrink-0">
          {compact ? (
            <span
              aria-hidden="true"
              className="block pt-1 text-right text-2xs whitespace-nowrap text-ink-faint tabular-nums opacity-0 group-hover:opacity-100 max-sm:hidden"
            >
              {moment(at, 'clock', i18n.language)}
            </span>
          ) : (
            <Avatar id={sender.id} name={sender.displayName} url={sender.avatarUrl} />
          )}
        </div>
        <div className="min-w-0 grow">
          <header className={compact ? 'sr-only' : 'flex items-baseline gap-2 leading-5'}>
            <span className="truncate text-sm font-semibold">{sender.displayName}</span>
            <time dateTime={createdAt} title={full} className="shrink-0 text-xs text-ink-faint tabular-nums">
              {time}
            </time>
          </header>
          {children}
        </div>
        <div className="flex w-4 shrink-0 items-start justify-center pt-1 text-ink-faint [&_svg]:size-3.5">{state}</div>
      </div>
      {toolbar}
    </article>
  );
}

interface MessageRowProps {
  message: Message;
  compact: boolean;
  editing: boolean;
  /** It was jumped to just now. */
  struck: boolean;
}

/** A stored message. One's own bears the sign that it was sent. */
export const MessageRow = memo(function MessageRow({ message, compact, editing, struck }: MessageRowProps) {
  const { t } = useTranslation();
  const { me, canWrite } = useActions();
  const [armed, setArmed] = useState(false);
  const own = message.sender.id === me;
  const deleted = message.deletedAt !== null;
  return (
    <Row
      sender={message.sender}
      createdAt={message.createdAt}
      compact={compact}
      seq={message.seq}
      struck={struck}
      onArmed={setArmed}
      state={own && !deleted && <Sent />}
      above={message.replyTo !== null && <Quoted seq={message.replyTo} />}
      toolbar={armed && !deleted && !editing && <MessageToolbar message={message} />}
    >
      {editing ? (
        <EditForm message={message} />
      ) : deleted ? (
        <p className="text-ink-faint italic">{t('room.deleted')}</p>
      ) : (
        <Markdown
          text={message.text}
          me={me}
          mentions={message.mentions}
          after={message.editedAt && <Edited at={message.editedAt} />}
        />
      )}
      {message.reactions.length > 0 && <Reactions message={message} canReact={canWrite} />}
    </Row>
  );
});

function Edited({ at }: { at: string }) {
  const { t, i18n } = useTranslation();
  const when = moment(new Date(at), 'medium', i18n.language);
  return (
    <span title={when} className="ml-1.5 text-xs text-ink-faint">
      ({t('room.edited')})
    </span>
  );
}

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
    <Row
      sender={user}
      createdAt={entry.createdAt}
      compact={compact}
      state={state}
      above={entry.replyTo !== null && <Quoted seq={entry.replyTo} />}
    >
      <div className={entry.state === 'sending' ? 'text-ink-faint' : ''}>
        <Markdown text={entry.text} me={user.id} mentions={entry.message?.mentions} />
      </div>
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
