import type { SqlRunner } from '../database/index.js';
import type { Command } from './command.js';

/** Under what the result of a command is stored, in the table `command_results` of the owner's schema. */
export interface OnceKey {
  actorId: string;
  key: string;
}

type Identified = Pick<Command, 'id' | 'actor' | 'idem'>;

/** Without a key of the client's, the entry itself is the key: it may be met again after a crash or a split batch. */
export const onceKey = (partition: number, command: Identified): OnceKey => ({
  actorId: command.actor.id,
  key: command.idem ?? `entry:${partition}:${command.id}`,
});

/** Which of the commands have a stored result: they were executed, though maybe not published. @returns their entry ids */
export async function findExecuted(sql: SqlRunner, partition: number, commands: Identified[]): Promise<Set<string>> {
  if (commands.length === 0) return new Set();
  const once = commands.map((command) => onceKey(partition, command));
  const rows = await sql.$queryRawUnsafe<{ id: string }[]>(
    `SELECT w.id FROM unnest($1::text[], $2::uuid[], $3::text[]) AS w(id, actor_id, key) JOIN command_results USING (actor_id, key)`,
    commands.map(({ id }) => id),
    once.map(({ actorId }) => actorId),
    once.map(({ key }) => key),
  );
  return new Set(rows.map(({ id }) => id));
}
