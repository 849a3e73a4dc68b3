const ALLOWED: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/**
 * The address as a link may carry it, or null where it may not: only http, https and mailto, nothing with a name and a
 * password in front of the host, and no sign that one cannot see. What decides is the browser's own reading of it.
 */
export function safeLink(address: string): string | null {
  if (!/^(?:https?:\/\/|mailto:)[^\s\p{Cc}\p{Cf}]+$/iu.test(address)) return null;
  try {
    const url = new URL(address);
    const disguised = url.username !== '' || url.password !== '';
    return ALLOWED.has(url.protocol) && !disguised ? url.href : null;
  } catch {
    return null;
  }
}
