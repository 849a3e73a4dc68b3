import type { RawEntry } from './entries.js';

/*
 * Several entries as one. What Redis, its clients and the network cost is paid by entry and by string, so what is made
 * in one moment travels as one: `pack` holds the entries' field lists, an ASCII separator between two strings and
 * another between two entries, `count` says how many they are. JSON has no such characters, for it escapes them.
 * publish-messages.lua writes packs too.
 */

const BETWEEN_STRINGS = '\u001f';
const BETWEEN_ENTRIES = '\u001e';

/** Whether a string may stand in a record. What clients chose may not: JSON, ids and numbers may. */
export const fitsRecord = (value: string): boolean => !value.includes(BETWEEN_STRINGS) && !value.includes(BETWEEN_ENTRIES);

/** One entry's flat field list as a record of a pack; all its strings must fit. */
export const toRecord = (flat: readonly string[]): string => flat.join(BETWEEN_STRINGS);

/** The field list of the one entry that holds these records. */
export const toPack = (records: readonly string[]): string[] => [
  'count',
  String(records.length),
  'pack',
  records.join(BETWEEN_ENTRIES),
];

const isPack = (flat: readonly string[]): boolean => flat[0] === 'count' && flat[2] === 'pack';

/** How many entries an entry holds; 1 when it is none of several. */
export const packSize = ([, flat]: RawEntry): number => (isPack(flat) ? Number(flat[1]) : 1);

/** The entries that an entry holds, itself when it is no pack. The first has its id, the others have ids made of it. */
export function unpack(entry: RawEntry): RawEntry[] {
  const [id, flat] = entry;
  if (!isPack(flat)) return [entry];
  const records = (flat[3] as string).split(BETWEEN_ENTRIES);
  return records.map((record, i) => [i === 0 ? id : `${id}.${i}`, record.split(BETWEEN_STRINGS)]);
}
