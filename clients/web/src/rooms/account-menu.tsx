import { useMutation } from '@tanstack/react-query';
import { ChevronsUpDown, Keyboard, Languages, LogOut, Settings, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useBrook, useUser } from '../app/brook-context';
import { chooseLanguage } from '../i18n';
import { Avatar } from '../ui/avatar';
import { Menu, MenuItem } from '../ui/menu';

/** Oneself, at the foot of the list: settings, the console for admins, the language and the way out. */
export function AccountMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const { t, i18n } = useTranslation();
  const brook = useBrook();
  const user = useUser();
  const navigate = useNavigate();
  // The session is forgotten here even when the server cannot be told.
  const logOut = useMutation({ mutationFn: () => brook.logOut(), onSettled: () => navigate('/') });
  if (!user) return null;
  return (
    <Menu
      align="start"
      trigger={(props) => (
        <button
          {...props}
          type="button"
          className="flex w-full items-center gap-3 rounded-[10px] px-2.5 py-2 text-left transition-colors hover:bg-hover"
        >
          <Avatar id={user.id} name={user.displayName} url={user.avatarUrl} size="sm" />
          <span className="sr-only">{t('account.menu')}</span>
          <span className="min-w-0 grow">
            <span className="block truncate text-sm leading-tight font-medium">{user.displayName}</span>
            <span className="block truncate text-xs text-ink-faint">
              {user.kind === 'guest' ? t('account.guest') : `@${user.username}`}
            </span>
          </span>
          <ChevronsUpDown className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
        </button>
      )}
    >
      <MenuItem icon={<Settings />} onClick={() => void navigate('/settings')}>
        {t('settings.title')}
      </MenuItem>
      {user.role === 'admin' && (
        <MenuItem icon={<ShieldCheck />} onClick={() => void navigate('/admin')}>
          {t('account.admin')}
        </MenuItem>
      )}
      <MenuItem icon={<Keyboard />} hint="?" onClick={onShortcuts}>
        {t('shortcuts.title')}
      </MenuItem>
      <MenuItem icon={<Languages />} onClick={() => void chooseLanguage(i18n.language === 'ko' ? 'en' : 'ko')}>
        {t('app.language')}
      </MenuItem>
      <MenuItem icon={<LogOut />} onClick={() => logOut.mutate()}>
        {t('account.logOut')}
      </MenuItem>
    </Menu>
  );
}
