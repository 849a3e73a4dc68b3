/** What one check found. `warn`: works, but not as it should; `bad`: something does not work, or will not. */
export interface Finding {
  name: string;
  state: 'ok' | 'warn' | 'bad';
  /** In plain words; with what to do where something is wrong. */
  text: string;
}

/** A check that asks several things; it does not throw for what it finds. */
export type Check<T> = (subject: T) => Promise<Finding[]>;

export const ok = (name: string, text: string): Finding => ({ name, state: 'ok', text });
export const warn = (name: string, text: string): Finding => ({ name, state: 'warn', text });
export const bad = (name: string, text: string): Finding => ({ name, state: 'bad', text });

/** What a check finds; a failure that it did not foresee is a finding too. */
export async function look<T>(name: string, check: Check<T>, subject: T): Promise<Finding[]> {
  try {
    return await check(subject);
  } catch (error) {
    return [bad(name, `could not be looked at: ${(error as Error).message}`)];
  }
}
