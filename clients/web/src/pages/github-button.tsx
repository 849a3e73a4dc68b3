import { isErrorCode } from '@brook/common/contracts';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { LinkButton } from '../ui/button';
import { Notice } from '../ui/notice';
import { errorKey } from '../i18n';

async function loginProviders(): Promise<string[]> {
  const response = await fetch('/api/v1/auth/providers');
  if (!response.ok) throw new Error(`status ${response.status}`);
  return ((await response.json()) as { providers: string[] }).providers;
}

/** Leads to GitHub and, where that failed, says why; nothing where this installation does not offer it. */
export function GithubButton() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const providers = useQuery({ queryKey: ['providers'], queryFn: loginProviders, staleTime: Infinity });
  if (!providers.data?.includes('github')) return null;
  const failure = params.get('error');
  return (
    <div className="mb-5 flex flex-col gap-3">
      {failure !== null && <Notice look="danger">{t(errorKey(isErrorCode(failure) ? failure : 'internal'))}</Notice>}
      <LinkButton to="/auth/github" reloadDocument look="quiet" className="h-11">
        {t('enter.github')}
      </LinkButton>
    </div>
  );
}
