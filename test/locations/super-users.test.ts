import type { GraphQLObjectType } from 'graphql';
import { Role } from '../../src/context';
import { INPUT_PERMISSIONS } from '../../src/features/access/input-permissions';
import { planMessages } from '../../src/features/messages/delivery/enqueue-messages';
import { gatewaySchema } from '../../src/schema';
import { raw, sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { edgesOf, fieldOf, rowsIn } from '../support/schema/edges';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { RECORDS_NOTHING } from '../support/fixtures/messages';
import { mutationRecipes } from '../support/fixtures/mutations';

jest.setTimeout(300_000);

const schema = gatewaySchema();
const queries = schema.getQueryType()!.getFields();

/** Types with an id whose rows no location has, or that administrators only see. */
const BUSINESS_WIDE = ['Business', 'CustomField', 'Job', 'Webhook', 'WebhookDelivery'];
const TYPES = schema
  .getPossibleTypes(schema.getType('Node') as never)
  .map(({ name }) => name)
  .filter((name) => !BUSINESS_WIDE.includes(name))
  .sort();
/** Types of which each location of the test has several rows. */
type Rows = Readonly<Record<string, readonly string[]>>;

const LISTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(queries)
    .filter(({ type }) => String(type).endsWith('Connection'))
    .map(({ name, type }) => [String(type).replace('Connection', ''), name]),
);
/** Types without a list, or whose list requires an administrator. */
const UNLISTED = ['RecurringAppointment', 'Message'];

/** Tables that hold no effect of a mutation. */
const BOOKKEEPING = new Set([
  'id_block',
  'idempotency_key',
  'log_head',
  'public_usage',
  'readiness',
  'rule_version',
]);

const PERMITTED = Object.keys(INPUT_PERMISSIONS).filter(
  (mutation) => INPUT_PERMISSIONS[mutation]?.[Role.LOCATION_SUPER_USER],
);
/** They name no row of a location. */
const ANYWHERE = ['createClient', 'exchangeManageToken'];

