import { Client } from 'pg';
import { Role } from '../../../src/context';
import { dataSource } from '../../../src/data-source';
import { addClinic, change, hire, type Clinic } from '../../support/fixtures/clinic';
import { TestGateway } from '../../support/harness/gateway';
import { nodesOf, type PlanNode } from './plan-nodes';

const [APPOINTMENTS, CLIENTS, STAFF] = [50_000, 20_000, 20];
/** Tables that grow with the age of a business. */
const GROWING = new Set(['appointment', 'appointment_staff', 'client', 'event', 'claim']);
/** Rows that a filter may discard for each kept row, and the minimum of kept rows assumed. */
const [MOST_DISCARDED, PAGE] = [20, 25];

/** SQLite's plans have no row counts. A statement with this index reads those of all staff. */
const ORDER_OF_ALL =
  /USING (COVERING )?INDEX ix_appointment_(start_at|created_at)_id \(business_id=\?\)$/;

/** A read of all appointments of one additional staff member. */
const HISTORY = /INDEX ix_appointment_staff_staff_id_\w+ \(business_id=\? AND staff_id=\?\)/;

/**
 * Other scans in SQLite's plans: keys of a parameter, constants, and waitlist entries in background
 * work.
 */
const SMALL = new Set(['k', 'CONSTANT', 'json_each', 'f', 'e']);

