import { type Mentions, ROOM_MENTION } from '@brook/common/contracts';

/** Whom these mentions concern, as an event entry tells it: user ids, or `room`, with commas between; undefined: nobody. */
export function mentionedBy(...all: (Mentions | null | undefined)[]): string | undefined {
  if (!all.some(Boolean)) return undefined;
  const people = new Set<string>();
  for (const mentions of all) {
    if (mentions?.room) people.add(ROOM_MENTION);
    for (const { id } of mentions?.users ?? []) people.add(id);
  }
  return people.size === 0 ? undefined : [...people].join(',');
}
