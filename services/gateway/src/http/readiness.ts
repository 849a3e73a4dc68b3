import type { HealthCheck } from '@brook/common/http';

const TIMEOUT_MS = 1_500;

/** Asks a service's own /readyz, for the readiness of the whole path. */
export const serviceReady = (name: string, baseUrl: string): HealthCheck => ({
  name,
  check: async () => {
    const response = await fetch(new URL('/readyz', baseUrl), { signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    if (!response.ok) throw new Error('is not ready');
  },
});
