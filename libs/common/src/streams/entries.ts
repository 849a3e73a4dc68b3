/** An entry as XREAD answers it: its id and its fields as a flat list. */
export type RawEntry = [id: string, fields: string[]];

/** Fields of a stream entry by name. */
export type Fields = Record<string, string>;

/**
 * Makes objects that inherit nothing, so that a field may have any name. `Object.create(null)` would make hash tables, which
 * cost several times as much.
 */
const BareObject = function () {} as unknown as new () => Fields;
BareObject.prototype = Object.create(null);

/** Turns XREAD's flat list into fields by name. */
export function toFields(flat: string[]): Fields {
  const fields = new BareObject();
  for (let i = 0; i + 1 < flat.length; i += 2) fields[flat[i] as string] = flat[i + 1] as string;
  return fields;
}

/** The flat list that XADD takes; undefined values are left out. */
export function toFlat(fields: object): string[] {
  const flat: string[] = [];
  for (const name of Object.keys(fields)) {
    const value = (fields as Record<string, string | undefined>)[name];
    if (value !== undefined) flat.push(name, value);
  }
  return flat;
}

/** Orders two stream ids (`ms-seq`): negative when `a` is older. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-');
  const [bMs = '0', bSeq = '0'] = b.split('-');
  return Number(aMs) - Number(bMs) || Number(aSeq) - Number(bSeq);
}

/** Milliseconds (Redis time) at which an entry was added. */
export const idTime = (id: string): number => Number(id.slice(0, id.indexOf('-')));
