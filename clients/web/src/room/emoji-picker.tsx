import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EMOJI } from './emoji';

const COLUMNS = 8;

interface Choice {
  emoji: string;
  words: string;
}

const GROUPS = EMOJI.map(({ group, list }) => ({
  group,
  choices: list.split('|').map((entry): Choice => {
    const [emoji = '', ...words] = entry.split(' ');
    return { emoji, words: words.join(' ') };
  }),
}));

/** Emoji to choose from, found by a word in English or Korean; arrow keys move, Enter chooses. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const groups = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    const fits = ({ words, emoji }: Choice) => wanted === '' || words.includes(wanted) || emoji === wanted;
    return GROUPS.map(({ group, choices }) => ({ group, choices: choices.filter(fits) })).filter(
      ({ choices }) => choices.length > 0,
    );
  }, [query]);
  useEffect(() => field.current?.focus(), []);

  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    const inField = document.activeElement === field.current;
    if (step === undefined || (inField && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    const buttons = [...(root.current?.querySelectorAll<HTMLElement>('button') ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    const next = inField ? 0 : at + step;
    if (next < 0) field.current?.focus();
    else buttons[Math.min(next, buttons.length - 1)]?.focus();
  };

  return (
    <div ref={root} role="dialog" aria-label={t('room.react')} onKeyDown={move} className="flex w-[19.5rem] flex-col p-2">
      <input
        ref={field}
        type="search"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          const first = groups[0]?.choices[0];
          if (event.key === 'Enter' && !event.nativeEvent.isComposing && first) onPick(first.emoji);
        }}
        placeholder={t('room.findEmoji')}
        aria-label={t('room.findEmoji')}
        className="mb-1 h-9 rounded-lg border border-line-strong bg-surface px-3 text-sm placeholder:text-ink-faint focus:outline-2 focus:outline-offset-0 focus:outline-accent/35"
      />
      <div className="scroll-calm h-56 overflow-y-auto">
        {groups.map(({ group, choices }) => (
          <section key={group} aria-label={t(`room.emoji.${group}`)}>
            <h3 className="px-1 pt-2 pb-1 text-2xs font-medium text-ink-faint">{t(`room.emoji.${group}`)}</h3>
            <div className="grid grid-cols-8">
              {choices.map(({ emoji, words }) => (
                <button
                  key={emoji}
                  type="button"
                  title={words.split(' ')[0]}
                  aria-label={`${emoji} ${words}`}
                  onClick={() => onPick(emoji)}
                  className="grid h-9 place-items-center rounded-lg font-emoji text-xl hover:bg-hover focus-visible:-outline-offset-2"
                >
                  {emoji}
                </button>
              ))}
            </div>
          </section>
        ))}
        {groups.length === 0 && <p className="py-10 text-center text-sm text-ink-faint">{t('room.noEmoji')}</p>}
      </div>
    </div>
  );
}
