import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLEnumType,
  type GraphQLSchema,
} from 'graphql';
import { Role } from '../../src/context';
import { ErrorCode } from '../../src/errors';
import { claimFindings } from '../../src/features/appointments/integrity';
import { brokenLogs } from '../../src/log/integrity';
import { raw, sql } from '../../src/db/sql';
import { tableOf } from '../../src/db/table';
import { entities } from '../../src/data-source';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { HUGE, oddIds, oddValues, seeded } from '../support/fixtures/hostile-values';
import {
  documentOf,
  leavesOf,
  place,
  plausibleFor,
  rootFields,
  valueOf,
  type Leaf,
  type RootField,
} from '../support/schema/requests';

jest.setTimeout(120_000);

const SEED = Number(process.env.FUZZ_SEED ?? 20_301);
/** Time on each database. */
const BUDGET_MS = Number(process.env.FUZZ_MS ?? 10_000);
const CODES = new Set<string>(
  Object.values(ErrorCode).filter((code) => code !== ErrorCode.INTERNAL_SERVER_ERROR),
);
/**
 * Tables that a refused mutation may change: ids are allocated before the write and leave a gap;
 * rate limits count failed attempts of public callers.
 */
const COUNTED_APART = new Set(['id_block', 'public_usage']);
/** Excludes mutations that remove the keys of the test. */
const LEFT_OUT = new Set(['revokeApiKey']);

