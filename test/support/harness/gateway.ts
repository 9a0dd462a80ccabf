import 'reflect-metadata';
import { createClient } from 'graphql-ws';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { loadConfig, type Config } from '../../../src/config';
import { Role } from '../../../src/context';
import { addKey, newKey, type KeyGrant } from '../../../src/features/access/access.service';
import {
  createBusiness,
  type CreatedBusiness,
  type NewBusiness,
} from '../../../src/features/access/create-business';
import { startApp, type App } from '../../../src/app';
import type { AppOptions } from '../../../src/start/app-options';
import { sql } from '../../../src/db/sql';
import { POSTGRES, scratchDatabase, type Scratch } from './scratch';

/**
 * The log of a gateway under test. A failed plan falls back to resolvers, so the suite fails on its
 * log line.
 */
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
  extensions?: Record<string, any>;
  status: number;
}

/** Background statements: of the log, jobs, webhooks, and expired holds and invitations. */
const BACKGROUND =
  /\bevent AS e\b.*e\.seq >|\bFROM job\b|\bwebhook AS w\b|\blog_head WHERE\b|a\.hold_expires_at IS NOT NULL|e\.invitation_expires_at [<>]|e\.wanted_until <=|\bwaitlist_settings AS s\b/s;

export class TestGateway {
  gateway!: App;
  scratch!: Scratch;
  business!: CreatedBusiness;
  /** The gateway's current time; null for the real clock. */
  time: number | null = null;
  /** Further options of the start. A suite that needs messages enables their planning. */
  options: AppOptions = {};
  /** Environment variables of the next start. */
  environment: Readonly<Record<string, string>> = {};

  constructor(readonly dialect: 'sqlite' | 'postgres') {}

  get config(): Config {
    // One key may have half of the operations in flight, and suites send many with one key.
    return loadConfig({ MAX_IN_FLIGHT: '512', ...this.environment, ...this.scratch.env });
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

  /** Restarts it on the same database with other options. */
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
    const now = this.time ?? Date.now();
    return createBusiness(this.gateway.db, this.gateway.ids, now, given);
  }

  /** Creates a key with a role. Defaults to the business of the test. */
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

  /** Runs one operation over HTTP. The key defaults to an administrator's; null sends none. */
  async run(
    query: string,
    variables: object = {},
    options: { key?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const answer = await this.send(query, variables, options);
    // The planner of a gateway in another process cannot be switched off.
    const isInProcess = 'planner' in this.gateway;
    if (isInProcess && /^\s*(query|\{|fragment)/.test(query))
      await this.compare(answer, query, variables, options);
    return answer;
  }

  /** Expects that resolvers return the same response to a query as its plan. */
  async compare(answer: Answer, query: string, variables: object, options: object): Promise<void> {
    const plain = ({ data, errors, status }: Answer) =>
      // The order of the errors of concurrent fields is undefined.
      JSON.stringify({ data, errors: errors?.map((error) => JSON.stringify(error)).sort(), status })
        .replaceAll(/\\?"errorId\\?":\\?"[^"]+"/g, '')
        // Each offer has a token of its own.
        .replaceAll(/"[\w-]+\.[\w-]{43}"/g, '"token"');
    let first = answer;
    for (let tries = 0; ; tries += 1) {
      const { planner } = this.gateway;
      planner.isEnabled = false;
      const other = await this.send(query, variables, options).finally(
        () => (planner.isEnabled = true),
      );
      if (plain(first) === plain(other)) return;
      // Background work may have changed the data between the two: compare again.
      const again = await this.send(query, variables, options);
      if (plain(again) === plain(first) || tries === 3) {
        throw new Error(
          `By resolvers the response differs:\n${plain(first).slice(0, 4_000)}\n${plain(other).slice(0, 4_000)}\n${query}`,
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

  /** Returns the data of an operation that must succeed. */
  async data(
    query: string,
    variables: object = {},
    options: Parameters<TestGateway['run']>[2] = {},
  ): Promise<any> {
    const { data, errors } = await this.run(query, variables, options);
    if (errors) throw new Error(JSON.stringify(errors, null, 2));
    return data;
  }

  /**
   * Resolves once every committed event is numbered, which on PostgreSQL follows shortly after the
   * commit.
   */
  async logged(): Promise<void> {
    const waiting = () =>
      this.gateway.db.all<{ count: number }>(
        sql`SELECT count(*) AS count FROM event WHERE seq IS NULL`,
      );
    while ((await waiting())[0]?.count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /**
   * Returns the SQL statements of an operation, except the look-up of the key and background
   * statements.
   */
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

  /** Subscribes over WebSocket and pushes each result into `events`. */
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
      /** Resolves after this number of events; rejects if the subscription ends before. */
      async atLeast(count: number): Promise<any[]> {
        while (events.length < count) {
          if (ended)
            throw new Error(`ended after ${events.length} of ${count}: ${JSON.stringify(ended)}`);
          await new Promise<void>((resume) => waiting.push(resume));
        }
        return events;
      },
      /** Returns the errors of the last result, or else the close event of the transport. */
      async untilEnd(): Promise<unknown> {
        while (!ended) await new Promise<void>((resume) => waiting.push(resume));
        return events.at(-1)?.errors ?? ended;
      },
      close: () => client.dispose(),
    };
  }
}

/** Declares a suite on SQLite, and on PostgreSQL if TEST_DATABASE_URL is set. */
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
