import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { useBrook, useUser } from '../app/brook-context';
import { nextPath } from '../app/require-user';
import { useTitle } from '../app/use-title';
import { CredentialsForm } from './credentials-form';
import { FrontCard, TextLink } from './front-page';

/** Makes an account and goes in. */
export function SignUpPage() {
  const { t } = useTranslation();
  const brook = useBrook();
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
      <CredentialsForm
        name={params.get('name') ?? ''}
        action={t('signUp.submit')}
        autoFocus
        submit={(credentials) => brook.signUp(credentials)}
      />
    </FrontCard>
  );
}
