/* The health of a container: whether its service says that it is ready, with Redis, Postgres and its own loops alive. */
const answer = await fetch(`http://127.0.0.1:${process.env.INTERNAL_PORT}/readyz`, { signal: AbortSignal.timeout(3_500) });
process.stdout.write(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
