import type { MemberItem, MemberRole, Room } from '@brook/common/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Ban, Crown, EllipsisVertical, Shield, ShieldOff, UserMinus, UserPlus } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { EmptyState } from '../ui/empty-state';
import { Field } from '../ui/field';
import { Menu, MenuItem } from '../ui/menu';
import { SkeletonRows } from '../ui/skeleton';
import { toast } from '../ui/toast';
import { useMembers } from './use-members';

interface MembersProps {
  room: Room;
  /** One's own; undefined for visitors. */
  role: MemberRole | undefined;
  online: ReadonlySet<string>;
}

/** What one may do with the members of a room. */
type Power = 'none' | 'moderator' | 'owner';

/** Who belongs to the room, who is there, and, for those who may, how to change that. */
export function MembersPanel({ room, role: own = 'member', online }: MembersProps) {
  const { t } = useTranslation();
  const user = useUser();
  const errorText = useErrorText();
  const { query, members } = useMembers(room.id);
  const role = user?.role === 'admin' ? 'owner' : own;
  const power: Power = role === 'member' ? 'none' : role;
  if (query.isPending) return <SkeletonRows rows={4} label={t('app.loading')} />;
  if (query.isError) {
    return (
      <EmptyState
        title={t('common.failed')}
        hint={errorText(query.error)}
        action={<Button onClick={() => void query.refetch()}>{t('common.tryAgain')}</Button>}
      />
    );
  }
  const isOnline = (member: MemberItem) => online.has(member.user.id) || member.user.id === user?.id;
  const sorted = [...members].sort((a, b) => Number(isOnline(b)) - Number(isOnline(a)));
  return (
    <div className="scroll-calm min-h-0 grow overflow-y-auto p-2" tabIndex={0}>
      {power !== 'none' && <AddMember room={room} />}
      <ul>
        {sorted.map((member) => (
          <Member key={member.user.id} room={room} member={member} online={isOnline(member)} power={power} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="p-2 text-center">
          <Button look="quiet" size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('rooms.more')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Nobody has this name. */
class Nobody extends Error {}

function AddMember({ room }: { room: Room }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: async () => {
      const person = await brook.users.find(name.trim().replace(/^@/, ''));
      if (!person) throw new Nobody();
      await brook.rooms.putMember(room.id, person.id);
      return person;
    },
    onSuccess: (person) => {
      setName('');
      toast(t('room.added', { name: person.displayName }));
      void queries.invalidateQueries({ queryKey: ['members', room.id] });
      void queries.invalidateQueries({ queryKey: ['room', room.id] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') add.mutate();
  };
  return (
    <form onSubmit={submit} className="mb-2 flex items-end gap-2 px-2 pt-1 pb-2">
      <div className="min-w-0 grow">
        <Field
          label={t('room.addPerson')}
          placeholder={t('fields.username')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="h-9!"
          error={add.error && (add.error instanceof Nobody ? t('room.nobody') : errorText(add.error))}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button
        type="submit"
        size="sm"
        className={`h-9 ${add.error ? 'mb-6' : ''}`}
        busy={add.isPending}
        aria-label={t('room.addPerson')}
      >
        <UserPlus className="size-4" />
      </Button>
    </form>
  );
}

interface MemberProps {
  room: Room;
  member: MemberItem;
  online: boolean;
  power: Power;
}

function Member({ room, member, online, power }: MemberProps) {
  const { t } = useTranslation();
  const { user, role } = member;
  const me = useUser()?.id === user.id;
  const mayTouch = !me && role !== 'owner' && (power === 'owner' || (power === 'moderator' && role === 'member'));
  return (
    <li className="group flex items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-hover">
      <span className="relative">
        <Avatar id={user.id} name={user.displayName} url={user.avatarUrl} size="sm" />
        {online && (
          <span
            role="img"
            aria-label={t('room.online')}
            title={t('room.online')}
            className="absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full bg-online ring-2 ring-surface"
          />
        )}
      </span>
      <span className="min-w-0 grow">
        <span className="block truncate text-sm leading-tight">
          {user.displayName}
          {me && <span className="text-ink-faint"> · {t('rooms.you')}</span>}
        </span>
        <span className="block truncate text-xs text-ink-faint">@{user.username}</span>
      </span>
      {role !== 'member' && <span className="shrink-0 text-xs text-ink-faint">{t(`room.roles.${role}`)}</span>}
      {mayTouch && <MemberMenu room={room} member={member} power={power} />}
    </li>
  );
}

type Step = 'moderator' | 'member' | 'owner' | 'remove' | 'ban';

function MemberMenu({ room, member: { user, role }, power }: Omit<MemberProps, 'online'>) {
  const { t } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const [asking, setAsking] = useState<Exclude<Step, 'moderator' | 'member'> | null>(null);
  const errorText = useErrorText();
  const change = useMutation({
    mutationFn: async (step: Step) => {
      if (step === 'remove') await brook.rooms.removeMember(room.id, user.id);
      else if (step === 'ban') await brook.rooms.ban(room.id, user.id);
      else await brook.rooms.putMember(room.id, user.id, step);
    },
    onSuccess: () => {
      setAsking(null);
      void queries.invalidateQueries({ queryKey: ['members', room.id] });
      void queries.invalidateQueries({ queryKey: ['room', room.id] });
      void queries.invalidateQueries({ queryKey: ['mine'] });
    },
    onError: (error) => {
      if (asking === null) toast(errorText(error), 'danger');
    },
  });
  return (
    <>
      <Menu
        trigger={(props) => (
          <button
            {...props}
            type="button"
            aria-label={t('room.memberMenu', { name: user.displayName })}
            className="grid size-7 shrink-0 place-items-center rounded-md text-ink-faint hover:bg-line hover:text-ink [&_svg]:size-4"
          >
            <EllipsisVertical />
          </button>
        )}
      >
        {power === 'owner' && role === 'member' && (
          <MenuItem icon={<Shield />} onClick={() => change.mutate('moderator')}>
            {t('room.makeModerator')}
          </MenuItem>
        )}
        {power === 'owner' && role === 'moderator' && (
          <MenuItem icon={<ShieldOff />} onClick={() => change.mutate('member')}>
            {t('room.makeMember')}
          </MenuItem>
        )}
        {power === 'owner' && (
          <MenuItem icon={<Crown />} onClick={() => setAsking('owner')}>
            {t('room.makeOwner')}
          </MenuItem>
        )}
        <MenuItem icon={<UserMinus />} danger onClick={() => setAsking('remove')}>
          {t('room.removeMember')}
        </MenuItem>
        <MenuItem icon={<Ban />} danger onClick={() => setAsking('ban')}>
          {t('room.ban')}
        </MenuItem>
      </Menu>
      {asking && (
        <ConfirmDialog
          title={t(`room.confirm.${asking}`, { name: user.displayName })}
          action={t(asking === 'owner' ? 'room.makeOwner' : asking === 'ban' ? 'room.ban' : 'room.removeMember')}
          busy={change.isPending}
          error={change.error}
          onConfirm={() => change.mutate(asking)}
          onClose={() => setAsking(null)}
        >
          <p className="text-ink-soft">{t(`room.confirmText.${asking}`)}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
