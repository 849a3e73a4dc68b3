import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { faultyFields, hasCode, useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { PasswordField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toast';
import { Section } from './section';

/** A new password; every other session ends with it. */
export function PasswordSettings() {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const change = useMutation({
    mutationFn: () => brook.users.changePassword({ currentPassword, newPassword }),
    onSuccess: () => {
      setCurrent('');
      setNew('');
      toast(t('settings.passwordChanged'));
      return queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const wrong = hasCode(change.error, 'invalid_credentials');
  const weak = faultyFields(change.error).has('newPassword');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title={t('fields.password')} hint={t('settings.passwordHint')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <PasswordField
          label={t('settings.currentPassword')}
          autoComplete="current-password"
          error={wrong && t('settings.wrongPassword')}
          required
          value={currentPassword}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <PasswordField
          label={t('settings.newPassword')}
          hint={t('fields.passwordHint')}
          autoComplete="new-password"
          error={weak && t('settings.weakPassword')}
          required
          minLength={8}
          value={newPassword}
          onChange={(event) => setNew(event.target.value)}
        />
        {change.isError && !wrong && !weak && (
          <Notice look="danger">{hasCode(change.error, 'conflict') ? t('settings.noPassword') : errorText(change.error)}</Notice>
        )}
        <Button type="submit" className="self-start" busy={change.isPending}>
          {t('settings.changePassword')}
        </Button>
      </form>
    </Section>
  );
}
