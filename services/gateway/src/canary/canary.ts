import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@brook/common/logging';
import { Counter, Gauge, Histogram, type Registry } from '@brook/common/metrics';
import { type CanaryAccount, CanaryVisit } from './canary-visit.js';

export interface CanaryOptions {
  /** The gateway's own public address. */
  url: string;
  account: CanaryAccount;
  metrics: Registry;
  logger: Logger;
}

const PERIOD_MS = 10_000;
/** Shorter than the life of an access token. */
const VISIT_MS = 10 * 60_000;

/** Sends a message and hears itself, again and again, as a person would: what it measures is the whole path. */
export class Canary {
  readonly #options: CanaryOptions;
  readonly #rounds: Counter<'outcome'>;
  readonly #seconds: Histogram;
  readonly #lastSuccess: Gauge;
  readonly #stop = new AbortController();
  #done: Promise<void> = Promise.resolve();

  constructor(options: CanaryOptions) {
    this.#options = options;
    const registers = [options.metrics];
    this.#rounds = new Counter({
      name: 'brook_canary_rounds_total',
      help: 'Messages that the canary sent, by whether it heard them',
      labelNames: ['outcome'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'brook_canary_seconds',
      help: 'From sending a message to its ack and its event, through the public port',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#lastSuccess = new Gauge({
      name: 'brook_canary_last_success_timestamp_seconds',
      help: 'When the canary last heard itself',
      registers,
    });
  }

  /** Begins; the first message goes at once. */
  start(): void {
    this.#done = this.#run();
  }

  /** Ends the visit and resolves when nothing is left of it. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#visit();
      } catch (err) {
        this.#rounds.inc({ outcome: 'failed' });
        this.#options.logger.warn({ err }, 'the canary did not hear itself');
        await this.#pause();
      }
    }
  }

  async #visit(): Promise<void> {
    const { url, account } = this.#options;
    const visit = await CanaryVisit.open(url, account);
    const end = performance.now() + VISIT_MS;
    try {
      while (!this.#stop.signal.aborted && performance.now() < end) {
        await this.#round(visit);
        await this.#pause();
      }
    } finally {
      await visit.close();
    }
  }

  async #round(visit: CanaryVisit): Promise<void> {
    const begun = performance.now();
    await visit.sendAndHear(PERIOD_MS);
    this.#seconds.observe((performance.now() - begun) / 1_000);
    this.#rounds.inc({ outcome: 'ok' });
    this.#lastSuccess.setToCurrentTime();
  }

  /** The pause between two messages, cut short by the stop. */
  async #pause(): Promise<void> {
    const { signal } = this.#stop;
    await delay(PERIOD_MS, undefined, { signal }).catch((err: unknown) => {
      if (!signal.aborted) throw err;
    });
  }
}
