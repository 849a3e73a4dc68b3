import { SendHorizontal } from 'lucide-react';
import { type FormEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { codePoints } from './code-points';
import { EnterKey } from './enter-key';

/** Longest text of a message, in code points, by the protocol. */
const MAX = 4_000;
/** From here on the composer says how much is left. */
const WARN_BELOW = 200;
/** `typing` lasts 5 s; told again a little before that. */
const TYPING_EVERY_MS = 3_000;

/** What was begun in each room and not sent, for as long as the page lives. */
const drafts = new Map<string, string>();

/** The text of a room's composer: kept while one looks elsewhere, told to the others while one writes. */
function useDraft(roomId: string) {
  const brook = useBrook();
  const [text, setText] = useState(() => drafts.get(roomId) ?? '');
  const typedAt = useRef(Number.NEGATIVE_INFINITY);
  const write = (next: string) => {
    setText(next);
    drafts.set(roomId, next);
    if (next.trim() === '' || performance.now() - typedAt.current < TYPING_EVERY_MS) return;
    typedAt.current = performance.now();
    brook.typing(roomId);
  };
  const clear = () => {
    setText('');
    drafts.delete(roomId);
    typedAt.current = Number.NEGATIVE_INFINITY;
  };
  return { text, write, clear };
}

/** Where one writes. Enter sends, Shift+Enter breaks the line, and the Enter that ends a composition does neither. */
export function Composer({ roomId, roomName, onSend }: { roomId: string; roomName: string; onSend: () => void }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const area = useRef<HTMLTextAreaElement>(null);
  const { text, write, clear } = useDraft(roomId);
  const left = MAX - codePoints(text.trim());
  const sendable = left >= 0 && left < MAX;

  useEffect(() => {
    // A phone's keyboard must not cover the room before it was asked for.
    if (window.matchMedia('(pointer: fine)').matches) area.current?.focus();
  }, []);

  const send = () => {
    if (!sendable) return;
    // The message shows its own fate, and keeps the way to try again.
    brook.send(roomId, text.trim()).catch(() => undefined);
    clear();
    onSend();
    area.current?.focus();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };

  return (
    <form onSubmit={submit} className="shrink-0 px-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-5 sm:pb-4">
      <div className="flex items-end gap-1 rounded-xl border border-line-strong bg-surface p-1 transition-colors focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/25">
        <WritingField
          ref={area}
          text={text}
          label={t('room.placeholder', { name: roomName })}
          tooLong={left < 0}
          onWrite={write}
          onSend={send}
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
      {left < WARN_BELOW && (
        <p role="status" className={`mt-1 text-right text-xs tabular-nums ${left < 0 ? 'text-danger' : 'text-ink-faint'}`}>
          {left < 0 ? t('room.tooLong', { count: -left }) : t('room.left', { count: left })}
        </p>
      )}
    </form>
  );
}

interface WritingFieldProps {
  ref: RefObject<HTMLTextAreaElement | null>;
  text: string;
  label: string;
  tooLong: boolean;
  onWrite: (text: string) => void;
  onSend: () => void;
}

/** A field that grows with its text and knows which Enter sends. */
function WritingField({ ref, text, label, tooLong, onWrite, onSend }: WritingFieldProps) {
  const [keys] = useState(() => new EnterKey());
  useGrowing(ref, text);
  return (
    <textarea
      ref={ref}
      rows={1}
      value={text}
      placeholder={label}
      aria-label={label}
      aria-invalid={tooLong}
      enterKeyHint="send"
      onChange={(event) => onWrite(event.target.value)}
      onCompositionStart={() => keys.compositionStart()}
      onCompositionEnd={(event) => keys.compositionEnd(event.timeStamp)}
      onKeyUp={(event) => keys.keyUp(event.key)}
      onBlur={() => keys.blur()}
      onKeyDown={(event) => {
        const verdict = keys.keyDown(event.nativeEvent);
        if (verdict !== 'leave') event.preventDefault();
        if (verdict === 'send') onSend();
      }}
      className="scroll-calm max-h-48 min-h-9 grow resize-none bg-transparent px-2.5 py-1.5 outline-none placeholder:truncate placeholder:text-ink-faint"
    />
  );
}

/** Makes the field as high as its text; CSS bounds it. */
function useGrowing(area: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [area, text]);
}
