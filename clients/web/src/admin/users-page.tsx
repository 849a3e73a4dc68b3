import type { AdminUser } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Avatar } from '../ui/avatar';
import { Menu, MenuItem } from '../ui/menu';
import { toast } from '../ui/toast';
import { ConsolePage } from './console-page';
import { Search, Table, useList } from './table';
import { useTexts } from './texts';

/** Everybody with an account: roles, blocks and sessions. */
export function UsersPage() {
  const texts = useTexts();
  const { i18n } = useTranslation();
  const [search, setSearch] = useState('');
  const list = useList<AdminUser>('users', search);
  return (
    <ConsolePage title={texts.users} aside={<Search value={search} onChange={setSearch} />}>
      <Table
        list={list}
        label={texts.users}
        columns={[texts.name, texts.kind, texts.role, texts.state, texts.since, texts.actions]}
        rowKey={({ id }) => id}
        row={(person) => [
          <span key="name" className="flex items-center gap-2.5">
            <Avatar id={person.id} name={person.displayName} url={person.avatarUrl} size="sm" />
            <span className="min-w-0">
              <span className="block truncate font-medium">{person.displayName}</span>
              <span className="block truncate text-xs text-ink-faint">@{person.username}</span>
            </span>
          </span>,
          texts[person.kind],
          texts[person.role],
          person.blockedAt === null ? texts.active : <span className="text-danger">{texts.blocked}</span>,
          new Date(person.createdAt).toLocaleDateString(i18n.language),
          <Acts key="acts" person={person} />,
        ]}
      />
    </ConsolePage>
  );
}

function Acts({ person }: { person: AdminUser }) {
  const texts = useTexts();
  const brook = useBrook();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const own = useUser()?.id === person.id;
  const act = useMutation({
    mutationFn: ({ method, what, body }: { method: 'POST' | 'PUT' | 'DELETE'; what: string; body?: object }) =>
      brook.call<unknown>({ method, path: `/admin/users/${person.id}/${what}`, ...(body ? { body } : {}) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['admin', 'users'] }),
    onError: (error) => toast(errorText(error), 'danger'),
  });
  if (own) return null;
  const blocked = person.blockedAt !== null;
  const admin = person.role === 'admin';
  return (
    <Menu
      trigger={(props) => (
        <button
          {...props}
          type="button"
          aria-label={`${texts.actions}: ${person.displayName}`}
          className="grid size-8 place-items-center rounded-lg hover:bg-hover"
        >
          <MoreHorizontal className="size-4" />
        </button>
      )}
    >
      {person.kind === 'member' && (
        <MenuItem
          icon={null}
          onClick={() => act.mutate({ method: 'PUT', what: 'role', body: { role: admin ? 'user' : 'admin' } })}
        >
          {admin ? texts.makeUser : texts.makeAdmin}
        </MenuItem>
      )}
      <MenuItem icon={null} onClick={() => act.mutate({ method: 'DELETE', what: 'sessions' })}>
        {texts.endSessions}
      </MenuItem>
      <MenuItem icon={null} danger={!blocked} onClick={() => act.mutate({ method: blocked ? 'DELETE' : 'POST', what: 'block' })}>
        {blocked ? texts.unblockUser : texts.blockUser}
      </MenuItem>
    </Menu>
  );
}
