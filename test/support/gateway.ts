import 'reflect-metadata';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { loadConfig, type Config } from '../../src/config';
import { Role } from '../../src/context';
import { addKey, newKey, type KeyGrant } from '../../src/features/access/access.service';
import {
  createBusiness,
  type CreatedBusiness,
  type NewBusiness,
} from '../../src/features/access/create-business';
import { startApp, type App, type AppOptions } from '../../src/app';
import { planning } from '../../src/graphql/planner/planner';
import { sql } from '../../src/db/sql';
import { POSTGRES, scratchDatabase, type Scratch } from './scratch';

/** The log of a gateway under test: a plan that fails is answered by resolvers, and must not pass unseen. */
const failOnBrokenPlan = {
  write(line: string): void {
    if (line.includes('a plan failed')) brokenPlans.push(line);
    else if (process.env.TEST_LOG) process.stderr.write(line);
  },
};
const brokenPlans: string[] = [];

export interface Answer {
  data?: any;
  errors?: { message: string; path?: (string | number)[]; extensions: Record<string, any> }[];
  status: number;
}

/** What a gateway asks by itself from time to time: for the log, for jobs, for webhooks, for holds and invitations that have ended. */
const BACKGROUND =
  /\bevent AS e\b.*e\.seq >|\bFROM job\b|\bwebhook AS w\b|\blog_head WHERE\b|a\.hold_expires_at IS NOT NULL|e\.invitation_expires_at [<>]|e\.wanted_until <=|\bwaitlist_settings AS s\b/s;

export class TestGateway {
  gateway!: App;
  scratch!: Scratch;
  business!: CreatedBusiness;
  /** What the gateway takes for now; null means the real clock. */
  time: number | null = null;
  /** What else it is started with. Messages are planned where a test asks for it. */
  options: AppOptions = {};

  constructor(readonly dialect: 'sqlite' | 'postgres') {}

  get config(): Config {
    // One key may have half of the operations in flight, and suites send many with one key.
    return loadConfig({ MAX_IN_FLIGHT: '512', ...this.scratch.env });
  }

  async start(
    business: NewBusiness = { name: 'Test clinic', timeZone: 'America/New_York' },
  ): Promise<void> {
    this.scratch = await scratchDatabase(this.dialect);
    await this.boot();
    this.business = await this.addBusiness(business);
  }

  async boot(): Promise<void> {
    this.gateway = await startApp(this.config, {
      now: () => this.time ?? Date.now(),
      log: pino({ level: process.env.TEST_LOG ?? 'error' }, failOnBrokenPlan),
      planMessages: false,
      ...this.options,
    });
  }

  /** Starts it again on the same database, with other options. */
  async restart(options: AppOptions): Promise<void> {
    this.options = options;
    await this.gateway.stop();
    await this.boot();
  }

  async stop(): Promise<void> {
    await this.gateway.stop();
    await this.scratch.remove();
  }

  addBusiness(given: NewBusiness): Promise<CreatedBusiness> {
    return createBusiness(this.gateway.db, this.gateway.ids, Date.now(), given);
  }

  /** A key of the given business (the test's own unless said) with a role. */
  async key(role: Role, grant: Partial<KeyGrant> = {}): Promise<string> {
    const businessId = grant.businessId ?? this.business.business.rowId;
    const key = newKey(role === Role.PUBLIC ? 'PUBLISHABLE' : 'SECRET', businessId);
    const rowId = await this.gateway.ids.next('api_key');
    await this.gateway.db.transaction((tx) =>
      addKey(tx, key, {
        kind: 'SECRET',
        role,
        name: `${role} key`,
        createdAt: Date.now(),
        ...grant,
        businessId,
        rowId,
      }),
    );
    return key;
  }

