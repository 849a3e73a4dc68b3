import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { faultyFields, useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';

/** Entry without an account; folded to one button until wanted. */
export function GuestForm({ open: initiallyOpen }: { open: boolean }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const [open, setOpen] = useState(initiallyOpen);
  const [name, setName] = useState('');
  const enter = useMutation({ mutationFn: () => brook.guest(name.trim() === '' ? {} : { displayName: name.trim() }) });
  const faulty = faultyFields(enter.error).has('displayName');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  if (!open) {
    return (
      <Button look="quiet" className="h-11 w-full" onClick={() => setOpen(true)}>
        {t('enter.guestTitle')}
      </Button>
    );
  }
  return (
    <form onSubmit={submit} className="rise flex flex-col gap-4">
      <p className="text-sm text-ink-faint">{t('enter.guestLead')}</p>
      <Field
        label={t('fields.displayName')}
        optional
        error={faulty && t('fields.displayNameHint')}
        name="displayName"
        autoComplete="nickname"
        maxLength={64}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      {enter.isError && !faulty && <Notice look="danger">{errorText(enter.error)}</Notice>}
      <Button type="submit" look="quiet" busy={enter.isPending} className="h-11">
        {t('enter.guestSubmit')}
      </Button>
    </form>
  );
}
