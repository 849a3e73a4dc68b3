import type { Prisma } from './prisma.js';

/** Stores the number of partitions at first boot. @returns what stands */
export async function claim(prisma: Prisma, partitions: number): Promise<{ partitions: number; era: string }> {
  await prisma.meta.createMany({ data: [{ partitions }], skipDuplicates: true });
  return prisma.meta.findUniqueOrThrow({ where: { id: 1 } });
}

/** @throws when Postgres does not answer */
export async function ping(prisma: Prisma): Promise<void> {
  await prisma.$queryRawUnsafe('SELECT 1');
}
