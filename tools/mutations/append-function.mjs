import { readdirSync, readFileSync } from 'node:fs';

const MIGRATIONS = 'services/messages/prisma/migrations';
const DEFINES = /CREATE (OR REPLACE )?FUNCTION append\(/;

/** The newest migration that defines the messages service's function `append`: an older one says nothing any more. */
export function appendFunction() {
  const folder = new URL(`../../${MIGRATIONS}/`, import.meta.url);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/migration.sql`)
    .filter((file) => DEFINES.test(readFileSync(new URL(file, folder), 'utf8')));
  return `${MIGRATIONS}/${files.sort().at(-1)}`;
}
