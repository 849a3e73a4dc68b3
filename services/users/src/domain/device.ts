import { isIPv4, isIPv6 } from 'node:net';

/** Characters of a User-Agent that are kept. */
const USER_AGENT_MAX = 256;

/** The network an address belongs to (IPv4 /24, IPv6 /48): enough to recognise a place, too little to name a person. Null when it is no address. */
export function truncateIp(ip: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  const address = mapped ?? ip;
  if (isIPv4(address)) return `${address.split('.').slice(0, 3).join('.')}.0`;
  if (!isIPv6(address)) return null;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  // With "::" the groups it stands for are zeros; those that follow it can begin inside the first three.
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const width = groups.length + rest.length + (rest.at(-1)?.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - width) }, () => '0');
  const first = [...groups, ...zeros, ...rest].slice(0, 3).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${first.join(':')}::`;
}

/** A User-Agent as it is kept: printable, whole characters, bounded. */
export const cleanUserAgent = (userAgent: string): string =>
  Array.from(userAgent.toWellFormed().replace(/\p{Cc}/gu, ' '))
    .slice(0, USER_AGENT_MAX)
    .join('')
    .trim();
