import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

const encode = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** The parts of a token. */
export function decode(token: string): { header: Record<string, unknown>; payload: Record<string, unknown> } {
  const [header = '', payload = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return { header: read(header), payload: read(payload) };
}

/** A token with these parts, signed with this key. */
export function signed(header: object, payload: object, key: KeyObject): string {
  const head = `${encode(header)}.${encode(payload)}`;
  return `${head}.${sign(null, Buffer.from(head), key).toString('base64url')}`;
}

/** Everything with which a stranger would try to pass for the owner of `token`; `ownerKey` is the real signing key, for what only it can make. */
export function forgeries(token: string, ownerKey: KeyObject, publicJwk: { x: string }, trap: string): Record<string, string> {
  const { header, payload } = decode(token);
  const stranger = generateKeyPairSync('ed25519');
  const strangerJwk = stranger.publicKey.export({ format: 'jwk' });
  const own = (head: object, claims: object = payload) => signed({ ...header, ...head }, claims, stranger.privateKey);
  const real = (head: object, claims: object) => signed({ ...header, ...head }, { ...payload, ...claims }, ownerKey);
  const [head = '', body = '', signature = ''] = token.split('.');
  const hmac = (secret: string | Buffer) => {
    const text = `${encode({ ...header, alg: 'HS256' })}.${body}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const now = Math.floor(Date.now() / 1000);
  const elsewhere = { ...payload, sub: '018f0000-0000-7000-8000-00000000b055' };
  return {
    'alg none': `${encode({ ...header, alg: 'none' })}.${body}.`,
    'alg NoNe, signature kept': `${encode({ ...header, alg: 'NoNe' })}.${body}.${signature}`,
    'no alg': `${encode({ typ: 'JWT' })}.${body}.${signature}`,
    'HMAC with the public key': hmac(publicJwk.x),
    'HMAC with the bytes of the public key': hmac(Buffer.from(publicJwk.x, 'base64url')),
    'a key of one’s own under the real kid': own({}),
    'a key of one’s own under another kid': own({ kid: 'mine' }),
    'a key in the header': own({ jwk: strangerJwk }),
    'a key at an address': own({ jku: `${trap}/jwks`, x5u: `${trap}/cert` }),
    'a kid that is a path': own({ kid: '../../../../dev/null' }),
    'a kid that is SQL': own({ kid: "x' UNION SELECT '" }),
    'a kid that is a list': own({ kid: [header['kid']] }),
    'a kid that is an object': own({ kid: { toString: 'x' } }),
    'a kid of 8 KiB': own({ kid: 'k'.repeat(8192) }),
    'a critical extension': real({ crit: ['exp'], b64: false }, {}),
    'another person, same signature': `${head}.${encode(elsewhere)}.${signature}`,
    expired: real({}, { iat: now - 2_000, exp: now - 1_000 }),
    'not valid yet': real({}, { nbf: now + 1_000 }),
    'no expiry': real({}, { exp: undefined }),
    'expiry that is text': real({}, { exp: '9999999999' }),
    'another audience': real({}, { aud: 'another-api' }),
    'another issuer': real({}, { iss: 'another' }),
    'no session': real({}, { sid: undefined }),
    'a session that never was': real({}, { sid: '018f0000-0000-7000-8000-000000000000' }),
    'another person’s session': real({}, { sub: elsewhere.sub }),
    'a session that is a key': real({}, { sid: '*' }),
    'an empty signature': `${head}.${body}.`,
    'five parts': `${token}.${body}.${signature}`,
    'bytes at the end': `${token}AA`,
    'a payload that is no JSON': `${head}.${encode('{')}.${signature}`,
    dots: '..',
  };
}
