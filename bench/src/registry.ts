import { readdirSync } from 'node:fs';
import type { Scenario } from './scenario.js';

const FOLDER = new URL('./scenarios/', import.meta.url);

/** Names of all scenarios: one a file of `scenarios/`. */
export const scenarioNames = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.js'))
    .map((file) => file.slice(0, -'.js'.length))
    .sort();

export async function loadScenario(name: string): Promise<Scenario> {
  return ((await import(new URL(`${name}.js`, FOLDER).href)) as { scenario: Scenario }).scenario;
}

/** Names of the scenarios that run when none is named, in their order. */
export async function defaultScenarios(): Promise<string[]> {
  const all = await Promise.all(scenarioNames().map(async (name) => ({ name, place: (await loadScenario(name)).byDefault })));
  return all
    .filter(({ place }) => place !== undefined)
    .sort((a, b) => (a.place as number) - (b.place as number))
    .map(({ name }) => name);
}
