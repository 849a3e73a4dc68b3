import type { Message } from '@brook/common/contracts';
import { SendHorizontal, X } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { plainText } from '../markdown/plain-text';
import { IconButton } from '../ui/button';
import { codePoints } from './code-points';
import { draftOf, keepDraft } from './drafts';
import { MentionList, optionId } from './mention-list';
import { useMentionCompletion } from './use-mention-completion';
import { MAX_TEXT, WritingField } from './writing-field';

/** From here on the composer says how much is left. */
const WARN_BELOW = 200;
/** `typing` lasts 5 s; told again a little before that. */
const TYPING_EVERY_MS = 3_000;

/** The text of a room's composer: kept while one looks elsewhere or reloads, told to the others while one writes. */
function useDraft(roomId: string) {
  const brook = useBrook();
  const me = useUser()?.id ?? '';
  const [text, setText] = useState(() => draftOf(me, roomId));
  const typedAt = useRef(Number.NEGATIVE_INFINITY);
  const write = (next: string) => {
    setText(next);
    keepDraft(me, roomId, next);
    if (next.trim() === '' || performance.now() - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = performance.now();
    brook.typing(roomId);
  };
  const clear = () => {
    setText('');
    keepDraft(me, roomId, '');
    typedAt.current = Number.NEGATIVE_INFINITY;
  };
  return { text, write, clear };
}

interface ComposerProps {
  roomId: string;
  roomName: string;
  replyTo: Message | null;
  onReplyTo: (message: Message | null) => void;
  onSend: () => void;
  /** Arrow up in an empty field. */
  onEditLast: () => void;
}

/** Where one writes: the message that one answers, the names that one may mean, and the text. */
export const Composer = memo(function Composer(props: ComposerProps) {
  const { roomId, roomName, replyTo, onReplyTo, onSend, onEditLast } = props;
  const { t } = useTranslation();
  const brook = useBrook();
  const area = useRef<HTMLTextAreaElement>(null);
  const { text, write, clear } = useDraft(roomId);
  const mentions = useMentionCompletion({ roomId, area, write });
  const left = MAX_TEXT - codePoints(text.trim());
  const sendable = left >= 0 && left < MAX_TEXT;

  useEffect(() => {
    // A phone's keyboard must not cover the room before it was asked for.
    if (window.matchMedia('(pointer: fine)').matches) area.current?.focus();
  }, []);
  useEffect(() => {
    if (replyTo) area.current?.focus();
  }, [replyTo]);

  const send = () => {
    if (!sendable) return;
    // The message shows its own fate, and keeps the way to try again.
    brook.send(roomId, text.trim(), { replyTo: replyTo?.seq ?? null }).catch(() => undefined);
    clear();
    onReplyTo(null);
    mentions.close();
    onSend();
    area.current?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (mentions.onKey(event)) return true;
    if (event.key === 'Escape' && replyTo) {
      onReplyTo(null);
      return true;
    }
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (event.key !== 'ArrowUp' || text !== '' || !plain) return false;
    onEditLast();
    return true;
  };

  return (
    <form
      onSubmit={submit}
      className="column relative shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5 sm:pb-4"
    >
      {mentions.open && (
        <MentionList id={mentions.listId} options={mentions.options} active={mentions.active} onTake={mentions.take} />
      )}
      <div className="rounded-xl border border-line-strong bg-surface p-1 transition-colors focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/25">
        {replyTo && <ReplyingTo message={replyTo} onClose={() => onReplyTo(null)} />}
        <div className="flex items-end gap-1">
          <WritingField
            ref={area}
            text={text}
            label={t('room.placeholder', { name: roomName })}
            tooLong={left < 0}
            onWrite={(next) => {
              write(next);
              mentions.look();
            }}
            onSend={send}
            onKey={onKey}
            onCaret={mentions.look}
            completion={mentions.open ? { list: mentions.listId, active: optionId(mentions.listId, mentions.active) } : undefined}
          />
          <button
            type="submit"
            disabled={!sendable}
            aria-label={t('room.send')}
            title={t('room.send')}
            className="grid size-9 shrink-0 place-items-center rounded-lg bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-sunken disabled:text-ink-faint [&_svg]:size-[18px]"
          >
            <SendHorizontal />
          </button>
        </div>
      </div>
      {left < WARN_BELOW && (
        <p role="status" className={`mt-1 text-right text-xs tabular-nums ${left < 0 ? 'text-danger' : 'text-ink-faint'}`}>
          {left < 0 ? t('room.tooLong', { count: -left }) : t('room.left', { count: left })}
        </p>
      )}
    </form>
  );
});

function ReplyingTo({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="mb-1 flex items-center gap-2 rounded-lg bg-canvas py-1 pr-1 pl-3 text-[13px]">
      <p className="min-w-0 grow truncate text-ink-soft">
        <span className="font-medium text-ink">{t('room.replyingTo', { name: message.sender.displayName })}</span>{' '}
        {plainText(message.text).slice(0, 160)}
      </p>
      <IconButton label={t('room.cancelReply')} onClick={onClose} className="size-7">
        <X />
      </IconButton>
    </div>
  );
}
