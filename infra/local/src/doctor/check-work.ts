import { reportPartitions } from '../partition-report.js';
import type { ReachedStores } from '../reach-stores.js';
import type { RuntimeFacts } from '../runtime-file.js';
import { bad, type Check, type Finding, ok, warn } from './finding.js';

const LATE_MS = 5_000;
const ANSWER_MS = 4_000;

/** Owners, late commands and dead letters of every partition. `running`: somebody should work on them. */
export const checkPartitions: Check<{ stores: ReachedStores; running: boolean }> = async ({ stores, running }) => {
  const { states } = await reportPartitions(stores);
  const findings: Finding[] = [];
  const unowned = states.filter(({ owner }) => owner === null);
  if (running && unowned.length > 0)
    findings.push(
      bad('Owners', `nobody works on ${unowned.map(({ service, partition }) => `${service} ${partition}`).join(', ')}`),
    );
  const late = states.filter(({ oldestMs }) => (oldestMs ?? 0) > LATE_MS);
  if (late.length > 0)
    findings.push(
      (running ? bad : warn)(
        'Commands',
        `wait for over 5 s on ${late.map(({ service, partition }) => `${service} ${partition}`).join(', ')}`,
      ),
    );
  const letters = states.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  if (letters > 0) findings.push(warn('Dead letters', `${letters}: look at them with "npm run brook -- dlq list"`));
  return findings.length > 0 ? findings : [ok('Commands', 'nothing late, no dead letters')];
};

/** Whether each service of the Brook that runs here says that it is ready. */
export const checkServices: Check<RuntimeFacts> = async ({ services }) =>
  Promise.all(
    Object.entries(services).map(async ([name, url]) => {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
      const { faults } = (await answer.json()) as { faults?: Record<string, string> };
      const reasons = Object.entries(faults ?? {}).map(([part, reason]) => `${part}: ${reason}`);
      return answer.ok ? ok(`Service ${name}`, 'ready') : bad(`Service ${name}`, `is not ready (${reasons.join('; ')})`);
    }),
  );
