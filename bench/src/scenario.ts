import type { DialectName } from './load/dialect.js';
import type { Faults } from './load/ledger.js';
import type { Progress } from './progress.js';

/** What one scenario found out about one system; `variant` tells several settings of a scenario apart. */
export interface Measurement {
  target: DialectName;
  variant: string;
  /** By name; the scenario's `columns` say what they mean. */
  values: Record<string, number>;
  /** Where the server CPU went: microseconds per unit of the scenario, by process. */
  parts?: Record<string, number>;
  faults?: Faults;
  /** Refused or broken connections, and errors that clients were told. */
  failures?: string[];
}

/** A column of a scenario's table. */
export interface Column {
  /** Name of the value. */
  key: string;
  title: string;
  /** Decimals shown. */
  digits: number;
}

export interface ScenarioContext {
  progress: Progress;
  /** Systems that are to be measured. */
  targets: DialectName[];
  /** A short run to try something out: less load, for less time. */
  quick: boolean;
}

/** One file in `scenarios/` exports one of these as `scenario`; the file's name is what it is called by. */
export interface Scenario {
  title: string;
  /** What is done, for the report. */
  description: string;
  /** Place among the scenarios that run when none is named; absent: by name only. */
  byDefault?: number;
  columns: Column[];
  run(context: ScenarioContext): Promise<Measurement[]>;
}
