import { encodeCursor } from '../../../src/graphql/connection';
import type { IndexedFixture } from './indexed.fixture';

export function listsCases(dialect: 'sqlite' | 'postgres', fixture: IndexedFixture): void {
  const { read } = fixture;

  const APPOINTMENTS_OF = `query ($filter: AppointmentFilter, $direction: OrderDirection! = ASC) {
    appointments(filter: $filter, first: 25, orderBy: { field: START, direction: $direction }) {
      nodes { id }
    }
  }`;
  const CREATED = `query (
    $filter: AppointmentFilter, $direction: OrderDirection! = ASC, $after: String
  ) {
    appointments(
      filter: $filter, first: 25, after: $after,
      orderBy: { field: CREATED_AT, direction: $direction }
    ) {
      nodes { id }
    }
  }`;
  const COUNT_OF =
    'query ($filter: AppointmentFilter) { appointments(filter: $filter) { totalCount } }';
  const CLIENTS_OF =
    'query ($filter: ClientFilter) { clients(filter: $filter, first: 25) { nodes { id } } }';
  const CLIENT_COUNT = 'query ($filter: ClientFilter) { clients(filter: $filter) { totalCount } }';
  const AFTER = `query ($filter: AppointmentFilter, $after: String) {
    appointments(filter: $filter, first: 25, after: $after) { nodes { id } }
  }`;
  const BEFORE =
    'query ($before: String) { appointments(last: 25, before: $before) { nodes { id } } }';
  /** No plan reads rows under nodes and under edges. */
  const RESOLVED = `query ($filter: AppointmentFilter) {
    appointments(filter: $filter, first: 25) {
      nodes { id } edges { cursor } pageInfo { hasNextPage }
    }
  }`;
  const cursor = encodeCursor('Appointment.START', [Date.UTC(2030, 5, 1), 1_030_000]);
  const byCreation = () => encodeCursor('Appointment.CREATED_AT', [Date.now(), 1_030_000]);
  const ofThree = () => ({ filter: { staffIds: fixture.staffIds.slice(1, 4) } });
  const ofStaff = () => ({ filter: { staffIds: [fixture.staffIds[1]] } });
  const day = { from: '2030-06-01', to: '2030-06-02' };
  /** The last change of a hundred rows. */
  const moment = () => ({
    from: new Date(fixture.firstChange + 1_000).toISOString(),
    to: new Date(fixture.firstChange + 1_100).toISOString(),
  });
  const ORDERED = `query (
    $filter: AppointmentFilter, $orderBy: [AppointmentOrder!], $after: String
  ) { appointments(filter: $filter, first: 25, after: $after, orderBy: $orderBy) { nodes { id } } }`;
  const CLIENTS_BY =
    'query ($orderBy: [ClientOrder!]) { clients(first: 25, orderBy: $orderBy) { nodes { id } } }';
  const SEARCHES: [string, () => [string, object]][] = [
    ['clients by search', () => [CLIENTS_OF, { filter: { search: 'ember6153063x' } }]],
    ['clients by a search for a word of all', () => [CLIENTS_OF, { filter: { search: 'snow' } }]],
    ['clients by a search without a match', () => [CLIENTS_OF, { filter: { search: 'daenerys' } }]],
    ['a count of clients by search', () => [CLIENT_COUNT, { filter: { search: 'ember6153063x' } }]],
    ['appointments by search', () => [APPOINTMENTS_OF, { filter: { search: 'ember6153063x' } }]],
  ];
  const cases: [string, () => [query: string, variables?: object, key?: string]][] = [
    ['a page of a staff user', () => [APPOINTMENTS_OF, {}, fixture.staffKey]],
    [
      'the last page of a staff user',
      () => [APPOINTMENTS_OF, { direction: 'DESC' }, fixture.staffKey],
    ],
    ['a day of a staff user', () => [APPOINTMENTS_OF, { filter: day }, fixture.staffKey]],
    ['a count of a staff user', () => [COUNT_OF, {}, fixture.staffKey]],
    [
      'one appointment of a staff user',
      () => [`{ appointment(id: "Appointment:1000101") { id } }`, {}, fixture.staffKey],
    ],
    ['a page of staffIds', () => [APPOINTMENTS_OF, ofStaff()]],
    ['the last page of staffIds', () => [APPOINTMENTS_OF, { ...ofStaff(), direction: 'DESC' }]],
    ['a day of staffIds', () => [APPOINTMENTS_OF, { filter: { ...ofStaff().filter, ...day } }]],
    ['a count of staffIds', () => [COUNT_OF, ofStaff()]],
    ['a count of a day of staffIds', () => [COUNT_OF, { filter: { ...ofStaff().filter, ...day } }]],
    ['a count of a day of a staff user', () => [COUNT_OF, { filter: day }, fixture.staffKey]],
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
    [
      'a page of a staff user before a cursor',
      () => [BEFORE, { before: cursor }, fixture.staffKey],
    ],
    ['a page of a staff user by creation', () => [CREATED, {}, fixture.staffKey]],
    [
      'the last page of a staff user by creation',
      () => [CREATED, { direction: 'DESC' }, fixture.staffKey],
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
    ...(
      [
        [['MODIFIED_AT']],
        [['MODIFIED_AT', 'DESC']],
        [['STATUS']],
        [['STATUS', 'DESC']],
        [['STATUS'], ['START'], ['PRICE']],
        [['START', 'DESC'], ['CLIENT_NAME']],
        [['CREATED_AT'], ['STAFF_NAME', 'DESC']],
      ] as const
    ).flatMap((orders): typeof cases => {
      const orderBy = orders.map(([field, direction = 'ASC']) => ({ field, direction }));
      // SQLite's plans do not distinguish a page of all rows from one of a staff member.
      const isOfAll = ['START', 'CREATED_AT'].includes(orders[0][0]);
      return [
        ...(isOfAll && dialect === 'sqlite'
          ? []
          : ([[`a page by ${orders.join(' ')}`, () => [ORDERED, { orderBy }]]] as typeof cases)),
        [
          `a page of a staff user by ${orders.join(' ')}`,
          () => [ORDERED, { orderBy, filter: day }, fixture.staffKey],
        ],
      ];
    }),
    [
      'a day of appointments by names and price',
      () => [
        ORDERED,
        {
          filter: day,
          orderBy: ['CLIENT_NAME', 'STAFF_NAME', 'PRICE'].map((field) => ({ field })),
        },
      ],
    ],
    [
      'a page by MODIFIED_AT after a cursor',
      () => [
        ORDERED,
        {
          orderBy: [{ field: 'MODIFIED_AT' }],
          after: encodeCursor('Appointment.MODIFIED_AT', [fixture.firstChange + 30_000, 1_030_000]),
        },
      ],
    ],
    ['clients by LAST_NAME', () => [CLIENTS_BY, { orderBy: [{ field: 'LAST_NAME' }] }]],
    [
      'clients by MODIFIED_AT',
      () => [CLIENTS_BY, { orderBy: [{ field: 'MODIFIED_AT', direction: 'DESC' }] }],
    ],
    ['a page by resolvers', () => [RESOLVED, ofStaff()]],
    ['a page of a staff user by resolvers', () => [RESOLVED, {}, fixture.staffKey]],
    [
      'one series of a staff user',
      () => [`{ recurringAppointment(id: "${fixture.seriesId}") { id } }`, {}, fixture.staffKey],
    ],
    [
      'appointmentCounts of a staff user',
      () => [
        `{
          appointmentCounts(filter: { from: "${day.from}", to: "${day.to}" }, by: REASON) { count }
        }`,
        {},
        fixture.staffKey,
      ],
    ],
    [
      'one client of a staff user',
      () => [`{ client(id: "Client:1019820") { id } }`, {}, fixture.staffKey],
    ],
    ['clients of a staff user', () => [CLIENTS_OF, {}, fixture.staffKey]],
    ['clients who had appointments with staff', () => [CLIENTS_OF, ofStaff()]],
    [
      'appointments by externalEventIds',
      () => [APPOINTMENTS_OF, { filter: { externalEventIds: ['e-7'] } }],
    ],
    [
      'appointments by several externalEventIds',
      () => [APPOINTMENTS_OF, { filter: { externalEventIds: ['e-7', 'e-8'] } }],
    ],
    ['appointments by batchIds', () => [APPOINTMENTS_OF, { filter: { batchIds: ['b-7'] } }]],
    ['a count by batchIds', () => [COUNT_OF, { filter: { batchIds: ['b-7', 'b-8'] } }]],
    [
      'appointments by modifiedBetween',
      () => [APPOINTMENTS_OF, { filter: { modifiedBetween: moment() } }],
    ],
    ['holds', () => [APPOINTMENTS_OF, { filter: { onlyHolds: true } }]],
    ['unconfirmed appointments', () => [APPOINTMENTS_OF, { filter: { onlyUnconfirmed: true } }]],
    [
      'clients by emailAddresses',
      () => [
        CLIENTS_OF,
        { filter: { emailAddresses: ['client777@example.org', 'none@example.org'] } },
      ],
    ],
    [
      'clients by externalIds',
      () => [CLIENTS_OF, { filter: { externalIds: [{ system: 'crm', id: 'c-777' }] } }],
    ],
    ['clients by a tag', () => [CLIENTS_OF, { filter: { tags: ['tag-7'] } }]],
    ['clients by two tags', () => [CLIENTS_OF, { filter: { tags: ['tag-7', 'all'] } }]],
    ['clients by a tag that all have', () => [CLIENTS_OF, { filter: { tags: ['all'] } }]],
    // SQLite has no index of trigrams.
    ...(dialect === 'postgres' ? SEARCHES : []),
    ['clients by modifiedBetween', () => [CLIENTS_OF, { filter: { modifiedBetween: moment() } }]],
    [
      'the clients of a staff member',
      () => [
        `{ staffMember(id: "${fixture.staffIds[1]}") { clients(first: 25) { nodes { id } } } }`,
      ],
    ],
    [
      'the reasons of a client',
      () => ['{ client(id: "Client:1019820") { reasons(first: 25) { nodes { id } } } }'],
    ],
    [
      'the series of a client',
      () => [
        `{ client(id: "${fixture.clinic.clientId}") { recurringAppointments { nodes { id } } } }`,
      ],
    ],
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
      () => [
        '{ duplicateClients(emailAddress: "client777@example.org") { id } }',
        {},
        fixture.staffKey,
      ],
    ],
  ];
  it.each(cases)('%s is read from indexes', async (name, operation) => {
    await read(...operation());
    fixture.executionMs = 0;
    const { findings, statements: count, ms } = await read(...operation());
    if (process.env.SHOW_TIMES)
      process.stderr.write(
        `${dialect} ${name}: ${ms.toFixed(1)} ms, executed ${fixture.executionMs.toFixed(1)} ms\n`,
      );
    expect(count).toBeGreaterThan(0);
    expect(findings).toEqual([]);
  });

  /** Reads of one row, whose statements read no more than the row and what it leads to. */
  const single: [string, () => string][] = [
    ['one appointment', () => '{ appointment(id: "Appointment:1000101") { id } }'],
    ['one series', () => `{ recurringAppointment(id: "${fixture.seriesId}") { id } }`],
    ['one client', () => '{ client(id: "Client:1019820") { id } }'],
    [
      'the client of one appointment',
      () => '{ appointment(id: "Appointment:1000101") { client { id } } }',
    ],
  ];
  it.each(single)(
    '%s of a staff user is read without the history of the staff',
    async (_name, query) => {
      const { statements: count, history } = await read(query(), {}, fixture.staffKey);

      expect(count).toBeGreaterThan(0);
      expect(history).toEqual([]);
    },
  );
}
