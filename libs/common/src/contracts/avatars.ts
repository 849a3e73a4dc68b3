/**
 * Where pictures of people may come from: what GitHub tells at a login. Anybody may set any address as their `avatarUrl`, and a
 * picture drawn from there would tell its owner who reads what they write, when, and from which IP address.
 */
export const AVATAR_ORIGINS: readonly string[] = ['https://avatars.githubusercontent.com'];

/** The address of the picture in about `pixels` pixels a side, where a page may draw it; else null, and initials are drawn. */
export function drawableAvatar(avatarUrl: string | null, pixels: number): string | null {
  if (avatarUrl === null || !URL.canParse(avatarUrl)) return null;
  const url = new URL(avatarUrl);
  if (!AVATAR_ORIGINS.includes(url.origin)) return null;
  url.searchParams.set('s', String(pixels));
  return url.href;
}
