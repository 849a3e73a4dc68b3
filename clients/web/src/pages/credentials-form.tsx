import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { faultyFields, hasCode, useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Field, PasswordField } from '../ui/field';
import { Notice } from '../ui/notice';

interface CredentialsFormProps {
  /** What the name begins with. */
  name?: string;
  /** What the button says. */
  action: string;
  /** Whether the cursor is to be in the first field at once. */
  autoFocus?: boolean;
  /** Takes the two to the server; what it rejects with is told here. */
  submit: (credentials: { username: string; password: string }) => Promise<unknown>;
}

/** A name and a password for an account that is to be. */
export function CredentialsForm({ name = '', action, autoFocus = false, submit }: CredentialsFormProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [username, setUsername] = useState(name);
  const [password, setPassword] = useState('');
  const made = useMutation({ mutationFn: () => submit({ username: username.trim(), password }) });
  const faults = faultyFields(made.error);
  const taken = hasCode(made.error, 'username_taken');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    made.mutate();
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-5">
      <Field
        label={t('fields.username')}
        hint={t('fields.usernameHint')}
        error={taken ? t('errors.username_taken') : faults.has('username') && t('fields.usernameHint')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        minLength={2}
        autoFocus={autoFocus}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <PasswordField
        label={t('fields.password')}
        hint={t('fields.passwordHint')}
        error={faults.has('password') && t('fields.passwordHint')}
        name="password"
        autoComplete="new-password"
        required
        minLength={8}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {made.isError && !taken && faults.size === 0 && <Notice look="danger">{errorText(made.error)}</Notice>}
      <Button type="submit" busy={made.isPending} className="h-11">
        {action}
      </Button>
    </form>
  );
}