/** Set-up and requests that the cases of the suite share. */
export function indexedFixture(dialect: 'sqlite' | 'postgres') {
  const gateway = new TestGateway(dialect);
  let clinic: Clinic;
  let seriesId: string;
  let staffKey: string;
  let staffIds: string[];
  /** The last change of the first copy; each further one was changed a millisecond later. */
  const firstChange = Date.UTC(2030, 0, 1);
  const text = async (query: string, values: readonly unknown[] = []): Promise<any[]> =>
    admin ? (await admin.query(query, [...values])).rows : source.query(query, [...values]);
  /** Filling takes longer than the statement timeout of the gateway. */
  let admin: Client | undefined;
  let source: ReturnType<typeof dataSource>;

  beforeAll(async () => {
    await gateway.start();
    source = await dataSource(gateway.config).initialize();
    if (dialect === 'postgres')
      await (admin = new Client({
        connectionString: gateway.config.databaseUrl as string,
      })).connect();
    clinic = await addClinic(gateway);
    staffIds = [clinic.staffId, clinic.otherStaffId];
    while (staffIds.length < STAFF)
      staffIds.push(
        await hire(gateway, clinic, `helper${staffIds.length}`, undefined, undefined, null),
      );
    const { appointment } = await change(
      gateway,
      'createAppointment',
      {
        locationId: clinic.locationId,
        reasonId: clinic.reasonId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        start: '2031-01-06T14:00:00Z',
      },
      'appointment { id }',
    );
    const series = await change(
      gateway,
      'createRecurringAppointment',
      {
        locationId: clinic.locationId,
        reasonId: clinic.reasonId,
        staffId: clinic.otherStaffId,
        clientId: clinic.clientId,
        start: '2031-02-03T14:00:00Z',
        rrule: 'FREQ=DAILY;COUNT=3',
      },
      'recurringAppointment { id }',
    );
    seriesId = series.recurringAppointment.id;
    staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) });
    await fill(numberOf(appointment.id));
    // Connections that were idle meanwhile are closed.
    await gateway.data('{ viewer { role } }').catch(() => undefined);
  });
  afterAll(async () => {
    await admin?.end();
    await source.destroy();
    await gateway.stop();
  });

  const numberOf = (id: string): number => Number(id.split(':')[1]);

  /**
   * Copies one client and one appointment over years; every second copy has another additional
   * staff member.
   */
  async function fill(appointmentId: number): Promise<void> {
    const numbers = (count: number) =>
      dialect === 'postgres'
        ? `generate_series(1, ${count}) AS g(n)`
        : `(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < ${count}) SELECT n FROM g) AS g`;
    const copied = async (
      table: string,
      changed: Record<string, string>,
      from: string,
      where: string,
    ) => {
      const columns: string[] = source.entityMetadatas
        .find(({ tableName }) => tableName === table)!
        .columns.map(({ databaseName }) => databaseName);
      await text(
        `INSERT INTO ${table} (${columns.map((name) => `"${name}"`).join(', ')}) SELECT ${columns.map((name) => changed[name] ?? `t."${name}"`).join(', ')} FROM ${table} AS t, ${from} WHERE ${where}`,
      );
    };
    await copied(
      'client',
      {
        id: '1000000 + g.n',
        email: `'client' || g.n || '@example.org'`,
        full_name: `'Client ' || g.n`,
        last_name: `'' || g.n`,
        modified_at: `${firstChange} + g.n`,
        search_text: `'snow ember' || (g.n * 7919) || 'x'`,
        tags: `CAST('["all","tag-' || (g.n / 3) || '"]' AS ${dialect === 'postgres' ? 'json' : 'text'})`,
        external_ids: `CAST('{"crm":"c-' || g.n || '"}' AS ${dialect === 'postgres' ? 'json' : 'text'})`,
      },
      numbers(CLIENTS),
      `t.id = ${numberOf(clinic.clientId)}`,
    );
    const people = staffIds.map(numberOf);
    const person = `(CASE ${people.map((id, index) => `WHEN g.n % ${STAFF} = ${index} THEN ${id}`).join(' ')} END)`;
    const days = 86_400_000;
    await copied(
      'appointment',
      {
        id: '1000000 + g.n',
        staff_id: person,
        client_id: `1000001 + (g.n * 7919) % ${CLIENTS}`,
        ...Object.fromEntries(
          ['start_at', 'end_at', 'staff_start_at', 'staff_end_at'].map((name) => [
            name,
            `t.${name} - ${700 * days} + CAST(g.n AS bigint) * 1200000`,
          ]),
        ),
        created_at: 't.created_at + g.n',
        modified_at: `${firstChange} + g.n`,
        external_event_id: `'e-' || g.n`,
        batch_id: `'b-' || (g.n / 3)`,
        recurring_appointment_id: `CASE WHEN g.n % 1000 = 0 THEN ${numberOf(seriesId)} END`,
      },
      numbers(APPOINTMENTS),
      `t.id = ${appointmentId}`,
    );
    await text(`INSERT INTO appointment_staff (business_id, appointment_id, staff_id, start_at, created_at)
      SELECT business_id, id, ${person.replaceAll('g.n', '(id / 2)')} AS helper, start_at, created_at FROM appointment WHERE id > 1000000 AND id % 2 = 0 AND staff_id <> ${person.replaceAll('g.n', '(id / 2)')}`);
    // Overrides, which no guard compares with other claims.
    await text(`INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      SELECT a.business_id, a.id, s.subject_id, a.staff_start_at, a.staff_end_at, 1, ${dialect === 'sqlite' ? '1, 0' : 'true, false'} FROM appointment AS a
      JOIN staff AS s ON s.business_id = a.business_id AND s.id = a.staff_id WHERE a.id > 1000000 AND a.id % 2 = 0`);
    // As autovacuum does: entries of an index by words wait in a list until then.
    await text(dialect === 'postgres' ? 'VACUUM ANALYZE' : 'ANALYZE');
  }

  /** PostgreSQL's time for the statements explained since the last operation, in milliseconds. */
  let executionMs = 0;

  /**
   * Findings of a statement that reads more than its result needs: a scan of a growing table, or
   * rows that a filter discards.
   * `history` has the reads of all appointments of a staff member.
   */
  async function findingsOf({
    text: sent,
    values,
  }: {
    text: string;
    values: readonly unknown[];
  }): Promise<{ findings: string[]; history: string[] }> {
    if (dialect === 'sqlite') {
      const plan = (await text(
        `EXPLAIN QUERY PLAN ${sent}`,
        [...sent].filter((letter) => letter === '?').map(() => null),
      )) as { detail: string }[];
      const details = plan.map(({ detail }) => detail);
      // A subquery in FROM has the alias of its rows.
      const ofSubquery = new Set(
        details.flatMap((detail) => /^(?:CO-ROUTINE|MATERIALIZE) (\S+)/.exec(detail)?.[1] ?? []),
      );
      const findings = details.filter((detail) => {
        const scanned = /^SCAN (\S+)/.exec(detail)?.[1];
        return (
          ORDER_OF_ALL.test(detail) || (scanned && !SMALL.has(scanned) && !ofSubquery.has(scanned))
        );
      });
      return { findings, history: details.filter((detail) => HISTORY.test(detail)) };
    }
    const [row] = (await text(`EXPLAIN (ANALYZE, FORMAT JSON) ${sent}`, values)) as {
      'QUERY PLAN': { Plan: PlanNode; 'Execution Time': number }[];
    }[];
    executionMs += row!['QUERY PLAN'][0]!['Execution Time'];
    const nodes = nodesOf(row!['QUERY PLAN'][0]!.Plan);
    const history = nodes
      .filter((node) => node['Actual Rows'] * node['Actual Loops'] > MOST_DISCARDED * PAGE)
      .map((node) => `${node['Node Type']} returns ${node['Actual Rows']} rows`);
    const findings = nodes.flatMap((node) => {
      const [table, rows] = [
        node['Relation Name'] ?? '',
        node['Actual Rows'] * node['Actual Loops'],
      ];
      if (!GROWING.has(table)) return [];
      const removed = (node['Rows Removed by Filter'] ?? 0) * node['Actual Loops'];
      if (node['Node Type'] === 'Seq Scan') return [`Seq Scan of ${table}`];
      return removed > MOST_DISCARDED * Math.max(rows, node['Actual Loops'], PAGE)
        ? [`${node['Node Type']} of ${table} returns ${rows} rows and discards ${removed}`]
        : [];
    });
    return { findings, history };
  }

  /** Returns the findings of all statements of an operation. */
  async function read(
    query: string,
    variables: object = {},
    key: string = gateway.business.secretKey,
  ): Promise<{ statements: number; findings: string[]; history: string[]; ms: number }> {
    const sent: { text: string; values: readonly unknown[] }[] = [];
    const send = Client.prototype.query;
    const spy = jest.spyOn(Client.prototype, 'query').mockImplementation(function (
      this: Client,
      ...given: any[]
    ) {
      if (typeof given[0]?.text === 'string' && given[0].values) sent.push(given[0]);
      return (send as any).apply(this, given);
    });
    const forget =
      dialect === 'sqlite'
        ? gateway.gateway.signals.statementSent.on((each) => sent.push({ text: each, values: [] }))
        : () => undefined;
    const begun = performance.now();
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        connection: 'close',
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as any;
    const ms = performance.now() - begun;
    forget();
    spy.mockRestore();
    expect([errors, Boolean(data)]).toEqual([undefined, true]);
    const reads = sent.filter(
      ({ text: each }) =>
        /^\s*(SELECT|WITH)/.test(each) &&
        /\b(appointment|client|claim)\b/.test(each) &&
        !/\b(INSERT|UPDATE|DELETE)\b/.test(each),
    );
    const found = await Promise.all(reads.map(findingsOf));
    return {
      statements: reads.length,
      findings: found.flatMap(({ findings }) => findings),
      history: found.flatMap(({ history }) => history),
      ms,
    };
  }

  return {
    gateway,
    get clinic() {
      return clinic;
    },
    get seriesId() {
      return seriesId;
    },
    get staffKey() {
      return staffKey;
    },
    get staffIds() {
      return staffIds;
    },
    firstChange,
    get executionMs() {
      return executionMs;
    },
    set executionMs(value) {
      executionMs = value;
    },
    read,
  };
}

export type IndexedFixture = ReturnType<typeof indexedFixture>;
