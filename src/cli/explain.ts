import { randomBytes } from 'node:crypto';
import { parse, validate } from 'graphql';
import { Role, type Context, type Viewer } from '../context';
import { DomainError, ErrorCode } from '../errors';
import { viewerOf } from '../features/access/access.service';
import { KeyCache } from '../features/access/key-cache';
import { Contention } from '../services/contention';
import { inviteOnCancel } from '../features/waitlist/invitations/invite';
import { LogTail } from '../log/log-tail';
import { gatewaySchema } from '../schema';
import type { Database } from '../db/database';
import { Ids } from '../db/state/ids';
import { render, sql, type Sql } from '../db/sql';
import { linksOf, Signer } from '../services/links';
import { RuleCache } from '../services/rule-cache';
import { Outbound } from '../services/outbound/outbound';
import { Planner } from '../graphql/planner/planner';
import { createVault } from '../services/encryption';
import { databaseCommand } from './command';

const say = (text: string) => process.stdout.write(`${text}\n`);

async function administratorOf(db: Database, business: string | undefined): Promise<Viewer> {
  const [row] =
    business === undefined
      ? await db.all<{ id: number }>(sql`SELECT id FROM business ORDER BY id LIMIT 1`)
      : await db.all<{ id: number }>(
          sql`SELECT id FROM business WHERE id = ${Number(business.replace('Business:', '')) || 0}`,
        );
  if (!row)
    throw new DomainError(
      ErrorCode.NOT_FOUND,
      business === undefined ? 'There is no business.' : `There is no business ${business}.`,
    );
  return {
    businessId: row.id,
    role: Role.ADMINISTRATOR,
    actor: 'explain',
    actorName: 'explain',
    staffId: null,
    clientId: null,
    clientIds: [],
    locationIds: [],
  };
}

/** A context for reading only: links are signed with a random key, and nothing is sent. */
function contextOf(db: Database, viewer: Viewer, keyCache: KeyCache): Context {
  const links = linksOf(
    new Signer(randomBytes(32).toString('base64url')),
    { publicUrl: null, manageUrl: null },
    () => 'http://localhost',
  );
  return {
    app: {
      log: new LogTail(db, () => undefined),
      ruleCache: new RuleCache(),
      contention: new Contention(),
      keyCache,
      signals: db.signals,
      inviteOnCancel,
    },
    db,
    ids: new Ids(db),
    viewer,
    links,
    outbound: new Outbound({ allowedHosts: [] }),
    vault: createVault(null),
    now: Date.now,
    random: Math.random,
    requestId: 'explain',
    idempotencyKey: null,
  };
}

async function databasePlan(db: Database, statement: Sql): Promise<string> {
  if (db.dialect === 'postgres') {
    const rows = await db.all<{ 'QUERY PLAN': string }>(
      sql`EXPLAIN (ANALYZE, BUFFERS) ${statement}`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
  const rows = await db.all<{ id: number; parent: number; detail: string }>(
    sql`EXPLAIN QUERY PLAN ${statement}`,
  );
  const depths = new Map<number, number>();
  return rows
    .map(({ id, parent, detail }) => {
      const depth = (depths.get(parent) ?? -1) + 1;
      depths.set(id, depth);
      return `${'  '.repeat(depth)}${detail}`;
    })
    .join('\n');
}

export const explain = databaseCommand({
  summary: "Prints the SQL of a query's plan, the database's plan and the fallback fields.",
  details: 'Writes nothing and runs beside a gateway.',
  options: {
    key: { type: 'string', value: 'KEY', description: 'Reads as the viewer of this key.' },
    business: {
      type: 'string',
      value: 'ID',
      description: 'Reads as an administrator of it. Defaults to the first business.',
    },
    variables: {
      type: 'string',
      value: 'JSON',
      description: 'The variables of the query.',
      default: '{}',
    },
  },
  argument: 'query',
  example: "slotgraph explain '{ appointments { nodes { id } } }'",
  access: 'beside',
  async run(db, { query, key, business, variables }) {
    const schema = gatewaySchema();
    const document = parse(query as string);
    const errors = validate(schema, document);
    if (errors.length)
      throw new DomainError(
        ErrorCode.BAD_USER_INPUT,
        errors.map(({ message }) => message).join(' '),
      );
    const keyCache = new KeyCache();
    const viewer =
      typeof key === 'string'
        ? await viewerOf(
            { db, keyCache, now: Date.now },
            { authorization: `Bearer ${key}` },
            () => null,
          )
        : await administratorOf(db, business as string | undefined);
    const explanation = await new Planner(schema, () => undefined).explain(
      document,
      JSON.parse(variables as string) as Record<string, unknown>,
      contextOf(db, viewer, keyCache),
    );
    if (!explanation) {
      say('No plan: resolvers and their loaders answer this operation.');
      return 0;
    }
    const { text, values } = render(explanation.statement, db.dialect);
    say(
      `-- SQL (${db.dialect})\n${text}\n\n-- Values\n${JSON.stringify(values)}\n\n-- Plan of the database\n${await databasePlan(db, explanation.statement)}`,
    );
    if (explanation.fallbackFields.length)
      say(`\n-- Fallback fields, completed by resolvers\n${explanation.fallbackFields.join('\n')}`);
    return 0;
  },
});
