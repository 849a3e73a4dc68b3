import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '../app/errors';
import { Button } from './button';
import { Dialog } from './dialog';
import { Notice } from './notice';

interface ConfirmProps {
  title: string;
  /** What the button says that does it. */
  action: string;
  busy: boolean;
  /** Why it did not work; null where it did, or was not tried. */
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ title, action, busy, error, onConfirm, onClose, children }: ConfirmProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-5">
        <div>{children}</div>
        {error !== null && error !== undefined && <Notice look="danger">{errorText(error)}</Notice>}
        <div className="flex justify-end gap-2">
          <Button look="plain" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button look="danger" busy={busy} onClick={onConfirm} autoFocus>
            {action}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
