import type { CheckCommand } from './static-checks.mjs';

export function runCommand(
  command: CheckCommand,
  options: { limitMs: number; live?: boolean },
): Promise<{ ok: boolean; output: string; seconds: number }>;
export function endRunningCommands(): void;
