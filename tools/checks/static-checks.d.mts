/** One command whose exit code is the verdict. */
export interface CheckCommand {
  name: string;
  command: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Text without which the output counts as a failure. */
  expects?: string;
}

export function staticChecks(root: string): CheckCommand[];
export function driftChecks(root: string, databaseUrl: string): CheckCommand[];
