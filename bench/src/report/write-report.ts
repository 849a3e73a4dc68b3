import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialectName } from '../load/dialect.js';
import { FAULTLESS, GOALS, type Lookup } from '../goals.js';
import type { Results, ScenarioResult } from '../results.js';
import { TITLES } from '../targets/target.js';
import { type BarGroup, barChart } from './bar-chart.js';
import { figure, markdownTable, partsTable } from './table.js';

export const BEGIN = '<!-- bench: begin (written by `npm run bench -- --write`) -->';
export const END = '<!-- bench: end -->';

/** Brook beside its peers; Brook alone is measured in the others. */
const COMPARED = ['ingest', 'fanout', 'latency', 'join', 'idle', 'storm', 'fanout-2000', 'storm-2000'];
const ORDER: DialectName[] = ['ws', 'socketio', 'brook'];

/** Writes the generated section of a Markdown file and the plots beside it. @throws when the file has no markers */
export function writeReport(page: string, plots: string, results: Results): void {
  mkdirSync(plots, { recursive: true });
  const charts = COMPARED.flatMap((name) => {
    const result = results.scenarios[name];
    if (!result) return [];
    writeFileSync(join(plots, `${name}.svg`), barChart(result.title, groups(result)));
    return [name];
  });
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${page} has no place for the results: ${BEGIN} ... ${END}`);
  writeFileSync(page, `${text.slice(0, begin)}${BEGIN}\n\n${section(results, charts)}\n\n${text.slice(end)}`);
}

/** The results as Markdown. @param charts scenarios that have a plot */
export function section(results: Results, charts: string[] = []): string {
  const all = Object.entries(results.scenarios).sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
  return ['### Goals', goalsTable(results), ...all.flatMap(([name, result]) => chapter(name, result, charts)), ...cpu(all)].join(
    '\n\n',
  );
}

const rank = (name: string) => (COMPARED.includes(name) ? COMPARED.indexOf(name) : COMPARED.length);

function chapter(name: string, result: ScenarioResult, charts: string[]): string[] {
  const { title, description, date, commit, machine, rounds } = result;
  return [
    `### ${title}`,
    description,
    ...(charts.includes(name) ? [`![${title}](plots/${name}.svg)`] : []),
    markdownTable(result),
    ...failuresOf(result),
    `<sub>\`npm run bench -- ${name}\`, ${rounds === 1 ? 'one round' : `median of ${rounds} rounds`}, ${date}, commit ${commit}; ${machine}</sub>`,
  ];
}

function failuresOf({ measurements }: ScenarioResult): string[] {
  return measurements
    .filter(({ failures = [] }) => failures.length > 0)
    .map(
      ({ target, variant, failures = [] }) => `${TITLES[target]} ${variant}: ${[...new Set(failures)].slice(0, 3).join('; ')}`,
    );
}

/** Every goal with what was reached. */
export function goalsTable(results: Results): string {
  const judged = GOALS.flatMap(({ text, judge }) => {
    const judgement = judge(lookupIn(results));
    return judgement ? [{ text, ...judgement }] : [];
  });
  const all = [
    ...judged,
    { text: 'Brook: no loss, no double, no wrong order, no hole at a join, nobody refused', ...FAULTLESS(results) },
  ];
  const lines = all.map(({ text, reached, met }) => `| ${text} | ${reached} | ${met ? 'reached' : '**missed**'} |`);
  return ['| goal | measured | |', '|---|--:|---|', ...lines].join('\n');
}

const lookupIn =
  (results: Results): Lookup =>
  (scenario, target, key, variant = '') =>
    results.scenarios[scenario]?.measurements.find((one) => one.target === target && one.variant === variant)?.values[key];

function cpu(all: [string, ScenarioResult][]): string[] {
  const compared = all.filter(([name, { measurements }]) => COMPARED.includes(name) && measurements.some(({ parts }) => parts));
  if (compared.length === 0) return [];
  return [
    "### Where Brook's CPU time goes",
    'Microseconds by process, for a message (ingest, latency), a delivery (fan-out), a join, a client that comes back (storm); for idle connections KiB of memory.',
    partsTable(compared),
  ];
}

/** The first two columns of each variant as bars. */
function groups({ columns, measurements }: ScenarioResult): BarGroup[] {
  const variants = [...new Set(measurements.map(({ variant }) => variant))];
  return variants.flatMap((variant) =>
    columns.slice(0, 2).map(({ key, title, digits }) => ({
      label: `${title}${variant === '' ? '' : ` (${variant})`}`,
      bars: measurements
        .filter((one) => one.variant === variant && one.values[key] !== undefined)
        .sort((a, b) => ORDER.indexOf(a.target) - ORDER.indexOf(b.target))
        .map(({ target, values }) => ({ label: TITLES[target], value: values[key] ?? 0, text: figure(values[key], digits) })),
    })),
  );
}
