import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';

const today = (): string => {
  const now = new Date();
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
};

/** Asks for a day to go to; gives its beginning in the reader's own time zone. */
export function DateDialog({ onClose, onChoose }: { onClose: () => void; onChoose: (date: Date) => void }) {
  const { t } = useTranslation();
  const [day, setDay] = useState(today);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    onChoose(new Date(`${day}T00:00`));
  };
  return (
    <Dialog title={t('room.jumpDate')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <Field
          label={t('room.day')}
          type="date"
          required
          max={today()}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button look="plain" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit">{t('room.go')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
