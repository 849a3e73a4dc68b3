import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { partitionTag, slotOf } from '@brook/common/contracts';
import { randomPassword } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';
import { RedisNode } from './redis-node.js';

const MASTERS = 3;
const SLOTS = 16_384;
const FORM_LIMIT_MS = 30_000;
const MIGRATE_MS = 5_000;

interface Member {
  node: RedisNode;
  id: string;
}

/** A Redis Cluster of three masters with a replica each, every node a process of its own. */
export class RedisCluster {
  readonly #members: Member[] = [];
  readonly #password = randomPassword();

  /** Starts and joins the nodes; resolves when every replica follows its master. */
  static async launch(folder: string): Promise<RedisCluster> {
    const cluster = new RedisCluster();
    try {
      await cluster.#launch(folder);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** What the services are configured with. */
  get address(): { nodes: string; url: string } {
    const nodes = this.#members.map(({ node }) => `127.0.0.1:${node.port}`).join(',');
    return { nodes, url: (this.#members[0] as Member).node.url };
  }

  /** The master that holds a partition, as the others see it, and a replica of it. */
  async holderOf(partition: number): Promise<{ master: RedisNode; replica: RedisNode | undefined }> {
    const rows = await this.#table();
    const slot = slotOf(partitionTag(partition));
    const master = rows.find(({ role, slots }) => role === 'master' && slots.some(([from, to]) => slot >= from && slot <= to));
    if (!master) throw new Error(`nobody holds slot ${slot}`);
    const replica = rows.find(({ role, of, up }) => role === 'slave' && of === master.id && up);
    return { master: this.#byId(master.id).node, replica: replica && this.#byId(replica.id).node };
  }

  /** Waits until a partition is held by another node than `former`. */
  async promoted(partition: number, former: RedisNode): Promise<void> {
    await eventually(async () => (await this.holderOf(partition)).master !== former, { timeout: FORM_LIMIT_MS, interval: 100 });
  }

  /** Moves the slot of a partition, keys and all, to another master while it is in use. */
  async moveSlot(partition: number): Promise<void> {
    const slot = slotOf(partitionTag(partition));
    const { master } = await this.holderOf(partition);
    const from = this.#members.find(({ node }) => node === master) as Member;
    const masters = (await this.#table()).filter(({ role, up, id }) => role === 'master' && up && id !== from.id);
    const to = this.#byId((masters[0] as { id: string }).id);
    await to.node.run((client) => client.cluster('SETSLOT', slot, 'IMPORTING', from.id));
    await from.node.run(async (client) => {
      await client.cluster('SETSLOT', slot, 'MIGRATING', to.id);
      for (;;) {
        const found = (await client.cluster('GETKEYSINSLOT', slot, 50)) as string[];
        if (found.length === 0) break;
        await client.call('MIGRATE', '127.0.0.1', to.node.port, '', 0, MIGRATE_MS, 'AUTH', this.#password, 'KEYS', ...found);
      }
    });
    for (const { node } of [to, from]) await node.run((client) => client.cluster('SETSLOT', slot, 'NODE', to.id));
  }

  /** Runs commands on every master. */
  async onMasters(work: (node: RedisNode) => Promise<unknown>): Promise<void> {
    for (const { role, up, id } of await this.#table()) if (role === 'master' && up) await work(this.#byId(id).node);
  }

  /** Starts whatever is down and waits until the cluster is whole: three masters, each with a replica in step. */
  async whole(): Promise<void> {
    for (const { node } of this.#members) await node.start();
    await eventually(
      async () => {
        const rows = await this.#table();
        return rows.filter(({ role, up }) => role === 'slave' && up).length === MASTERS && rows.every(({ up }) => up);
      },
      { timeout: FORM_LIMIT_MS, interval: 100 },
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map(({ node }) => node.end('SIGKILL')));
  }

  async #launch(folder: string): Promise<void> {
    for (let i = 0; i < 2 * MASTERS; i++) {
      const own = join(folder, `redis-${i}`);
      mkdirSync(own, { recursive: true });
      const node = await RedisNode.launch({ folder: own, cluster: { password: this.#password } });
      this.#members.push({ node, id: await node.run(async (client) => String(await client.cluster('MYID'))) });
    }
    const [first, ...others] = this.#members as [Member, ...Member[]];
    for (const { node } of others) await first.node.run((client) => client.cluster('MEET', '127.0.0.1', node.port));
    for (let i = 0; i < MASTERS; i++) {
      const from = Math.ceil((i * SLOTS) / MASTERS);
      const to = Math.ceil(((i + 1) * SLOTS) / MASTERS) - 1;
      await this.#members[i]?.node.run((client) => client.call('CLUSTER', 'ADDSLOTSRANGE', from, to));
    }
    for (let i = 0; i < MASTERS; i++) {
      const [master, replica] = [this.#members[i], this.#members[i + MASTERS]] as [Member, Member];
      // Refused until the replica has heard of its master.
      await eventually(() => replica.node.run((client) => client.cluster('REPLICATE', master.id)).then(() => true), {
        timeout: FORM_LIMIT_MS,
        interval: 100,
      });
    }
    const formed = async ({ node }: Member) => (await node.run((client) => client.cluster('INFO'))).includes('cluster_state:ok');
    await eventually(async () => (await Promise.all(this.#members.map(formed))).every(Boolean), {
      timeout: FORM_LIMIT_MS,
      interval: 100,
    });
    await this.whole();
  }

  #byId(id: string): Member {
    const member = this.#members.find((each) => each.id === id);
    if (!member) throw new Error(`no node ${id}`);
    return member;
  }

  /** CLUSTER NODES as the first node that answers sees it. */
  async #table(): Promise<Row[]> {
    for (const { node } of this.#members) {
      if (!node.running) continue;
      const text = await node.run((client) => client.cluster('NODES'));
      return String(text).trim().split('\n').map(toRow);
    }
    throw new Error('every node is down');
  }
}

interface Row {
  id: string;
  role: 'master' | 'slave' | undefined;
  /** Master of a replica. */
  of: string;
  up: boolean;
  slots: [from: number, to: number][];
}

/** `<id> <address> <flags> <master> <ping> <pong> <epoch> <link> <slots>...` */
function toRow(line: string): Row {
  const [id = '', , flags = '', of = '', , , , link, ...ranges] = line.split(' ');
  const names = flags.split(',');
  const slots = ranges
    .filter((range) => !range.startsWith('['))
    .map((range): [number, number] => {
      const [from, to = from] = range.split('-');
      return [Number(from), Number(to)];
    });
  const role = names.includes('master') ? 'master' : names.includes('slave') ? 'slave' : undefined;
  return {
    id,
    role,
    of,
    slots,
    up: !names.some((name) => name.startsWith('fail')) && (link === 'connected' || names.includes('myself')),
  };
}
