import { Client } from 'pg';
import { Role } from '../../src/context';
import { dataSource } from '../../src/data-source';
import { encodeCursor } from '../../src/graphql/connection';
import { addClinic, change, hire, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { POSTGRES } from '../support/harness/scratch';

jest.setTimeout(600_000);

const [APPOINTMENTS, CLIENTS, STAFF] = [50_000, 20_000, 20];
/** Tables that grow with the age of a business. */
const GROWING = new Set(['appointment', 'appointment_staff', 'client', 'event', 'claim']);
/**
 * Rows that a filter may discard for each row that it keeps, and the minimum number of kept rows
 * that is assumed.
 */
const [MOST_DISCARDED, PAGE] = [20, 25];

/**
 * SQLite's plans have no row counts: a statement with this index reads the appointments of all
 * staff.
 */
const ORDER_OF_ALL =
  /USING (COVERING )?INDEX ix_appointment_(start_at|created_at)_id \(business_id=\?\)$/;

/** A read of all appointments of one additional staff member. */
const HISTORY = /INDEX ix_appointment_staff_staff_id_\w+ \(business_id=\? AND staff_id=\?\)/;

/**
 * Other scans in SQLite's plans: keys of a parameter, constants, and waitlist entries in background
 * work.
 */
const SMALL = new Set(['k', 'CONSTANT', 'json_each', 'f', 'e']);

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'on a filled database, %s',
  (dialect) => {
    const gateway = new TestGateway(dialect);
    let clinic: Clinic;
    let seriesId: string;
    let staffKey: string;
    let staffIds: string[];
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
          recurring_appointment_id: `CASE WHEN g.n % 1000 = 0 THEN ${numberOf(seriesId)} END`,
        },
        numbers(APPOINTMENTS),
        `t.id = ${appointmentId}`,
      );
      await text(`INSERT INTO appointment_staff (business_id, appointment_id, staff_id, start_at, created_at)
      SELECT business_id, id, ${person.replaceAll('g.n', '(id / 2)')} AS helper, start_at, created_at FROM appointment WHERE id > 1000000 AND id % 2 = 0 AND staff_id <> ${person.replaceAll('g.n', '(id / 2)')}`);
      await text('ANALYZE');
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
            ORDER_OF_ALL.test(detail) ||
            (scanned && !SMALL.has(scanned) && !ofSubquery.has(scanned))
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
          ? gateway.gateway.signals.statementSent.on((each) =>
              sent.push({ text: each, values: [] }),
            )
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
          /\b(appointment|client)\b/.test(each) &&
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

    const APPOINTMENTS_OF =
      'query ($filter: AppointmentFilter, $direction: OrderDirection! = ASC) { appointments(filter: $filter, first: 25, orderBy: { field: START, direction: $direction }) { nodes { id } } }';
    const CREATED =
      'query ($filter: AppointmentFilter, $direction: OrderDirection! = ASC, $after: String) { appointments(filter: $filter, first: 25, after: $after, orderBy: { field: CREATED_AT, direction: $direction }) { nodes { id } } }';
    const COUNT_OF =
      'query ($filter: AppointmentFilter) { appointments(filter: $filter) { totalCount } }';
    const CLIENTS_OF =
      'query ($filter: ClientFilter) { clients(filter: $filter, first: 25) { nodes { id } } }';
    const AFTER =
      'query ($filter: AppointmentFilter, $after: String) { appointments(filter: $filter, first: 25, after: $after) { nodes { id } } }';
    const BEFORE =
      'query ($before: String) { appointments(last: 25, before: $before) { nodes { id } } }';
    /** No plan reads rows under nodes and under edges. */
    const RESOLVED =
      'query ($filter: AppointmentFilter) { appointments(filter: $filter, first: 25) { nodes { id } edges { cursor } pageInfo { hasNextPage } } }';
    const cursor = encodeCursor('Appointment.START', [Date.UTC(2030, 5, 1), 1_030_000]);
    const byCreation = () => encodeCursor('Appointment.CREATED_AT', [Date.now(), 1_030_000]);
    const ofThree = () => ({ filter: { staffIds: staffIds.slice(1, 4) } });
    const ofStaff = () => ({ filter: { staffIds: [staffIds[1]] } });
    const day = { from: '2030-06-01', to: '2030-06-02' };
    const cases: [string, () => [query: string, variables?: object, key?: string]][] = [
      ['a page of a staff user', () => [APPOINTMENTS_OF, {}, staffKey]],
      ['the last page of a staff user', () => [APPOINTMENTS_OF, { direction: 'DESC' }, staffKey]],
      ['a day of a staff user', () => [APPOINTMENTS_OF, { filter: day }, staffKey]],
      ['a count of a staff user', () => [COUNT_OF, {}, staffKey]],
      [
        'one appointment of a staff user',
        () => [`{ appointment(id: "Appointment:1000101") { id } }`, {}, staffKey],
      ],
      ['a page of staffIds', () => [APPOINTMENTS_OF, ofStaff()]],
      ['the last page of staffIds', () => [APPOINTMENTS_OF, { ...ofStaff(), direction: 'DESC' }]],
      ['a day of staffIds', () => [APPOINTMENTS_OF, { filter: { ...ofStaff().filter, ...day } }]],
      ['a count of staffIds', () => [COUNT_OF, ofStaff()]],
      [
        'a count of a day of staffIds',
        () => [COUNT_OF, { filter: { ...ofStaff().filter, ...day } }],
      ],
      ['a count of a day of a staff user', () => [COUNT_OF, { filter: day }, staffKey]],
      ['a page of three staffIds', () => [APPOINTMENTS_OF, ofThree()]],
      [
        'the last page of three staffIds',
        () => [APPOINTMENTS_OF, { ...ofThree(), direction: 'DESC' }],
      ],
      [
        'a day of three staffIds',
        () => [APPOINTMENTS_OF, { filter: { ...ofThree().filter, ...day } }],
      ],
      ['a page of staffIds after a cursor', () => [AFTER, { ...ofStaff(), after: cursor }]],
      ['a page of three staffIds after a cursor', () => [AFTER, { ...ofThree(), after: cursor }]],
      ['a page of a staff user before a cursor', () => [BEFORE, { before: cursor }, staffKey]],
      ['a page of a staff user by creation', () => [CREATED, {}, staffKey]],
      [
        'the last page of a staff user by creation',
        () => [CREATED, { direction: 'DESC' }, staffKey],
      ],
      ['a page of staffIds by creation', () => [CREATED, ofStaff()]],
      [
        'the last page of three staffIds by creation',
        () => [CREATED, { ...ofThree(), direction: 'DESC' }],
      ],
      [
        'a page of three staffIds by creation after a cursor',
        () => [CREATED, { ...ofThree(), after: byCreation() }],
      ],
      ['a page by resolvers', () => [RESOLVED, ofStaff()]],
      ['a page of a staff user by resolvers', () => [RESOLVED, {}, staffKey]],
      [
        'one series of a staff user',
        () => [`{ recurringAppointment(id: "${seriesId}") { id } }`, {}, staffKey],
      ],
      [
        'appointmentCounts of a staff user',
        () => [
          `{ appointmentCounts(filter: { from: "${day.from}", to: "${day.to}" }, by: REASON) { count } }`,
          {},
          staffKey,
        ],
      ],
      [
        'one client of a staff user',
        () => [`{ client(id: "Client:1019820") { id } }`, {}, staffKey],
      ],
      ['clients of a staff user', () => [CLIENTS_OF, {}, staffKey]],
      ['clients who had appointments with staff', () => [CLIENTS_OF, ofStaff()]],
      [
        'duplicateClients',
        () => ['{ duplicateClients(emailAddress: "Client777@example.org") { id } }'],
      ],
      [
        'duplicateClients without a match',
        () => ['{ duplicateClients(emailAddress: "none@example.org") { id } }'],
      ],
      [
        'duplicateClients of a staff user',
        () => ['{ duplicateClients(emailAddress: "client777@example.org") { id } }', {}, staffKey],
      ],
    ];
    it.each(cases)('%s is read from indexes', async (name, operation) => {
      await read(...operation());
      executionMs = 0;
      const { findings, statements: count, ms } = await read(...operation());
      if (process.env.SHOW_TIMES)
        process.stderr.write(
          `${dialect} ${name}: ${ms.toFixed(1)} ms, executed ${executionMs.toFixed(1)} ms\n`,
        );
      expect(count).toBeGreaterThan(0);
      expect(findings).toEqual([]);
    });

    /** Reads of one row, whose statements read no more than the row and what it leads to. */
    const single: [string, () => string][] = [
      ['one appointment', () => '{ appointment(id: "Appointment:1000101") { id } }'],
      ['one series', () => `{ recurringAppointment(id: "${seriesId}") { id } }`],
      ['one client', () => '{ client(id: "Client:1019820") { id } }'],
      [
        'the client of one appointment',
        () => '{ appointment(id: "Appointment:1000101") { client { id } } }',
      ],
    ];
    it.each(single)(
      '%s of a staff user is read without the history of the staff',
      async (_name, query) => {
        const { statements: count, history } = await read(query(), {}, staffKey);

        expect(count).toBeGreaterThan(0);
        expect(history).toEqual([]);
      },
    );

    it('a booking of a new client looks the address up by its index', async () => {
      const { locationId, reasonId, staffId } = clinic;
      let hour = 0;
      const book = () =>
        read(
          'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id } userErrors { code message } } }',
          {
            input: {
              locationId,
              reasonId,
              staffId,
              start: new Date(Date.UTC(2032, 0, 5, 14 + (hour += 1))).toISOString(),
              client: {
                firstName: 'New',
                lastName: 'Client',
                emailAddress: `new${hour}@example.org`,
              },
            },
          },
        );
      await book();
      const { findings, statements: count, ms } = await book();
      if (process.env.SHOW_TIMES)
        process.stderr.write(`${dialect} a booking of a new client: ${ms.toFixed(1)} ms\n`);
      expect(count).toBeGreaterThan(0);
      expect(findings).toEqual([]);
    });
  },
);
