import { QueryClient } from '@tanstack/react-query';

/**
 * Caches what REST answers. It does not retry: the SDK does, and knows which errors are worth it. Nor does it wait for the
 * browser to call itself online: a server in one's own house is there without the Internet.
 */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 15_000, refetchOnWindowFocus: true, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
