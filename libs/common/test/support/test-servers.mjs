// Starts the servers of a test run as `npm test` does, says what they are, and stops them. Compiled: so does jest's global setup.
const { startTestServers } = await import('../../dist/testing/index.js');
try {
  const { description, stop } = await startTestServers();
  await stop();
  console.log(description);
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
