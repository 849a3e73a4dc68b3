import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from './button';

interface DialogProps {
  title: string;
  /** Wider, for lists. */
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A modal dialog; the browser keeps the focus inside and gives it back. Escape and a click beside it close it. */
export function Dialog({ title, wide = false, onClose, children }: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    dialog?.querySelector('input')?.focus();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={`m-auto ${wide ? 'w-[min(36rem,calc(100vw-2rem))]' : 'w-[min(27rem,calc(100vw-2rem))]'} rounded-2xl border border-line bg-raised p-0 text-ink shadow-float open:rise`}
    >
      <div className="p-5 sm:p-6">
        <header className="mb-4 flex items-center justify-between gap-3">
          <h2 id={heading} className="text-lg font-semibold tracking-tight">
            {title}
          </h2>
          <IconButton label={t('common.close')} onClick={onClose} className="-mr-2">
            <X />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}
