/** The part of a Prisma client, or of one of its transactions, that raw statements need. */
export interface SqlRunner {
  $queryRawUnsafe<T>(query: string, ...values: unknown[]): PromiseLike<T>;
  $executeRawUnsafe(query: string, ...values: unknown[]): PromiseLike<number>;
}
