import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useBrook, useUser } from '../app/brook-context';
import { hasCode, useErrorText } from '../app/errors';
import { nextPath } from '../app/require-user';
import { useTitle } from '../app/use-title';
import { Button } from '../ui/button';
import { Field, PasswordField } from '../ui/field';
import { Notice } from '../ui/notice';
import { FrontCard, TextLink } from './front-page';
import { GithubButton } from './github-button';
import { GuestForm } from './guest-form';

/** Nobody has this name. */
class UnknownName extends Error {}

/** Enters with name and password, or as a guest. It says whether the name or the password is at fault. */
export function EnterPage() {
  const { t } = useTranslation();
  const user = useUser();
  const [params] = useSearchParams();
  useTitle(t('enter.title'));
  if (user) return <Navigate to={nextPath(params)} replace />;
  return (
    <FrontCard
      title={t('enter.title')}
      lead={t('enter.lead')}
      footer={
        <>
          {t('enter.none')} <TextLink to="/sign-up">{t('enter.signUp')}</TextLink>
        </>
      }
    >
      <GithubButton />
      <LogInForm />
      <div className="my-6 flex items-center gap-3 text-xs text-ink-faint before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
        {t('enter.or')}
      </div>
      <GuestForm open={params.has('guest')} />
    </FrontCard>
  );
}

function LogInForm() {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const logIn = useMutation({
    mutationFn: async (name: string) => {
      if (!(await brook.users.find(name))) throw new UnknownName(name);
      return brook.logIn({ username: name, password });
    },
  });
  const unknown = logIn.error instanceof UnknownName ? logIn.error.message : null;
  const wrong = hasCode(logIn.error, 'invalid_credentials');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    logIn.mutate(username.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-5">
      <Field
        label={t('fields.username')}
        error={
          unknown !== null && (
            <>
              {t('enter.unknownName', { name: unknown })}{' '}
              <TextLink to={`/sign-up?name=${encodeURIComponent(unknown)}`}>{t('enter.takeName')}</TextLink>
            </>
          )
        }
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <PasswordField
        label={t('fields.password')}
        error={wrong && t('enter.wrongPassword')}
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {logIn.isError && unknown === null && !wrong && <Notice look="danger">{errorText(logIn.error)}</Notice>}
      <Button type="submit" busy={logIn.isPending} className="h-11">
        {t('enter.submit')}
      </Button>
    </form>
  );
}
