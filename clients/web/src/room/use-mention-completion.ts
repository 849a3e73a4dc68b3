import type { MemberItem } from '@brook/common/contracts';
import { type KeyboardEvent, type RefObject, useId, useMemo, useState } from 'react';
import { useUser } from '../app/brook-context';
import { type MentionQuery, matchingMembers, mentionQuery, withMention } from './mention-query';
import { useMembers } from './use-members';

interface Source {
  roomId: string;
  area: RefObject<HTMLTextAreaElement | null>;
  write: (text: string) => void;
}

/** Completes an @name while it is written: arrow keys choose, Enter and Tab take, Escape leaves it as it is. */
export function useMentionCompletion({ roomId, area, write }: Source) {
  const me = useUser()?.id ?? '';
  const listId = useId();
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [index, setIndex] = useState(0);
  const { members } = useMembers(roomId, query !== null);
  const options = useMemo(() => (query ? matchingMembers(members, query.text, me) : []), [members, query, me]);
  const open = options.length > 0;
  const active = Math.min(index, options.length - 1);

  const look = () => {
    const element = area.current;
    if (!element) return;
    const next = element.selectionStart === element.selectionEnd ? mentionQuery(element.value, element.selectionStart) : null;
    if (next?.text !== query?.text || next?.start !== query?.start) {
      setQuery(next);
      setIndex(0);
    }
  };
  const take = (member: MemberItem) => {
    const element = area.current;
    if (!element || !query) return;
    const next = withMention(element.value, query, member.user.username);
    write(next.text);
    setQuery(null);
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(next.caret, next.caret);
    });
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!open) return false;
    const chosen = options[active];
    switch (event.key) {
      case 'ArrowDown':
        setIndex((active + 1) % options.length);
        return true;
      case 'ArrowUp':
        setIndex((active + options.length - 1) % options.length);
        return true;
      case 'Enter':
      case 'Tab':
        if (chosen) take(chosen);
        return true;
      case 'Escape':
        setQuery(null);
        return true;
      default:
        return false;
    }
  };
  return { open, options, active, listId, look, take, onKey, close: () => setQuery(null) };
}
