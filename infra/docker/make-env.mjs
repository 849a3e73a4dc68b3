#!/usr/bin/env node
/*
 * Makes the .env that docker compose reads: .env.example with fresh secrets, readable by its owner only.
 * Usage: node infra/docker/make-env.mjs [file]. An existing file is never touched: its secrets open existing data.
 */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../../', import.meta.url);
const target = process.argv[2] ?? fileURLToPath(new URL('.env', root));

const secrets = {
  POSTGRES_PASSWORD: randomBytes(24).toString('base64url'),
  REDIS_PASSWORD: randomBytes(24).toString('base64url'),
  INTERNAL_KEY: randomBytes(32).toString('base64url'),
  TOKEN_KEYS: `'${tokenKeys()}'`,
};

/** A JSON Web Key Set with one private Ed25519 key, as the users service reads it. */
function tokenKeys() {
  const { privateKey } = generateKeyPairSync('ed25519');
  return JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg: 'EdDSA', use: 'sig' }] });
}

let text = readFileSync(new URL('.env.example', root), 'utf8');
for (const [name, value] of Object.entries(secrets)) {
  const line = new RegExp(`^${name}=$`, 'm');
  if (!line.test(text)) throw new Error(`.env.example has no empty ${name}.`);
  text = text.replace(line, () => `${name}=${value}`);
}
try {
  writeFileSync(target, text, { mode: 0o600, flag: 'wx' });
  process.stdout.write(`Wrote ${target}. Start with: docker compose up --build --wait\n`);
} catch (error) {
  if (error.code !== 'EEXIST') throw error;
  process.stderr.write(`${target} is there already and was left as it is.\n`);
  process.exitCode = 1;
}
