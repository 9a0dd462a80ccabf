import { Redis, type RedisOptions } from 'ioredis';

const OPTIONS: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  // A wake-up that cannot go out now is of no use later: whoever would hear it polls.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(100 * times, 2_000),
};
const PING_MS = 2_000;

/** Wake-ups by way of Redis, while it is there. When it goes away that is said once, and once that it is back. */
export class RedisWakeUps {
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private readonly timer: NodeJS.Timeout;
  private away = false;
  private stopped = false;

  /**
   * @param prefix of the channels' names in Redis
   * @param onMessage told the channel and what was published there, by this process too
   * @param onChange told why Redis is away, and null once it is back
   */
  constructor(
    url: string,
    channels: readonly string[],
    private readonly prefix: string,
    onMessage: (channel: string, text: string) => void,
    private readonly onChange: (error: Error | null) => void,
  ) {
    this.publisher = new Redis(url, OPTIONS);
    this.subscriber = new Redis(url, { ...OPTIONS, autoResubscribe: false });
    this.subscriber.on('message', (channel, text) => onMessage(channel.slice(prefix.length), text));
    this.subscriber.on(
      'ready',
      () =>
        void this.subscriber
          .subscribe(...channels.map((channel) => prefix + channel))
          .catch(() => undefined),
    );
    for (const client of this.clients) {
      client.on('error', this.lost);
      client.on('close', () => this.lost(new Error('The connection was closed.')));
      client.on('ready', this.found);
      client.connect().catch(() => undefined);
    }
    // A connection that was cut without a word looks like one on which nothing happens.
    this.timer = setInterval(
      () => this.clients.forEach((client) => void this.check(client)),
      PING_MS,
    );
    this.timer.unref();
  }

  private get clients(): readonly Redis[] {
    return [this.publisher, this.subscriber];
  }

  /** Whether it went out. */
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
        (late = setTimeout(() => reject(new Error('Redis does not answer.')), PING_MS)),
    );
    await Promise.race([client.ping(), silence])
      .catch((error: Error) => {
        this.lost(error);
        client.disconnect(true);
      })
      .finally(() => clearTimeout(late));
  }

  private readonly lost = (error: Error): void => {
    if (this.away || this.stopped) return;
    this.away = true;
    this.onChange(error);
  };

  private readonly found = (): void => {
    if (!this.away || this.clients.some(({ status }) => status !== 'ready')) return;
    this.away = false;
    this.onChange(null);
  };
}
