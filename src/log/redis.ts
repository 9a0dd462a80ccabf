import { Redis, type RedisOptions } from 'ioredis';

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  // A wake-up that cannot be sent now is useless later, because its receivers poll.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(100 * times, 2_000),
};
const PING_MS = 2_000;

interface WakeUpListener {
  /** Receives the channel and the text of each message, including those of this process. */
  onMessage(channel: string, text: string): void;
  /** Receives the error when Redis becomes unreachable, and null when it is back. */
  onChange(error: Error | null): void;
}

/**
 * Sends wake-ups over Redis while it is reachable. Reports once that Redis is unreachable, and
 * once that it is back.
 */
export class RedisWakeUps {
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly timer: NodeJS.Timeout;
  private isUnreachable = false;
  private stopped = false;

  /** @param prefix prefix of the channel names in Redis */
  constructor(
    url: string,
    channels: readonly string[],
    private readonly prefix: string,
    private readonly listener: WakeUpListener,
  ) {
    this.publisher = new Redis(url, OPTIONS);
    this.subscriber = new Redis(url, { ...OPTIONS, autoResubscribe: false });
    this.subscriber.on('message', (channel, text) =>
      listener.onMessage(channel.slice(prefix.length), text),
    );
    this.subscriber.on(
      'ready',
      () =>
        void this.subscriber
          .subscribe(...channels.map((channel) => prefix + channel))
          .catch(() => undefined),
    );
    for (const client of this.clients) {
      client.on('error', this.onLost);
      client.on('close', () => this.onLost(new Error('The connection was closed.')));
      client.on('ready', this.onReady);
      client.connect().catch(() => undefined);
    }
    // A connection that was cut silently looks like an idle one.
    this.timer = setInterval(
      () => this.clients.forEach((client) => void this.check(client)),
      PING_MS,
    );
    this.timer.unref();
  }

  private get clients(): readonly Redis[] {
    return [this.publisher, this.subscriber];
  }

  /** Returns whether the message was sent. */
  publish(channel: string, text: string): boolean {
    if (this.publisher.status !== 'ready') return false;
    this.publisher.publish(this.prefix + channel, text).catch(() => undefined);
    return true;
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
    for (const client of this.clients) client.disconnect();
  }

  private async check(client: Redis): Promise<void> {
    if (client.status !== 'ready') return;
    let late: NodeJS.Timeout | undefined;
    const silence = new Promise<never>(
      (_, reject) =>
        (late = setTimeout(() => reject(new Error('Redis does not respond.')), PING_MS)),
    );
    await Promise.race([client.ping(), silence])
      .catch((error: Error) => {
        this.onLost(error);
        client.disconnect(true);
      })
      .finally(() => clearTimeout(late));
  }

  private readonly onLost = (error: Error): void => {
    if (this.isUnreachable || this.stopped) return;
    this.isUnreachable = true;
    this.listener.onChange(error);
  };

  private readonly onReady = (): void => {
    if (!this.isUnreachable || this.clients.some(({ status }) => status !== 'ready')) return;
    this.isUnreachable = false;
    this.listener.onChange(null);
  };
}