onEachDatabase('hostile values in any place of the schema', (gateway) => {
  const random = seeded(SEED);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let schema: GraphQLSchema;
  let known: string[];
  let ids: readonly unknown[];
  let keys: (string | null)[];
  let plausible: ReturnType<typeof plausibleFor>;
  let clinic: Clinic;
  let appointmentId: string;

  beforeAll(async () => {
    gateway.scratch.env.MAX_BODY_BYTES = '20000000';
    await gateway.restart({ backgroundWork: false });
    schema = buildClientSchema(await gateway.data(getIntrospectionQuery({ oneOf: true })));
    clinic = await addClinic(gateway);
    appointmentId = (await book(gateway, clinic, '2031-01-06T15:00:00Z')).appointment.id;
    const input = {
      reasonId: clinic.reasonId,
      staffId: clinic.staffId,
      locationId: clinic.locationId,
      clientId: clinic.clientId,
      localStart: '2031-02-03T09:00',
      rrule: 'FREQ=WEEKLY;COUNT=3',
    };
    await change(gateway, 'createRecurringAppointment', input);
    await change(gateway, 'createWebhook', { url: 'https://example.com/', events: ['CREATED'] });
    await change(gateway, 'createResource', {
      name: 'Room',
      locationId: clinic.locationId,
      quantity: 2,
    });
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const foreign = await addClinic(gateway, 'other', other.secretKey);
    known = [
      ...Object.values(clinic),
      ...Object.values(foreign),
      appointmentId,
      'RecurringAppointment:1',
      'Webhook:1',
      'Resource:1',
      'SchedulePeriod:1',
      'Business:1',
      'ApiKey:1',
    ];
    plausible = plausibleFor(known, random);
    ids = oddIds(known);
    keys = [
      ...Array<string>(6).fill(gateway.business.secretKey),
      null,
      gateway.business.publishableKey,
      await gateway.key(Role.STAFF_USER, { staffId: Number(clinic.staffId.split(':')[1]) }),
      await gateway.key(Role.CLIENT, { clientId: Number(clinic.clientId.split(':')[1]) }),
    ];
    await gateway.logged();
  });

  function variablesFor(field: RootField, leaf: Leaf, value: unknown): Record<string, unknown> {
    const variables: Record<string, unknown> = {};
    for (const arg of field.args) {
      if (arg.defaultValue === undefined && arg.type.toString().endsWith('!'))
        variables[arg.name] = valueOf(
          arg.type,
          [arg.name],
          (scalar, path) => plausible(scalar, path, field),
          () => random() < 0.15,
        );
    }
    place(variables, leaf.path, value);
    return variables;
  }

  const oddFor = ({ type, required }: Leaf): unknown => {
    const named = schema.getType(type);
    if (random() < 0.06 && !required) return null;
    if (named && 'getValues' in named)
      return one([
        ...(named as GraphQLEnumType).getValues().map(({ name }) => name),
        'NOTHING',
        '',
        1,
      ]);
    return one(oddValues(type, ids));
  };

  async function send(query: string, variables: object, key: string | null) {
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key ? { authorization: `Bearer ${key}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    return {
      status: response.status,
      ...((await response.json()) as { data?: Record<string, any> | null; errors?: any[] }),
    };
  }

  const tables = entities
    .map((entity) => tableOf(entity as never).name)
    .filter((name) => !COUNTED_APART.has(name));
  async function rows(): Promise<string> {
    const counts = await gateway.gateway.db.all(
      sql`SELECT ${raw(tables.map((name) => `(SELECT count(*) FROM ${name}) AS "${name}"`).join(', '))}`,
    );
    return JSON.stringify(counts[0]);
  }

  /** Returns the fault of a response; null if there is none. */
  function fault(answer: Awaited<ReturnType<typeof send>>): string | null {
    if (answer.status >= 500) return `status ${answer.status}`;
    for (const { message, extensions } of answer.errors ?? []) {
      if (!CODES.has(extensions?.code) && !extensions?.code?.startsWith('GRAPHQL_'))
        return `${extensions?.code}: ${message}`;
      if (message.length > 2_000) return `a message of ${message.length} characters`;
    }
    return null;
  }
  const refused = ({ data, errors }: Awaited<ReturnType<typeof send>>): boolean =>
    Boolean(errors) || Object.values(data ?? {}).some((payload) => payload?.userErrors?.length > 0);

  async function attempt(
    field: RootField,
    leaf: Leaf,
    value: unknown,
    key: string | null,
  ): Promise<string | null> {
    const variables = variablesFor(field, leaf, value);
    const writes = field.operation === 'mutation';
    const before = writes ? await rows() : '';
    const answer = await send(documentOf(field), variables, key);
    const wrong =
      fault(answer) ??
      (writes && refused(answer) && (await rows()) !== before
        ? 'refused, and something was written'
        : null);
    return (
      wrong &&
      `${field.name} ${leaf.path.join('.')} = ${JSON.stringify(value).slice(0, 60)}: ${wrong} (seed ${SEED}, ${JSON.stringify(variables).slice(0, 700)})`
    );
  }

  it(`are refused by a code or accepted, and nothing is written in part; seed ${SEED}`, async () => {
    const all = rootFields(schema)
      .filter(({ name }) => !LEFT_OUT.has(name))
      .flatMap((field) => leavesOf(field).map((leaf) => ({ field, leaf })));
    const turns = all
      .map((turn) => ({ turn, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ turn }) => turn);
    const faults = new Map<string, string>();
    const end = Date.now() + BUDGET_MS;
    let sent = 0;
    // More than half of the places, on a machine of any speed.
    for (; Date.now() < end || sent <= turns.length / 2; sent += 1) {
      const { field, leaf } = turns[sent % turns.length]!;
      const wrong = await attempt(field, leaf, oddFor(leaf), one(keys));
      if (wrong) faults.set(`${field.name} ${leaf.path.join('.')}`, wrong);
    }
    const texts = turns.filter(({ leaf }) => leaf.type === 'String');
    for (let huge = 0; huge < 4; huge += 1) {
      const { field, leaf } = one(texts);
      const wrong = await attempt(field, leaf, HUGE, gateway.business.secretKey);
      if (wrong) faults.set(`${field.name} ${leaf.path.join('.')} huge`, wrong);
    }
    expect([...faults.values()]).toEqual([]);
    // Each place was tried, and not all were refused early.
    expect(sent).toBeGreaterThan(turns.length / 2);
    expect([
      await claimFindings(gateway.gateway.db),
      await gateway.logged().then(() => brokenLogs(gateway.gateway.db)),
    ]).toEqual([[], []]);
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { id } }', {
          id: appointmentId,
        })
      ).appointment,
    ).toEqual({ id: appointmentId });
  });
});
