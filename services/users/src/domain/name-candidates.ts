/** Names tried for somebody who comes from another provider: the one there, then it with a random ending. */
export function nameCandidates(login: string, random: Uint8Array): string[] {
  const base =
    Array.from(login.normalize('NFKC').replace(/[^\p{L}\p{N}_.-]/gu, ''))
      .slice(0, 25)
      .join('') || 'user';
  const endings = [0, 4, 8, 12].map((at) => Buffer.from(random.slice(at, at + 3)).toString('hex'));
  return [base, ...endings.map((ending) => `${base}-${ending}`)];
}
