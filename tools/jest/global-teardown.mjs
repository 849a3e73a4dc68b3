/** Ends the servers that the global setup started and removes their files. */
export default async function globalTeardown() {
  await globalThis.brookTestServers?.stop();
}
