/** Environment variables through which jest's global setup tells its workers where the servers are. */
export const TEST_DATABASE_VARIABLE = 'BROOK_TEST_DATABASE_URL';
export const TEST_REDIS_VARIABLE = 'BROOK_TEST_REDIS_URL';

/** The value, or an error that says how tests are run. */
export function requireRunVariable(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: run this test with "npm test" or with jest and the repository's jest.config.mjs.`);
}
