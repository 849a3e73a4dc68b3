import { partitionOf, type ReadMoved, type RoomsChanges, type UsersChanges } from '@brook/common/contracts';
import type { RedisClient } from '@brook/common/redis';
import { FeedConsumer } from '@brook/common/streams';
import type { GatewayContext } from '../context.js';
import type { EraWatch } from '../era-watch.js';
import { Audience } from './audience.js';
import { type Fanout, type FanoutSink, StreamFanout } from './fanout.js';
import { takeFeedEntries } from './feed-entries.js';
import { HeadsSweep } from './heads-sweep.js';
import { HistoryReader } from './history-reader.js';
import { MentionCounts } from './mention-counts.js';
import { MessageEvents } from './message-events.js';
import type { SocketMetrics } from './metrics.js';
import { OnlineRooms } from './online-rooms.js';
import { Revocations } from './revocations.js';
import { RoomActivity } from './room-activity.js';
import { RoomRegistry } from './room-registry.js';
import { RoomsFeed } from './rooms-feed.js';
import { UsersFeed } from './users-feed.js';

export interface LiveFeedOptions {
  context: GatewayContext;
  metrics: SocketMetrics;
  /** Tells when the database was restored. */
  era: Pick<EraWatch, 'onChange'>;
  /** Opens a connection of role `blocking`. */
  connectBlocking: () => RedisClient;
  /** The rooms of a person who is online are known, with the first connection, or have changed. */
  onPresent: (userId: string) => void;
}

/**
 * Everything that reaches this gateway without being asked for: message events, changes of rooms and people, and the
 * healing of whatever was missed.
 */
export class LiveFeed {
  readonly audience = new Audience();
  readonly revocations = new Revocations();
  readonly registry: RoomRegistry;
  readonly online: OnlineRooms;
  readonly #options: LiveFeedOptions;
  readonly #sweep: HeadsSweep;
  readonly #activity: RoomActivity;
  readonly #mentions: MentionCounts;
  readonly #roomsFeed: RoomsFeed;
  readonly #rooms: FeedConsumer<RoomsChanges>;
  readonly #users: FeedConsumer<UsersChanges>;
  readonly #fanout: Fanout;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { context, metrics } = options;
    const { partitions, logger, messages, rooms, users, redis, generation, access, profiles } = context;
    const { audience, revocations } = this;
    const histories = new HistoryReader({
      redis,
      generation,
      messages,
      partitionOf: (roomId) => partitionOf(roomId, partitions),
      onCacheRead: (result) => metrics.cacheReads.inc({ result }),
      logger,
    });
    this.registry = new RoomRegistry({ histories, metrics, logger });
    this.online = new OnlineRooms({ rooms, logger, onLoaded: options.onPresent });
    this.#activity = new RoomActivity({ audience, online: this.online, heads: context.heads, logger });
    this.#mentions = new MentionCounts({ audience, online: this.online, messages, rooms, logger });
    this.#sweep = new HeadsSweep({ messages, registry: this.registry, logger });
    this.#roomsFeed = new RoomsFeed({
      access,
      registry: this.registry,
      audience,
      online: this.online,
      widget: context.widget,
      onMoved: options.onPresent,
    });
    const usersFeed = new UsersFeed({ profiles, audience, revocations });
    this.#rooms = new FeedConsumer<RoomsChanges>({
      feed: 'rooms',
      partitions,
      owner: rooms,
      apply: (_partition, changes) => {
        for (const change of changes) this.#roomsFeed.apply(change);
      },
      onEphemeral: (_partition, type, data) => {
        this.#roomsFeed.ephemeral(type, data);
        if (type === 'room.read') this.#mentions.read(data as ReadMoved);
      },
      onTrimmed: () => this.#afresh('changes of rooms were missed'),
      logger,
    });
    this.#users = new FeedConsumer<UsersChanges>({
      feed: 'users',
      partitions,
      owner: users,
      apply: (_partition, changes) => {
        for (const change of changes) usersFeed.apply(change);
      },
      onTrimmed: () => this.#afresh('changes of people were missed'),
      logger,
    });
    this.#fanout = new StreamFanout({ partitions, connect: options.connectBlocking, sink: this.#sink(), logger });
    audience.watch(this.online);
  }

  /** Follows the feeds from now on. @throws while Redis, the rooms or the users service cannot be reached */
  async start(): Promise<void> {
    await this.#rooms.start();
    await this.#users.start();
    await this.#fanout.start();
    await this.#options.context.widget.load();
    this.#options.era.onChange(() => this.#afresh('the database was restored'));
    this.#options.context.generation.onChange((_generation, previous) => {
      if (previous !== undefined) this.#gap('another life of Redis');
    });
    this.#sweep.start();
  }

  async stop(): Promise<void> {
    await this.#fanout.stop();
    await this.#sweep.stop();
    await this.#rooms.stop();
    await this.#users.stop();
    this.registry.stop();
    this.online.stop();
    this.#activity.stop();
    await this.#mentions.stop();
    this.#roomsFeed.stop();
  }

  /** @throws when the event streams cannot be read, for readiness */
  check(): void {
    this.#fanout.check();
  }

  #sink(): FanoutSink {
    const { context, metrics } = this.#options;
    const { bus, logger, figures } = context;
    const events = new MessageEvents({
      bus,
      onEvent: (event) => {
        this.registry.event(event.type, event.roomId, event.rev, event.messageJson);
        this.#activity.event(event);
        this.#mentions.event(event);
        if (event.type === 'message.created') figures.messages.count(performance.now());
      },
      onDelivered: (begun) => metrics.sendToDelivery.observe((performance.now() - begun) / 1_000),
      logger,
    });
    return {
      onMessages: (_partition, entries) => events.onEntries(entries),
      onRooms: (partition, entries) => takeFeedEntries(this.#rooms, bus, partition, entries),
      onUsers: (partition, entries) => takeFeedEntries(this.#users, bus, partition, entries),
      onGap: (_partition, reason) => this.#gap(reason),
    };
  }

  /** Events and commands may be lost: sends are refused for now, the heads of all rooms are asked for, and both feeds pulled, at once. */
  #gap(reason: string): void {
    const { logger, bus } = this.#options.context;
    bus.giveUpSends();
    logger.info({ reason }, 'events may have been missed: asking their owners');
    this.#sweep.now();
    for (const feed of [this.#rooms, this.#users])
      feed.pullAll().catch((err: unknown) => logger.warn({ err }, 'could not ask for changes; the sweep will'));
  }

  /** What is remembered here may be wrong, and nobody will say what of it. */
  #afresh(cause: string): void {
    const { access, widget, logger } = this.#options.context;
    access.clear();
    widget.load().catch((err: unknown) => logger.warn({ err }, 'the widget’s settings may be old: they could not be read again'));
    this.#gap(cause);
    this.online.reload();
    this.registry.resyncAll(cause);
  }
}
