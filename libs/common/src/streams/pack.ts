import type { RawEntry } from './entries.js';

/*
 * Several entries as one. What Redis, its clients and the network cost is paid by entry and by string, so what is made
 * in one moment travels as one: `pack` holds the entries as records with an ASCII separator between two, `count` says
 * how many they are. A record is the names of its fields, with commas between, and then their values, each behind
 * another separator: entries of one kind have the same names, which their reader then need not make anew.
 * JSON has no such characters, for it escapes them.
 */

const BETWEEN_STRINGS = '\u001f';
const BETWEEN_ENTRIES = '\u001e';

/** Names of fields, and as a record begins with them. */
interface Shape {
  names: readonly string[];
  header: string;
}

/** Whether a string may stand in a record. What clients chose may not: JSON, ids and numbers may. */
export const fitsRecord = (value: string): boolean => !value.includes(BETWEEN_STRINGS) && !value.includes(BETWEEN_ENTRIES);

/** The shape of the last record that was made: the next one mostly has the same. */
let made: Shape = { names: [], header: '' };

function headerOf(names: string[]): string {
  const same = names.length === made.names.length && names.every((name, i) => name === made.names[i]);
  if (!same) made = { names, header: names.join(',') };
  return made.header;
}

/** An entry as a record of a pack; undefined values are left out, all others must fit. */
export function toRecord(fields: object): string {
  const names: string[] = [];
  const values: string[] = [];
  for (const name of Object.keys(fields)) {
    const value = (fields as Record<string, string | undefined>)[name];
    if (value === undefined) continue;
    names.push(name);
    values.push(value);
  }
  return asRecord(names, values);
}

/** The same of names and their values, for who makes thousands a second of one kind. */
export const asRecord = (names: string[], values: string[]): string =>
  headerOf(names) + BETWEEN_STRINGS + values.join(BETWEEN_STRINGS);

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
  return records.map((record, i) => [i === 0 ? id : `${id}.${i}`, readRecord(record)]);
}

/** The shape of the last record that was read. */
let read: Shape = { names: [], header: BETWEEN_STRINGS };

/** A record as the flat list of an entry. */
function readRecord(record: string): string[] {
  const strings = record.split(BETWEEN_STRINGS);
  const header = strings[0] as string;
  if (header !== read.header) read = { names: header.split(','), header };
  const { names } = read;
  const flat: string[] = [];
  for (let i = 0; i < names.length && i + 1 < strings.length; i++) flat.push(names[i] as string, strings[i + 1] as string);
  return flat;
}
