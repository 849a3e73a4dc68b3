import type { Message } from '@brook/common/contracts';
import { SmilePlus } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Popover } from '../ui/popover';
import { Spinner } from '../ui/spinner';
import { useActions } from './actions';

const EmojiPicker = lazy(() => import('./emoji-picker'));

/** Opens the picker; the emoji that is chosen becomes, or ceases to be, one's reaction. */
export function ReactButton({
  message,
  className = '',
  onOpen,
}: {
  message: Message;
  className?: string;
  onOpen?: (open: boolean) => void;
}) {
  const { t } = useTranslation();
  const { react } = useActions();
  const button = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const show = (next: boolean) => {
    setOpen(next);
    onOpen?.(next);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        data-react
        aria-label={t('room.react')}
        title={t('room.react')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => show(!open)}
        className={`grid place-items-center text-ink-soft hover:bg-hover hover:text-ink [&_svg]:size-4 ${className}`}
      >
        <SmilePlus />
      </button>
      {open && button.current && (
        <Popover anchor={button.current} align="end" onClose={() => show(false)}>
          <Suspense fallback={<Spinner className="m-6 size-5" />}>
            <EmojiPicker
              onPick={(emoji) => {
                react(message, emoji);
                show(false);
              }}
            />
          </Suspense>
        </Popover>
      )}
    </>
  );
}
