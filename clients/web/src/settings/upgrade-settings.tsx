import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { faultyFields, hasCode, useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Field, PasswordField } from '../ui/field';
import { Notice } from '../ui/notice';
import { toast } from '../ui/toast';
import { Section } from './section';

/** A guest becomes a member and keeps everything. */
export function UpgradeSettings() {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const upgrade = useMutation({
    mutationFn: () => brook.users.upgrade({ username: username.trim(), password }),
    onSuccess: () => toast(t('settings.upgraded')),
  });
  const taken = hasCode(upgrade.error, 'username_taken');
  const faults = faultyFields(upgrade.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    upgrade.mutate();
  };
  return (
    <Section title={t('settings.upgrade')} hint={t('settings.upgradeHint')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={t('fields.username')}
          hint={t('fields.usernameHint')}
          error={taken ? t('errors.username_taken') : faults.has('username') && t('fields.usernameHint')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={username}
          onChange={(event) => setUsername(event.target.value)}
        />
        <PasswordField
          label={t('fields.password')}
          hint={t('fields.passwordHint')}
          error={faults.has('password') && t('fields.passwordHint')}
          autoComplete="new-password"
          required
          minLength={8}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {upgrade.isError && !taken && faults.size === 0 && <Notice look="danger">{errorText(upgrade.error)}</Notice>}
        <Button type="submit" className="self-start" busy={upgrade.isPending}>
          {t('home.signUp')}
        </Button>
      </form>
    </Section>
  );
}
