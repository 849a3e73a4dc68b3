import type { MemberItem } from '@brook/common/contracts';

/** A name that is being written: from its @ to the caret. */
export interface MentionQuery {
  start: number;
  end: number;
  /** What stands behind the @ so far. */
  text: string;
}

/** The name before the caret, if there is one; `@` inside a word, as in an address, begins none. */
export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const found = /(?:^|[^\p{L}\p{M}\p{N}_.@-])@([\p{L}\p{M}\p{N}_.-]{0,32})$/u.exec(text.slice(Math.max(0, caret - 40), caret));
  if (!found) return null;
  const typed = found[1] ?? '';
  return { start: caret - typed.length - 1, end: caret, text: typed };
}

/** The text with the name in place of what was typed, and where the caret is then. */
export function withMention(text: string, query: MentionQuery, username: string): { text: string; caret: number } {
  const rest = text.slice(query.end);
  const space = rest.startsWith(' ') ? '' : ' ';
  const before = `${text.slice(0, query.start)}@${username}${space}`;
  return { text: before + rest, caret: before.length + (space === '' ? 1 : 0) };
}

/** Who may be meant: those whose name begins so first, then those who hold it anywhere; at most eight. */
export function matchingMembers(members: readonly MemberItem[], typed: string, me: string): MemberItem[] {
  const wanted = typed.toLowerCase();
  const rank = ({ user }: MemberItem): number => {
    const names = [user.username.toLowerCase(), user.displayName.toLowerCase()];
    if (user.id === me) return 9;
    if (names.some((name) => name.startsWith(wanted))) return 0;
    return names.some((name) => name.includes(wanted)) ? 1 : 9;
  };
  return members
    .map((member) => ({ member, rank: rank(member) }))
    .filter((entry) => entry.rank < 9)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 8)
    .map(({ member }) => member);
}
