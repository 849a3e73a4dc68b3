import type { Message } from '@brook/common/contracts';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { plainText } from '../markdown/plain-text';
import { ConfirmDialog } from '../ui/confirm-dialog';

/** Asks before a message is deleted. */
export function DeleteDialog({ message, label, onClose }: { message: Message; label: string; onClose: () => void }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const remove = useMutation({ mutationFn: () => brook.deleteMessage(message.roomId, message.seq), onSuccess: onClose });
  return (
    <ConfirmDialog
      title={t('room.deleteTitle')}
      action={label}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p className="text-ink-soft">{t('room.deleteText')}</p>
      <blockquote className="mt-3 line-clamp-4 rounded-lg bg-canvas px-3 py-2 text-sm">
        <span className="font-medium">{message.sender.displayName}</span> {plainText(message.text)}
      </blockquote>
    </ConfirmDialog>
  );
}
