import type { PrismaClient } from '../generated/prisma/client.js';

/** The kept first answers of commands; written by the command owner's transaction. */
export class CommandResultRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Removes answers given before `before`. */
  async removeOlder(before: Date): Promise<void> {
    await this.#prisma.commandResult.deleteMany({ where: { createdAt: { lt: before } } });
  }
}
