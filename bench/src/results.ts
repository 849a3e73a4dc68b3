import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { addFaults, noFaults } from './load/ledger.js';
import { median } from './measure/statistics.js';
import type { Column, Measurement } from './scenario.js';

/** When, where and how something was measured. */
export interface Circumstances {
  date: string;
  commit: string;
  machine: string;
  rounds: number;
}

/** What was found of one scenario: medians over the rounds. */
export interface ScenarioResult extends Circumstances {
  title: string;
  description: string;
  columns: Column[];
  measurements: Measurement[];
}

/** Everything measured so far, by name of the scenario; what is measured again replaces what was there. */
export interface Results {
  scenarios: Record<string, ScenarioResult>;
}

export function readResults(path: string): Results {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : { scenarios: {} };
}

export function writeResults(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(results, null, 1)}\n`);
}

/** The median of every value over the rounds; faults and failures add up. */
export function mergeRounds(rounds: Measurement[][]): Measurement[] {
  const groups = new Map<string, Measurement[]>();
  for (const measurement of rounds.flat()) {
    const key = `${measurement.target} ${measurement.variant}`;
    groups.set(key, [...(groups.get(key) ?? []), measurement]);
  }
  return [...groups.values()].map(mergeGroup);
}

function mergeGroup(group: Measurement[]): Measurement {
  const [first] = group as [Measurement, ...Measurement[]];
  const parts = medians(group.map((one) => one.parts ?? {}));
  const faults =
    group.some((one) => one.faults) && group.reduce((sum, one) => addFaults(sum, one.faults ?? noFaults()), noFaults());
  return {
    target: first.target,
    variant: first.variant,
    values: medians(group.map(({ values }) => values)),
    ...(Object.keys(parts).length > 0 && { parts }),
    ...(faults && { faults }),
    failures: group.flatMap(({ failures }) => failures ?? []),
  };
}

function medians(records: Record<string, number>[]): Record<string, number> {
  const names = new Set(records.flatMap((one) => Object.keys(one)));
  return Object.fromEntries(
    [...names].map((name) => [name, round(median(records.map((one) => one[name]).filter((value) => value !== undefined)))]),
  );
}

/** Four digits are more than any of these figures is worth. */
const round = (value: number) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : value);
