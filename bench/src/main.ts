/* The benchmark's command line; run through `npm run bench`. */
import { parseArgs } from 'node:util';
import type { DialectName } from './load/dialect.js';
import { circumstances } from './circumstances.js';
import { Progress } from './progress.js';
import { defaultScenarios, loadScenario, scenarioNames } from './registry.js';
import { goalsTable, section, writeReport } from './report/write-report.js';
import { mergeRounds, readResults, type Results, writeResults } from './results.js';
import type { Measurement, Scenario } from './scenario.js';
import { fileURLToPath } from 'node:url';

const inRepository = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PAGE = inRepository('docs/performance.md');
const PLOTS = inRepository('docs/plots');
const RESULTS = inRepository('docs/plots/results.json');
const ALL_TARGETS: DialectName[] = ['ws', 'socketio', 'brook'];

const USAGE = `npm run bench [-- [scenario...] [--rounds n] [--write] [--quick] [--targets ws,socketio,brook]]

  --rounds n   repeats everything n times, one round after another, and reports medians (1)
  --write      writes docs/performance.md, docs/plots/*.svg and docs/plots/results.json
  --quick      less load for less time, to try something out
  --targets    measures only these systems

Scenarios: `;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    targets: { type: 'string', default: ALL_TARGETS.join(',') },
    help: { type: 'boolean', default: false },
  },
});

const known = scenarioNames();
const unknown = positionals.find((name) => !known.includes(name));
const targets = ALL_TARGETS.filter((name) => options.targets.split(',').includes(name));
const rounds = Number(options.rounds);
if (options.help || unknown !== undefined || targets.length === 0 || !Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`${USAGE}${known.join(', ')}\nWithout one: ${(await defaultScenarios()).join(', ')}\n`);
  process.exitCode = options.help ? 0 : 2;
} else await run(positionals.length > 0 ? positionals : await defaultScenarios());

async function run(names: string[]): Promise<void> {
  const progress = new Progress();
  const scenarios = await Promise.all(names.map(async (name) => [name, await loadScenario(name)] as const));
  const found = new Map<string, Measurement[][]>(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const [at, [name, scenario]] of scenarios.entries()) {
      progress.under(`${rounds > 1 ? `round ${round}/${rounds}, ` : ''}${at + 1}/${names.length} ${name}`);
      found.get(name)?.push(await scenario.run({ progress, targets, quick: options.quick }));
    }
  progress.end();
  const results = resultsOf(scenarios, found);
  process.stdout.write(`${section(results)}\n`);
  if (options.write) write(results);
  else if (names.length > 1) process.stdout.write(`\n${goalsTable(results)}\n`);
}

function resultsOf(scenarios: (readonly [string, Scenario])[], found: Map<string, Measurement[][]>): Results {
  const when = circumstances(rounds);
  const results: Results = { scenarios: {} };
  for (const [name, { title, description, columns }] of scenarios)
    results.scenarios[name] = { title, description, columns, ...when, measurements: mergeRounds(found.get(name) ?? []) };
  return results;
}

function write(fresh: Results): void {
  const results: Results = { scenarios: { ...readResults(RESULTS).scenarios, ...fresh.scenarios } };
  writeResults(RESULTS, results);
  writeReport(PAGE, PLOTS, results);
  process.stdout.write('\ndocs/performance.md and docs/plots are written.\n');
}
