import type { AdminUser, User } from '@brook/common/contracts';

/** An account as the service keeps it, without its credential. */
export interface Account {
  id: string;
  username: string;
  displayName: string;
  avatarUrl: string | null;
  kind: 'member' | 'guest';
  role: 'user' | 'admin';
  /** Rises with every change of what others see. */
  version: number;
  createdAt: Date;
  /** Set while an admin keeps this person out. */
  blockedAt: Date | null;
}

/** What everybody may see of an account. */
export const toUser = (account: Account): User => ({
  id: account.id,
  username: account.username,
  displayName: account.displayName,
  avatarUrl: account.avatarUrl,
  kind: account.kind,
  role: account.role,
  createdAt: account.createdAt.toISOString(),
});

/** What an admin sees of an account. */
export const toAdminUser = (account: Account): AdminUser => ({
  ...toUser(account),
  blockedAt: account.blockedAt?.toISOString() ?? null,
});

/** What a person may change of the own profile. */
export interface ProfileUpdate {
  displayName?: string | undefined;
  avatarUrl?: string | null | undefined;
}

/** The account after the update with its next version, or null when the update changes nothing. */
export function updateProfile(account: Account, update: ProfileUpdate): Account | null {
  const displayName = update.displayName ?? account.displayName;
  const avatarUrl = update.avatarUrl === undefined ? account.avatarUrl : update.avatarUrl;
  if (displayName === account.displayName && avatarUrl === account.avatarUrl) return null;
  return { ...account, displayName, avatarUrl, version: account.version + 1 };
}

/** A guest's account as that of a member; who showed the guest's name shows the member's from then on. */
export function upgradeGuest(guest: Account, username: string): Account {
  const displayName = guest.displayName === guest.username ? username : guest.displayName;
  return { ...guest, kind: 'member', username, displayName, version: guest.version + 1 };
}
