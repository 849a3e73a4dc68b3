import { QueryClient } from '@tanstack/react-query';

/** Caches what REST answers. It does not retry: the SDK does, and knows which errors are worth it. */
export const makeQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 15_000, refetchOnWindowFocus: true }, mutations: { retry: false } },
  });