onEachDatabase('a location super user', (gateway) => {
  let own: Clinic;
  let other: Clinic;
  let key: string;
  /** A second pair of clinics, without hours that limit when mutations can book. */
  let clinic: Clinic;
  let pair: { own: Clinic; other: Clinic; key: string };
  let mine: Rows;
  let theirs: Rows;
  const recipes = mutationRecipes(gateway, () => clinic);

  const must = async (mutation: string, input: object, selection: string, by?: string) => {
    const payload = await change(gateway, mutation, input, selection, by);
    expect([mutation, payload.userErrors]).toEqual([mutation, []]);
    return payload;
  };
  const added = async (mutation: string, input: object, field: string): Promise<string> =>
    (await must(mutation, input, `${field} { id }`))[field].id;
  const idsOf = (data: unknown) => rowsIn(data).map(({ id }) => id);

  /** One row of each type at least, at the location of a clinic. */
  async function addRows(given: Clinic, month: string): Promise<Record<string, string[]>> {
    const { locationId, staffId, reasonId, clientId } = given;
    const resourceId = await added(
      'createResource',
      { name: 'Room', quantity: 3, locationId },
      'resource',
    );
    const session = (classId: string, start: string) => ({
      reasonId: classId,
      staffId,
      locationId,
      capacity: 5,
      starts: [start],
    });
    const ofType = (reasonType: string) =>
      addReason(gateway, {
        reasonDesc: `${reasonType} ${month}`,
        reasonType,
        visitMinutes: 60,
        staffIds: [staffId],
      });
    const [classId, courseId] = [await ofType('CLASS'), await ofType('COURSE')];
    const { classSchedules } = await must(
      'createClassSchedule',
      { ...session(classId, `${month}-10T15:00:00Z`), resourceId },
      'classSchedules { id }',
    );
    const { courseSet } = await must(
      'createCourseSet',
      session(courseId, `${month}-11T15:00:00Z`),
      'courseSet { id }',
    );
    const { recurringAppointment, appointments } = await must(
      'createRecurringAppointment',
      {
        reasonId,
        locationId,
        staffId,
        clientId,
        start: `${month}-12T15:00:00Z`,
        rrule: 'FREQ=DAILY;COUNT=2',
      },
      'recurringAppointment { id } appointments { id }',
    );
    await must('updateReason', { id: reasonId, allowWaitList: true }, 'reason { id }');
    const { appointment } = await book(gateway, given, `${month}-09T15:00:00Z`, {
      resourceIds: [],
    });
    const hours = {
      validFrom: '2033-01-01',
      weekdays: ['MONDAY'],
      ranges: [{ start: '09:00', end: '17:00' }],
    };
    const owners = [
      { ownerId: staffId },
      { ownerId: staffId, locationId },
      { ownerId: locationId },
      { ownerId: resourceId },
      { ownerId: reasonId },
      { ownerId: reasonId, locationId },
    ];
    const periods: string[] = [];
    const overrides: string[] = [];
    for (const [index, owner] of owners.entries()) {
      periods.push(await added('createSchedulePeriod', { ...owner, ...hours }, 'schedulePeriod'));
      overrides.push(
        await added(
          'createDateOverride',
          { ...owner, date: `2033-02-0${index + 1}`, ranges: [] },
          'dateOverride',
        ),
      );
    }
    return {
      Appointment: [appointment.id, ...appointments.map(({ id }: any) => id)],
      Client: [clientId],
      ClassSchedule: [classSchedules[0].id],
      CourseSet: [courseSet.id],
      DateOverride: overrides,
      Location: [locationId],
      Reason: [reasonId, classId, courseId],
      RecurringAppointment: [recurringAppointment.id],
      Resource: [resourceId],
      ResourceBundle: [
        await added(
          'createResourceBundle',
          { name: 'Rooms', items: [{ resourceId }] },
          'resourceBundle',
        ),
      ],
      SchedulePeriod: periods,
      Staff: [staffId, given.otherStaffId],
      WaitlistEntry: [
        await added(
          'joinWaitlist',
          { reasonId, locationId, clientId, times: [`${month}-20T15:00:00Z`] },
          'waitlistEntry',
        ),
      ],
    };
  }

  /** Rows of both locations: staff, a reason and a client that each of them has. */
  async function addShared(): Promise<void> {
    const staffId = await addStaff(gateway, 'shared', 'America/New_York', [
      own.locationId,
      other.locationId,
    ]);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Shared',
      visitMinutes: 30,
      staffIds: [staffId, own.staffId, other.staffId],
    });
    const clientId = await addClient(gateway, { firstName: 'Shared', lastName: 'Client' });
    for (const [{ locationId, staffId: server }, day] of [
      [own, '01'],
      [other, '02'],
    ] as const) {
      const { userErrors } = await book(
        gateway,
        { ...own, locationId, staffId: server, reasonId, clientId },
        `2032-09-${day}T15:00:00Z`,
        { additionalStaffIds: [staffId], override: true },
      );
      expect(userErrors).toEqual([]);
    }
    mine = {
      ...mine,
      Staff: [...(mine.Staff as string[]), staffId],
      Reason: [...(mine.Reason as string[]), reasonId],
      Client: [...(mine.Client as string[]), clientId],
    };
  }

  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    [own, other] = [await addClinic(gateway, 'own'), await addClinic(gateway, 'other')];
    key = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(own.locationId)] });
    const [first, second] = [await addClinic(gateway, 'first'), await addClinic(gateway, 'second')];
    pair = {
      own: first,
      other: second,
      key: await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [numberOf(first.locationId)],
      }),
    };
    // A client is changed where it came to.
    for (const at of [first, second]) await book(gateway, at, '2030-06-01T15:00:00Z');
    mine = await addRows(own, '2032-07');
    theirs = await addRows(other, '2032-08');
    await addShared();
    await gateway.logged();
    const { db, ids } = gateway.gateway;
    await planMessages(db, ids, Date.now(), RECORDS_NOTHING);
    const { messages } = await gateway.data(
      '{ messages(first: 100) { nodes { id appointment { location { id } } } } }',
    );
    const at = (locationId: string): string[] =>
      messages.nodes
        .filter(({ appointment }: any) => appointment?.location.id === locationId)
        .map(({ id }: any) => id);
    mine = { ...mine, Message: at(own.locationId) };
    theirs = { ...theirs, Message: at(other.locationId) };
  });

  it('is tested with rows of every type at both locations', () => {
    for (const rows of [mine, theirs]) {
      expect(Object.keys(rows).sort()).toEqual(TYPES);
      expect(Object.values(rows).every((ids) => ids.length > 0)).toBe(true);
    }
  });

  it.each(TYPES.filter((type) => type !== 'Location'))(
    'reads each %s of its location and none of another, by id and in the list',
    async (type) => {
      const [all, hidden] = [mine[type] as string[], theirs[type] as string[]];
      const one = `${type[0]?.toLowerCase()}${type.slice(1)}`;
      const byId = type === 'Staff' ? 'staffMember' : one;
      const found = async (id: string) => {
        const { node, row } = await gateway.data(
          `query ($id: ID!) { node(id: $id) { id } ${queries[byId] ? `row: ${byId}(id: $id) { id }` : ''} }`,
          { id },
          { key },
        );
        return [node, row ?? node];
      };

      for (const id of all) expect([id, await found(id)]).toEqual([id, [{ id }, { id }]]);
      for (const id of hidden) expect([id, await found(id)]).toEqual([id, [null, null]]);

      if (UNLISTED.includes(type)) return;
      const lists = await gateway.data(
        `{ ${LISTS[type]}(first: 100) { nodes { __typename id } } }`,
        {},
        { key },
      );
      expect(idsOf(lists)).toEqual(expect.arrayContaining(all));
      expect(idsOf(lists).filter((id) => hidden.includes(id))).toEqual([]);
    },
  );

  it('reads of another location what the public reads, and its own in any state', async () => {
    const closed = await added(
      'createLocation',
      { locationName: 'Closed', timeZone: 'America/New_York' },
      'location',
    );
    await must('updateLocation', { id: closed, active: false }, 'location { id }');
    const ofClosed = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(closed)],
    });
    const shown = async (by: string) =>
      (await gateway.data('{ locations { nodes { id } } }', {}, { key: by })).locations.nodes.map(
        ({ id }: { id: string }) => id,
      );
    const edges =
      'query ($id: ID!) { location(id: $id) { locationName staff { totalCount } resources { totalCount } schedulePeriods { totalCount } dateOverrides { totalCount } } }';

    const open = [own, other, pair.own, pair.other].map(({ locationId }) => locationId);
    expect((await shown(key)).sort()).toEqual([...open].sort());
    expect((await shown(ofClosed)).sort()).toEqual([...open, closed].sort());
    expect(await gateway.data(edges, { id: other.locationId }, { key })).toEqual({
      location: {
        locationName: 'Office other',
        // The staff member who serves at both.
        staff: { totalCount: 1 },
        resources: { totalCount: 0 },
        schedulePeriods: { totalCount: 0 },
        dateOverrides: { totalCount: 0 },
      },
    });
  });

  it('reaches no row of another location along any edge of its rows', async () => {
    const hidden = new Set(
      Object.entries(theirs).flatMap(([type, ids]) => (type === 'Location' ? [] : ids)),
    );
    const reached: string[] = [];
    let followed = 0;

    for (const [type, ids] of Object.entries(mine)) {
      for (const edge of edgesOf(schema.getType(type) as GraphQLObjectType)) {
        for (const id of ids) {
          const { data } = await gateway.run(
            `{ node(id: "${id}") { ... on ${type} { ${fieldOf(edge, 1)} } } }`,
            {},
            { key },
          );
          followed += idsOf(data).length;
          for (const found of idsOf(data).filter((one) => hidden.has(one)))
            reached.push(`${type}.${edge.name} leads to ${found}`);
        }
      }
    }

    expect(reached).toEqual([]);
    expect(followed).toBeGreaterThan(100);
  });

  it('reads only the summary of staff of another location who serve at its own', async () => {
    const { appointment } = await book(
      gateway,
      { ...own, staffId: other.otherStaffId },
      '2032-10-01T15:00:00Z',
      { override: true },
    );
    const { data } = await gateway.run(
      'query ($id: ID!, $staff: ID!) { appointment(id: $id) { staff { fullName email phone locations { id } } } staffMember(id: $staff) { fullName email } }',
      { id: appointment.id, staff: other.otherStaffId },
      { key },
    );

    expect(data).toEqual({
      appointment: {
        staff: { fullName: 'drwho-other Jones', email: null, phone: null, locations: [] },
      },
      staffMember: { fullName: 'drwho-other Jones', email: null },
    });
  });

  /** Every row of every table, without what holds no effect of a mutation. */
  async function dump(): Promise<unknown> {
    await gateway.logged();
    const { db } = gateway.gateway;
    const tables = await db.all<{ name: string }>(
      gateway.dialect === 'postgres'
        ? sql`SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
        : sql`SELECT name FROM sqlite_master WHERE type = 'table'`,
    );
    const rows: Record<string, unknown> = {};
    for (const { name } of tables)
      if (!BOOKKEEPING.has(name))
        rows[name] = (await db.all(sql`SELECT * FROM ${raw(`"${name}"`)}`))
          .map((row) => JSON.stringify(row))
          .sort();
    return rows;
  }

  /** Clients who came to the clinic: the recipes name new ones, whom no location has. */
  async function visitors(): Promise<string[]> {
    const ids: string[] = [];
    for (const mark of ['a', 'b']) {
      const id = await addClient(gateway, { firstName: 'Visitor', lastName: mark });
      const start = new Date(Date.UTC(2030, 0, 1, 15) + 86_400_000 * (visits += 1)).toISOString();
      expect((await book(gateway, { ...clinic, clientId: id }, start)).userErrors).toEqual([]);
      ids.push(id);
    }
    return ids;
  }
  let visits = 0;

  /** Inputs of mutations whose recipe names no row of the clinic. */
  const adapted: Readonly<Record<string, () => Promise<object>>> = {
    deleteClient: async () => ({ id: (await visitors())[0] }),
    setViewableClients: async () => {
      const [clientId, seen] = await visitors();
      return { clientId, viewableClientIds: [seen] };
    },
    createCalendarFeed: async () => ({ ownerId: clinic.locationId }),
    revokeCalendarFeed: async () => {
      await change(gateway, 'createCalendarFeed', { ownerId: clinic.locationId });
      return { ownerId: clinic.locationId };
    },
  };

  const codeOf = async (name: string, input: object, by = key): Promise<string | null> => {
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
    const { data, errors } = await gateway.run(
      `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message path } } }`,
      { input },
      { key: by },
    );
    return errors?.[0]?.extensions.code ?? data[name].userErrors[0]?.code ?? null;
  };
  const tried = recipes.filter(([name]) => PERMITTED.includes(name) && !ANYWHERE.includes(name));

  it('is tested with every mutation that it may call', () => {
    expect([...new Set(tried.map(([name]) => name)), ...ANYWHERE].sort()).toEqual(PERMITTED.sort());
  });

  it.each(tried)(
    'may call %s at its location; at another it is refused and nothing is written',
    async (name, inputOf) => {
      clinic = pair.other;
      const refused = await (adapted[name] ?? inputOf)();
      const before = await dump();
      expect(['NOT_FOUND', 'FORBIDDEN']).toContain(await codeOf(name, refused, pair.key));
      expect(await dump()).toEqual(before);

      clinic = pair.own;
      expect(await codeOf(name, await (adapted[name] ?? inputOf)(), pair.key)).toBeNull();
    },
  );

  it.each([
    ['createAppointment', { staffId: 'other' }],
    ['createAppointment', { candidateStaffIds: ['other'], staffId: undefined }],
    ['createAppointment', { additionalStaffIds: ['other'] }],
    ['createAppointment', { blockedStaffIds: ['other'] }],
    ['createAppointment', { coordinatorStaffId: 'other' }],
  ])('cannot name staff of another location: %s %j', async (mutation, given) => {
    const input = JSON.parse(JSON.stringify(given).replaceAll('"other"', `"${other.staffId}"`));
    const { locationId, reasonId, staffId, clientId } = own;
    const known = 'candidateStaffIds' in given ? {} : { staffId };

    expect(
      await codeOf(mutation, {
        locationId,
        reasonId,
        clientId,
        start: '2032-11-01T15:00:00Z',
        ...known,
        ...input,
      }),
    ).toBe('NOT_FOUND');
  });

  it('is offered the staff of its location only, and may book each of them', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Offered',
      visitMinutes: 60,
      staffIds: [pair.own.staffId, pair.other.staffId],
    });
    const day = { from: '2032-12-01', to: '2032-12-01' };
    const { availability } = await gateway.data(
      'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start units { staff { id } } } } }',
      { input: { reasonId, locationId: pair.own.locationId, ...day } },
      { key: pair.key },
    );
    const offered = new Set(
      availability.availableTimes.flatMap(({ units }: any) =>
        units.map(({ staff }: any) => staff.id),
      ),
    );

    expect([...offered]).toEqual([pair.own.staffId]);
    for (const staffId of offered)
      expect(
        await codeOf(
          'createAppointment',
          {
            locationId: pair.own.locationId,
            reasonId,
            clientId: pair.own.clientId,
            staffId,
            start: availability.availableTimes[0].start,
          },
          pair.key,
        ),
      ).toBeNull();
  });

  it.each([Role.LOCATION_SUPER_USER, Role.STAFF_USER])(
    'adds, as a %s, a client that it can then see, change and book, and that others of the role do not see',
    async (role) => {
      const grant = ({ locationId, staffId }: Clinic) =>
        role === Role.STAFF_USER
          ? { staffId: numberOf(staffId) }
          : { locationIds: [numberOf(locationId)] };
      const [adder, again, stranger] = [
        await gateway.key(role, grant(pair.own)),
        await gateway.key(role, grant(pair.own)),
        await gateway.key(role, grant(pair.other)),
      ];
      const ids: string[] = [];
      for (const lastName of ['First', 'Second'])
        ids.push(
          (
            await must(
              'createClient',
              { firstName: role, lastName, notes: 'secret' },
              'client { id }',
              adder,
            )
          ).client.id,
        );
      const read = (by: string) =>
        gateway.data(
          'query ($id: ID!, $search: String!) { client(id: $id) { notes } clients(filter: { search: $search }) { totalCount } }',
          { id: ids[0], search: role.toLowerCase() },
          { key: by },
        );

      for (const by of [adder, again])
        expect(await read(by)).toEqual({ client: { notes: 'secret' }, clients: { totalCount: 2 } });
      expect(await read(stranger)).toEqual({ client: null, clients: { totalCount: 0 } });
      await must('updateClient', { id: ids[0], notes: 'changed' }, 'client { id }', again);
      if (role === Role.LOCATION_SUPER_USER)
        await must(
          'setViewableClients',
          { clientId: ids[0], viewableClientIds: [ids[1]] },
          'client { viewableClients { id } }',
          adder,
        );
      const { userErrors } = await book(
        gateway,
        { ...pair.own, clientId: ids[0] as string },
        role === Role.STAFF_USER ? '2032-12-20T15:00:00Z' : '2032-12-21T15:00:00Z',
        {},
        adder,
      );
      expect(userErrors).toEqual([]);
    },
  );

  it.each([
    ['availability', 'AvailabilityInput', { from: '2032-01-01', to: '2032-01-01' }, 'days'],
    [
      'explainAvailability',
      'ExplainAvailabilityInput',
      { start: '2032-01-01T15:00:00Z' },
      'bookable',
    ],
  ])('is refused %s at another location', async (query, type, input, selection) => {
    const { errors } = await gateway.run(
      `query ($input: ${type}!) { ${query}(input: $input) { ${selection} } }`,
      { input: { ...input, reasonId: mine.Reason?.at(-1), locationId: other.locationId } },
      { key },
    );

    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is notified by `changes` when staff enter or leave its location, and of no others', async () => {
    const staffId = await addStaff(gateway, 'moves', 'America/New_York', [other.locationId]);
    for (const locationIds of [[own.locationId], [other.locationId], []])
      await must('updateStaff', { id: staffId, locationIds }, 'staff { id }');
    await must('updateStaff', { id: staffId, firstName: 'Moved' }, 'staff { id }');
    await must('updateStaff', { id: other.staffId, firstName: 'Hidden' }, 'staff { id }');
    await must(
      'updateResource',
      { id: theirs.Resource?.[0], description: 'hidden' },
      'resource { id }',
    );
    await gateway.logged();
    const ids = [staffId, other.staffId, theirs.Resource?.[0]];
    const { changes } = await gateway.data(
      'query ($filter: ChangeFilter) { changes(first: 20, filter: $filter) { nodes { nodeId visibility node { id } } } }',
      { filter: { ids } },
      { key },
    );

    expect(
      changes.nodes.map(({ nodeId, visibility, node }: any) => [nodeId, visibility, node?.id]),
    ).toEqual([
      [staffId, 'ENTERED', staffId],
      [staffId, 'LEFT', undefined],
      [staffId, 'ENTERED', staffId],
      [staffId, 'STAYED', staffId],
    ]);
  });

  it('is refused what other queries read of another location', async () => {
    const [resource, appointment] = [theirs.Resource?.[0], theirs.Appointment?.[0]];
    const { data, errors } = await gateway.run(
      `query ($resource: [ID!]!, $appointment: ID!, $staff: ID!) {
        resourceAvailability(input: { resourceIds: $resource, start: "2032-01-01T15:00:00Z", end: "2032-01-02T15:00:00Z" }) { freeUnits }
        previewMessage(appointmentId: $appointment, kind: CONFIRMATION, channel: EMAIL, audience: CLIENT) { text }
        previewScheduleChange(input: { createDateOverride: { ownerId: $staff, date: "2032-01-01", ranges: [] } }) { outside { __typename } }
      }`,
      { resource: [resource], appointment, staff: other.staffId },
      { key },
    );

    expect(data).toEqual({
      resourceAvailability: null,
      previewMessage: null,
      previewScheduleChange: null,
    });
    expect(
      Object.fromEntries(
        (errors ?? []).map(({ path, extensions }) => [path?.[0], extensions.code]),
      ),
    ).toEqual({
      resourceAvailability: 'NOT_FOUND',
      previewMessage: 'FORBIDDEN',
      previewScheduleChange: 'NOT_FOUND',
    });
    const live = gateway.subscribe(
      'subscription ($reason: ID!, $location: ID!) { availabilityChanged(reasonId: $reason, locationId: $location, from: "2032-01-01", to: "2032-01-02") { __typename } }',
      { reason: mine.Reason?.at(-1), location: other.locationId },
      key,
    );
    const [refusal] = await live.atLeast(1);
    expect(refusal?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await live.close();
  });
});
