import { INTERNAL_KEY_HEADER, type Problem } from '@brook/common/contracts';
import { StartupError } from '@brook/common/embedded';
import type { RuntimeFacts } from './runtime-file.js';

const ANSWER_MS = 10_000;

/** Whether the running system has an admin. Throws StartupError with what the users service says. */
export async function hasAdmin(facts: RuntimeFacts): Promise<boolean> {
  const { count } = (await callUsers(facts, 'GET', '/internal/admins/count')) as { count: number };
  return count > 0;
}

/** Makes an account with the role `admin` and returns its name. Throws StartupError with what the users service says. */
export async function createAdmin(facts: RuntimeFacts, credentials: { username: string; password: string }): Promise<string> {
  const { user } = (await callUsers(facts, 'POST', '/internal/admins', credentials)) as { user: { username: string } };
  return user.username;
}

async function callUsers(facts: RuntimeFacts, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(new URL(path, facts.services.users), {
    method,
    headers: { [INTERNAL_KEY_HEADER]: facts.internalKey, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWER_MS),
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (response.ok) return JSON.parse(answer);
  throw new StartupError(`The users service refused: ${explain(answer)}`);
}

function explain(answer: string): string {
  try {
    const { detail, title, issues } = JSON.parse(answer) as Partial<Problem>;
    const fields = (issues ?? []).map(({ path, message }) => `${path}: ${message}`);
    return [detail ?? title ?? answer, ...fields].join('; ');
  } catch {
    return answer; // Not a problem document: the text itself is all there is.
  }
}