  /** One operation over HTTP, as an administrator unless another key, or null for none, is given. */
  async run(
    query: string,
    variables: object = {},
    options: { key?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await this.send(query, variables, options);
    if (/^\s*(query|\{|fragment)/.test(query))
      await this.compare(answer, query, variables, options);
    return answer;
  }

  /** The same query by its resolvers must have the same answer. */
  async compare(answer: Answer, query: string, variables: object, options: object): Promise<void> {
    const plain = ({ data, errors, status }: Answer) =>
      JSON.stringify({ data, errors, status }).replaceAll(/"errorId":"[^"]+"/g, '');
    let first = answer;
    for (let tries = 0; ; tries += 1) {
      planning.on = false;
      const other = await this.send(query, variables, options).finally(() => (planning.on = true));
      if (plain(first) === plain(other)) return;
      // Work in the background may have changed the data between the two: compare again.
      const again = await this.send(query, variables, options);
      if (plain(again) === plain(first) || tries === 3) {
        throw new Error(
          `By resolvers the answer differs:\n${plain(first).slice(0, 4_000)}\n${plain(other).slice(0, 4_000)}\n${query}`,
        );
      }
      first = again;
    }
  }

  private async send(
    query: string,
    variables: object = {},
    { key = this.business.secretKey as string | null, headers = {} as Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return { ...((await response.json()) as object), status: response.status };
  }

  /** The data of an operation that must succeed. */
  async data(
    query: string,
    variables: object = {},
    options: Parameters<TestGateway['run']>[2] = {},
  ): Promise<any> {
    const { data, errors } = await this.run(query, variables, options);
    if (errors) throw new Error(JSON.stringify(errors, null, 2));
    return data;
  }

  /** Resolves once every event that was committed has its number: PostgreSQL's come a moment after the booking. */
  async logged(): Promise<void> {
    const waiting = () =>
      this.gateway.db.all<{ count: number }>(
        sql`SELECT count(*) AS count FROM event WHERE seq IS NULL`,
      );
    while ((await waiting())[0]?.count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** The SQL statements that an operation sends, the look-up of the key apart. */
  async counted(
    query: string,
    variables: object = {},
    options: Parameters<TestGateway['run']>[2] = {},
  ): Promise<{ data: any; statements: string[] }> {
    const seen: string[] = [];
    const forget = this.gateway.signals.statementSent.on((text) => {
      if (!text.includes('api_key AS k') && !BACKGROUND.test(text)) seen.push(text);
    });
    try {
      const { data, errors } = await this.send(query, variables, options);
      if (errors) throw new Error(JSON.stringify(errors, null, 2));
      return { data, statements: seen };
    } finally {
      forget();
    }
  }

  /** A subscription over WebSocket: what arrives is pushed into `events`. */
  subscribe(
    query: string,
    variables: Record<string, unknown> = {},
    key: string = this.business.secretKey,
  ) {
    const client = createClient({
      url: this.gateway.url.replace('http', 'ws') + '/graphql',
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
    });
    const events: any[] = [];
    const waiting: (() => void)[] = [];
    const notify = () => waiting.splice(0).forEach((resume) => resume());
    let ended: unknown;
    client.subscribe(
      { query, variables },
      {
        next: (value) => (events.push(value), notify()),
        error: (error) => ((ended = error), notify()),
        complete: () => ((ended ??= 'complete'), notify()),
      },
    );
    return {
      events,
      get ended() {
        return ended;
      },
      /** Resolves once there are so many, or rejects when it ended before. */
      async atLeast(count: number): Promise<any[]> {
        while (events.length < count) {
          if (ended)
            throw new Error(`ended after ${events.length} of ${count}: ${JSON.stringify(ended)}`);
          await new Promise<void>((resume) => waiting.push(resume));
        }
        return events;
      },
      /** How it ended: the errors of its last answer, else what the transport said. */
      async untilEnd(): Promise<unknown> {
        while (!ended) await new Promise<void>((resume) => waiting.push(resume));
        return events.at(-1)?.errors ?? ended;
      },
      close: () => client.dispose(),
    };
  }
}

/** Runs a suite on SQLite, and on PostgreSQL where TEST_DATABASE_URL points at one. */
export function onEachDatabase(title: string, suite: (gateway: TestGateway) => void): void {
  describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
    `${title} on %s`,
    (dialect) => {
      const gateway = new TestGateway(dialect);
      beforeAll(() => gateway.start());
      afterAll(() => gateway.stop());
      afterEach(() => expect(brokenPlans.splice(0)).toEqual([]));
      suite(gateway);
    },
  );
  if (!POSTGRES)
    it.skip(`${title} on postgres: left out, TEST_DATABASE_URL is not set`, () => undefined);
}
