import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';
import { Section } from './section';

/** Links the account with GitHub, where this installation offers it. */
export function GithubSettings() {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const providers = useQuery({ queryKey: ['providers'], queryFn: () => brook.users.providers(), staleTime: Infinity });
  const link = useMutation({ mutationFn: () => brook.users.linkGithub(), onSuccess: (url) => window.location.assign(url) });
  if (!providers.data?.includes('github')) return null;
  return (
    <Section title="GitHub" hint={t('settings.githubHint')}>
      {link.isError && <Notice look="danger">{errorText(link.error)}</Notice>}
      <Button look="quiet" className="self-start" busy={link.isPending} onClick={() => link.mutate()}>
        {t('settings.github')}
      </Button>
    </Section>
  );
}
