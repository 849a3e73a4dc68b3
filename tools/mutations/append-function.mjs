import { readdirSync, readFileSync } from 'node:fs';

const MIGRATIONS = 'services/messages/prisma/migrations';

/** The newest migration that defines a function of the messages service: an older one says nothing any more. */
export function definition(name) {
  const defines = new RegExp(`CREATE (OR REPLACE )?FUNCTION ${name}\\(`);
  const folder = new URL(`../../${MIGRATIONS}/`, import.meta.url);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.name}/migration.sql`)
    .filter((file) => defines.test(readFileSync(new URL(file, folder), 'utf8')));
  return `${MIGRATIONS}/${files.sort().at(-1)}`;
}

/** The newest migration that defines `append`. */
export const appendFunction = () => definition('append');
