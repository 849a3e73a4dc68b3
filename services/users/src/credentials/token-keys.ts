import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { z } from 'zod';

/** A public Ed25519 key as the key set serves it (RFC 8037). */
export interface PublicTokenKey {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}

/** The keys of access tokens: `signing` belongs to the first of `published`. */
export interface TokenKeys {
  signing: { kid: string; jwk: { kty: 'OKP'; crv: 'Ed25519'; x: string; d: string } };
  published: PublicTokenKey[];
}

const bytes32 = z.string().regex(/^[\w-]{43}$/, 'must be 32 bytes in base64url');
const keySet = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: bytes32,
        d: bytes32.optional(),
        kid: z.string().min(1).max(128).optional(),
      }),
    )
    .min(1, 'must hold a key'),
});
type GivenKey = z.infer<typeof keySet>['keys'][number];

/**
 * Parses TOKEN_KEYS. A key without `kid` is named by its RFC 7638 thumbprint; a key without `d` only verifies, which
 * the first may not be. Messages name the rule and the place, never a value.
 */
export const tokenKeys = z.string('must be a JSON Web Key Set').transform((text, context): TokenKeys => {
  const fault = (message: string) => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const given = keySet.safeParse(fromJson(text));
  if (!given.success) return fault(`must be a JSON Web Key Set of Ed25519 keys (${places(given.error)})`);
  const keys = given.data.keys.map((key) => ({ ...key, kid: key.kid ?? thumbprint(key) }));
  const [first] = keys;
  if (first?.d === undefined) return fault('the first key must be a private one (with d)');
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) return fault('every key must have a kid of its own');
  if (keys.some((key) => !pairs(key))) return fault('the d of every private key must belong to its x');
  return {
    signing: { kid: first.kid, jwk: { kty: 'OKP', crv: 'Ed25519', x: first.x, d: first.d } },
    published: keys.map(({ x, kid }) => ({ kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' })),
  };
});

/** The parsed text, or undefined: a parser's message would quote the secret. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const places = (error: z.ZodError) => error.issues.map((issue) => issue.path.join('.') || 'not a JSON object').join(', ');

const thumbprint = ({ x }: GivenKey) =>
  createHash('sha256')
    .update(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))
    .digest('base64url');

/** Whether the public half is the private half's own; true for a key that has only the public one. */
function pairs({ x, d }: GivenKey): boolean {
  if (d === undefined) return true;
  const privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' });
  return createPublicKey(privateKey).export({ format: 'jwk' }).x === x;
}
