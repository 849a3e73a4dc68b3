import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from 'react';
import { EnterKey } from './enter-key';

/** Longest text of a message, in code points, by the protocol. */
export const MAX_TEXT = 4_000;

interface WritingFieldProps {
  ref: RefObject<HTMLTextAreaElement | null>;
  text: string;
  label: string;
  tooLong: boolean;
  onWrite: (text: string) => void;
  onSend: () => void;
  /** Looks at a key first, but for those that an input method works on; true: it has been dealt with. */
  onKey?: (event: KeyboardEvent<HTMLTextAreaElement>) => boolean;
  /** The caret may have moved. */
  onCaret?: () => void;
  /** Id of the list that completes what is being written, and of the option that is marked in it. */
  completion?: { list: string; active: string | undefined } | undefined;
}

/**
 * A field that grows with its text and knows which Enter sends. Enter sends, Shift+Enter breaks the line, and the Enter that
 * ends a composition does neither.
 */
export function WritingField({ ref, text, label, tooLong, onWrite, onSend, onKey, onCaret, completion }: WritingFieldProps) {
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
      aria-autocomplete={completion && 'list'}
      aria-controls={completion?.list}
      aria-activedescendant={completion?.active}
      enterKeyHint="send"
      onChange={(event) => onWrite(event.target.value)}
      onSelect={onCaret}
      onCompositionStart={() => keys.compositionStart()}
      onCompositionEnd={(event) => keys.compositionEnd(event.timeStamp)}
      onKeyUp={(event) => keys.keyUp(event.key)}
      onBlur={() => keys.blur()}
      onKeyDown={(event) => {
        const composing = event.nativeEvent.isComposing || event.keyCode === 229;
        if (!composing && onKey?.(event)) return event.preventDefault();
        const verdict = keys.keyDown(event.nativeEvent);
        if (verdict !== 'leave') event.preventDefault();
        if (verdict === 'send') onSend();
      }}
      className="scroll-calm field-sizing-content max-h-48 min-h-9 w-full min-w-0 grow resize-none bg-transparent px-2.5 py-1.5 outline-none placeholder:truncate placeholder:text-ink-faint"
    />
  );
}

/** Whether the field grows by itself. Where it does not, each key costs a layout of the whole page, twice. */
const GROWS = CSS.supports('field-sizing', 'content');

/** Makes the field as high as its text; CSS bounds it. */
function useGrowing(area: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useLayoutEffect(() => {
    const element = area.current;
    if (GROWS || !element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [area, text]);
}
