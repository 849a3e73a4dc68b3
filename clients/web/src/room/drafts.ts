/** What was begun in a room and not sent; it survives a reload. */
const key = (userId: string, roomId: string): string => `brook.draft.${userId}.${roomId}`;

export const draftOf = (userId: string, roomId: string): string => localStorage.getItem(key(userId, roomId)) ?? '';

/** Keeps the draft; an empty one is forgotten. */
export function keepDraft(userId: string, roomId: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(key(userId, roomId));
    else localStorage.setItem(key(userId, roomId), text);
  } catch {
    // A full storage must not keep anybody from writing.
  }
}
