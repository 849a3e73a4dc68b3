#!/usr/bin/env node
/*
 * Lays out, for each service, what it needs at run time beside its packages: compiled code, Lua scripts and migrations
 * (read at boot from where they lie in the sources), and for the gateway the built web client. Runs in the Dockerfile
 * after the build, from the root of the repository: node infra/docker/assemble.mjs <target>, which gets one folder a service.
 */
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [target] = process.argv.slice(2);
if (!target) throw new Error('Usage: assemble.mjs <target>');

const services = readdirSync(join(root, 'services'));
for (const service of services) {
  const own = `services/${service}`;
  const parts = [
    ...compiled('libs/common'),
    ...compiled(own),
    ...(existsSync(join(root, own, 'prisma')) ? [`${own}/prisma/migrations`] : []),
    ...(service === 'gateway' ? ['clients/web/dist', 'clients/widget/dist'] : []),
  ];
  for (const part of parts) cpSync(join(root, part), join(target, service, part), { recursive: true });
  cpSync(join(root, 'infra/docker/healthcheck.mjs'), join(target, service, 'healthcheck.mjs'));
}

/** The manifest, the output and the Lua scripts of one project. */
function compiled(folder) {
  const scripts = readdirSync(join(root, folder, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.lua'))
    .map((name) => join(folder, 'src', name));
  return [join(folder, 'package.json'), join(folder, 'dist'), ...scripts];
}
