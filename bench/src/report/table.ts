import type { DialectName } from '../load/dialect.js';
import type { Faults } from '../load/ledger.js';
import type { ScenarioResult } from '../results.js';
import { TITLES } from '../targets/target.js';

const ORDER: DialectName[] = ['ws', 'socketio', 'brook'];

/** A number with thousands separated. */
export const figure = (value: number | undefined, digits: number): string =>
  value === undefined || Number.isNaN(value)
    ? ''
    : value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** One scenario as a Markdown table: a line a system and variant, grouped by variant. */
export function markdownTable({ columns, measurements }: ScenarioResult): string {
  const withVariant = measurements.some(({ variant }) => variant !== '');
  const withFaults = measurements.some(({ faults }) => faults);
  const head = [...(withVariant ? [''] : []), 'system', ...columns.map(({ title }) => title), ...(withFaults ? ['faults'] : [])];
  const rule = [...(withVariant ? ['---'] : []), '---', ...columns.map(() => '--:'), ...(withFaults ? ['---'] : [])];
  const variants = [...new Set(measurements.map(({ variant }) => variant))];
  const lines = variants.flatMap((variant) =>
    measurements
      .filter((one) => one.variant === variant)
      .sort((a, b) => ORDER.indexOf(a.target) - ORDER.indexOf(b.target))
      .map(({ target, values, faults }) => [
        ...(withVariant ? [variant] : []),
        TITLES[target],
        ...columns.map(({ key, digits }) => figure(values[key], digits)),
        ...(withFaults ? [faults ? faultsText(faults) : ''] : []),
      ]),
  );
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function faultsText(faults: Faults): string {
  const found = Object.entries(faults).filter(([, count]) => count > 0);
  return found.length === 0 ? 'none' : found.map(([kind, count]) => `${kind} ${figure(count as number, 0)}`).join(', ');
}

/** Where the CPU time of Brook's processes went, one line a scenario and variant. */
export function partsTable(results: [name: string, result: ScenarioResult][]): string {
  const rows = results.flatMap(([name, { measurements }]) =>
    measurements
      .filter(({ target, parts }) => target === 'brook' && parts)
      .map(({ variant, parts = {} }) => ({ name, variant, parts })),
  );
  const processes = [...new Set(rows.flatMap(({ parts }) => Object.keys(parts)))].sort();
  const head = ['', ...processes];
  const lines = rows.map(({ name, variant, parts }) => [
    `${name} ${variant}`.trim(),
    ...processes.map((process) => figure(parts[process], (parts[process] ?? 0) < 10 ? 2 : 0)),
  ]);
  return [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
