import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useBrook, useUser } from '../app/brook-context';
import { faultyFields, hasCode, useErrorText } from '../app/errors';
import { nextPath } from '../app/require-user';
import { useTitle } from '../app/use-title';
import { Button } from '../ui/button';
import { Field, PasswordField } from '../ui/field';
import { Notice } from '../ui/notice';
import { FrontCard, TextLink } from './front-page';

/** Makes an account and goes in. */
export function SignUpPage() {
  const { t } = useTranslation();
  const user = useUser();
  const [params] = useSearchParams();
  useTitle(t('signUp.title'));
  if (user) return <Navigate to={nextPath(params)} replace />;
  return (
    <FrontCard
      title={t('signUp.title')}
      lead={t('signUp.lead')}
      footer={
        <>
          {t('signUp.have')} <TextLink to="/enter">{t('signUp.enter')}</TextLink>
        </>
      }
    >
      <SignUpForm name={params.get('name') ?? ''} />
    </FrontCard>
  );
}

function SignUpForm({ name }: { name: string }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const [username, setUsername] = useState(name);
  const [password, setPassword] = useState('');
  const signUp = useMutation({ mutationFn: () => brook.signUp({ username: username.trim(), password }) });
  const faults = faultyFields(signUp.error);
  const taken = hasCode(signUp.error, 'username_taken');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signUp.mutate();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
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
        autoFocus
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
      {signUp.isError && !taken && faults.size === 0 && <Notice look="danger">{errorText(signUp.error)}</Notice>}
      <Button type="submit" busy={signUp.isPending} className="h-11">
        {t('signUp.submit')}
      </Button>
    </form>
  );
}
