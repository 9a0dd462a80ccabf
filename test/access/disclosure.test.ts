import type { GraphQLObjectType } from 'graphql';
import { gatewaySchema } from '../../src/schema';
import {
  addClient,
  addClinic,
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import {
  excessOf,
  fieldOf,
  isNode,
  rowsIn,
  selectionOf,
  textsIn,
  type Row,
} from '../support/schema/edges';
import { DeepWalk } from '../support/schema/deep-walk';
import { onEachDatabase } from '../support/harness/gateway';
import { keysOf } from '../support/fixtures/keys';

jest.setTimeout(300_000);

const schema = gatewaySchema();
const nodeTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => 'getInterfaces' in type && isNode(type as GraphQLObjectType),
);
const typeOf = (id: string): GraphQLObjectType =>
  schema.getType(id.split(':')[0] as string) as GraphQLObjectType;

/** The field of Query that reads one row of a type and that a plan covers. */
const QUERIES: Readonly<Record<string, string>> = { Staff: 'staffMember' };
const queryOf = (type: string): string => {
  const name = QUERIES[type] ?? `${type[0]?.toLowerCase()}${type.slice(1)}`;
  return schema.getQueryType()?.getFields()[name]?.args[0]?.name === 'id' ? name : '';
};
const rootOf = (id: string, selection: string): string => {
  const { name } = typeOf(id);
  return queryOf(name)
    ? `${queryOf(name)}(id: "${id}") { ${selection} }`
    : `node(id: "${id}") { ... on ${name} { ${selection} } }`;
};

/** All clients, and two rows of each other type: chains from further rows of a type are equal. */
function startsOf(ids: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return ids.filter((id) => {
    const { name } = typeOf(id);
    taken.set(name, (taken.get(name) ?? 0) + 1);
    return name === 'Client' || (taken.get(name) as number) <= 2;
  });
}

onEachDatabase('what an edge discloses', (gateway) => {
  let clinic: Clinic;
  let elsewhere: { locationId: string; reasonId: string; staffId: string; clientId: string };
  let clientIds: string[];
  let keys: Record<string, string>;
  let ids: string[];

  const must = async (
    mutation: string,
    input: object,
    selection: string,
    key?: string,
  ): Promise<any> => {
    const payload = await change(gateway, mutation, input, selection, key);
    expect(payload.userErrors).toEqual([]);
    return payload;
  };

  /** Clients whose every text names them, so that none goes unnoticed. */
  const canary = (mark: string) => ({
    firstName: `Name${mark}`,
    lastName: 'Canary',
    emailAddress: `email-${mark}@canary.example`,
    cellPhone: '+12025550123',
    notes: `notes-${mark}`,
    companyName: `company-${mark}`,
    dateOfBirth: '1990-01-02',
    sex: `sex-${mark}`,
    address: { address1: `street-${mark}` },
    tags: [`tag-${mark}`],
    externalUserName: `user-${mark}`,
    alertNotes: [`alert-${mark}`],
    externalIds: [{ system: 'crm', id: `crm-${mark}` }],
    emergencyContact: { name: `contact-${mark}`, phone: '+12025550124' },
  });

  /** A second location with its own staff, reason and client. */
  async function addElsewhere(): Promise<typeof elsewhere> {
    const locationId = await addLocation(gateway, {
      locationName: 'Elsewhere',
      timeZone: 'America/New_York',
    });
    const staffId = await addStaff(gateway, 'elsewhere', 'America/New_York', [locationId]);
    await addHours(gateway, staffId);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Elsewhere only',
      visitMinutes: 30,
      staffIds: [staffId],
    });
    const clientId = await addClient(gateway, canary('elsewhere'));
    expect(
      (
        await book(
          gateway,
          { ...clinic, locationId, staffId, reasonId, clientId },
          '2031-02-03T15:00:00Z',
        )
      ).userErrors,
    ).toEqual([]);
    return { locationId, staffId, reasonId, clientId };
  }

  /** Rows that are referred to but no longer offered. */
  async function addFormer(): Promise<void> {
    const former = await addReason(gateway, {
      reasonDesc: 'By phone',
      internalName: 'internal-former',
      visitMinutes: 30,
      allowOnline: false,
      staffIds: [clinic.staffId, clinic.otherStaffId],
    });
    for (const [index, clientId] of clientIds.entries()) {
      expect(
        (
          await book(
            gateway,
            { ...clinic, reasonId: former, clientId },
            `2031-02-0${index + 4}T16:00:00Z`,
            { additionalStaffIds: [clinic.otherStaffId] },
          )
        ).userErrors,
      ).toEqual([]);
    }
    await must(
      'setReasonStaff',
      { reasonId: former, staff: [{ staffId: clinic.otherStaffId }] },
      'reason { id }',
    );
    await must('updateStaff', { id: clinic.otherStaffId, active: false }, 'staff { id }');
  }

  async function addClass(): Promise<void> {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Class',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
    const { resource } = await must(
      'createResource',
      { name: 'Room', quantity: 9, locationId: clinic.locationId, description: 'room-description' },
      'resource { id }',
    );
    const { classSchedules } = await must(
      'createClassSchedule',
      {
        reasonId,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        resourceId: resource.id,
        capacity: 5,
        starts: ['2031-03-03T15:00:00Z'],
      },
      'classSchedules { id }',
    );
    await must(
      'createAppointment',
      { reasonId, classScheduleId: classSchedules[0].id, clientId: clientIds[1] },
      'appointment { id }',
    );
  }

  async function addWaitlist(): Promise<void> {
    await must('updateReason', { id: clinic.reasonId, allowWaitList: true }, 'reason { id }');
    for (const clientId of clientIds) {
      await must(
        'joinWaitlist',
        {
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          clientId,
          times: ['2031-04-01T15:00:00Z'],
          note: `wait-${clientId}`,
        },
        'waitlistEntry { id }',
      );
    }
  }

  async function addRows(key?: string): Promise<string[]> {
    const lists = Object.values(schema.getQueryType()!.getFields()).filter(
      ({ name, args }) =>
        args.some((arg) => arg.name === 'first') &&
        !['changes', 'bookingNotifications'].includes(name),
    );
    const data = await gateway.data(
      `{ ${lists.map(({ name }) => `${name}(first: 100) { nodes { __typename ... on Node { id } } }`).join(' ')} }`,
      {},
      key ? { key } : {},
    );
    return [...new Set(rowsIn(data).map(({ id }) => id))];
  }

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'mine');
    clientIds = [];
    for (const mark of ['c0', 'c1', 'c2']) clientIds.push(await addClient(gateway, canary(mark)));
    for (const [from, to] of [
      [0, 1],
      [1, 2],
    ] as const) {
      await must(
        'setViewableClients',
        { clientId: clientIds[from], viewableClientIds: [clientIds[to]] },
        'client { id }',
      );
    }
    await addFormer();
    await addClass();
    await addWaitlist();
    elsewhere = await addElsewhere();
    const otherKey = (
      await gateway.addBusiness({
        name: 'foreign-business',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        country: 'DE',
      })
    ).secretKey;
    const theirs = await addClinic(gateway, 'foreign', otherKey);
    await book(gateway, theirs, '2031-01-06T14:00:00Z', { note: 'foreign-note' }, otherKey);
    keys = await keysOf(gateway, { ...clinic, clientId: clientIds[1] as string });
    ids = [...(await addRows()), ...(await addRows(otherKey))];
    await gateway.logged();
  });

  /** Rows as their own queries show them, by id. */
  function ownRows(key: string) {
    const known = new Map<string, Row | null>();
    return async (id: string): Promise<Row | null> => {
      if (!known.has(id)) {
        const { data, errors } = await gateway.run(
          `{ row: ${rootOf(id, selectionOf(typeOf(id), 0))} }`,
          {},
          { key },
        );
        known.set(id, errors ? null : (data?.row ?? null));
      }
      return known.get(id) as Row | null;
    };
  }

  /** Guests have no query of the objects that their appointment names: their client's keys have. */
  const judgeOf: Readonly<Record<string, string>> = { GUEST: 'CLIENT' };
  /** Fields that count the rows that the viewer sees, of which a guest sees fewer than its client. */
  const COUNTS = ['Client.activeAppointmentCount'];
  const rolesWalked = ['CLIENT', 'STAFF_USER', 'LOCATION_SUPER_USER', 'PUBLIC', 'GUEST'];
  const DEPTH = 4;
  /** A guest's appointment names objects, and these name no others. */
  const reachOf: Readonly<Record<string, number>> = { GUEST: 1 };

  it.each(rolesWalked)(
    "shows a %s nothing of a row that the row's own query refuses, along any chain of four edges",
    async (role) => {
      const key = keys[role] as string;
      const own = ownRows(keys[judgeOf[role] ?? role] as string);
      const excess = new Set<string>();
      const texts = new Set<string>();
      let walked = 0;
      const check = async (data: unknown, from: string): Promise<void> => {
        for (const text of textsIn(data)) texts.add(text);
        for (const row of rowsIn(data)) {
          walked += 1;
          for (const found of excessOf(row, await own(row.id), schema))
            if (role !== 'GUEST' || !COUNTS.includes(found)) excess.add(`${found} by ${from}`);
        }
      };
      const walk = new DeepWalk({
        schema,
        depth: DEPTH,
        run: (query) => gateway.run(query, {}, { key }),
        rootOf,
        check,
      });

      await walk.from(
        role === 'GUEST' ? ids.filter((id) => id.startsWith('Appointment:')) : startsOf(ids),
      );
      for (const list of Object.values(schema.getQueryType()!.getFields()).filter((field) =>
        fieldOf(field, 1).includes('first: 2'),
      )) {
        const { data } = await gateway.run(`{ ${fieldOf(list, 2)} }`, {}, { key });
        await check(data, `Query.${list.name}`);
      }

      expect([...excess]).toEqual([]);
      expect(walk.reached).toBe(reachOf[role] ?? DEPTH);
      expect(walked).toBeGreaterThan(role === 'GUEST' ? 5 : 100);
      expect([...texts].filter((text) => text.includes('foreign'))).toEqual([]);
      if (role === 'CLIENT' || role === 'GUEST')
        expect([...texts].filter((text) => /-(c0|c2|elsewhere)\b|Namec0/.test(text))).toEqual([]);
      if (role === 'PUBLIC' || role === 'GUEST')
        expect([...texts].filter((text) => /notes-|alert-|internal-/.test(text))).toEqual([]);
    },
  );

  it('shows a client of a viewable client the name and the appointments only', async () => {
    const key = keys.CLIENT as string;
    const chain =
      'fullName emailAddress cellPhone dateOfBirth notes tags status createdAt address { address1 } emergencyContact { phone } viewedBy { id } viewableClients { id }';

    const { client } = await gateway.data(
      `query ($id: ID!) { client(id: $id) { emailAddress viewedBy { ${chain} } viewableClients { ${chain} appointments { totalCount } waitlistEntries { totalCount } } } }`,
      { id: clientIds[1] },
      { key },
    );

    expect(client).toEqual({
      emailAddress: 'email-c1@canary.example',
      viewedBy: [],
      viewableClients: [
        {
          fullName: 'Namec2 Canary',
          emailAddress: null,
          cellPhone: null,
          dateOfBirth: null,
          notes: null,
          tags: [],
          status: null,
          createdAt: null,
          address: null,
          emergencyContact: null,
          viewedBy: [],
          viewableClients: [],
          appointments: { totalCount: 1 },
          waitlistEntries: { totalCount: 0 },
        },
      ],
    });
  });

  it('shows a location super user the clients and reasons of its locations only', async () => {
    const key = keys.LOCATION_SUPER_USER as string;
    const data = await gateway.data(
      'query ($client: ID!, $reason: ID!) { client(id: $client) { id } reason(id: $reason) { id } clients { nodes { id } } reasons { nodes { id reasonDesc } } }',
      {
        client: elsewhere.clientId,
        reason: elsewhere.reasonId,
      },
      { key },
    );

    expect(data).toMatchObject({ client: null, reason: null });
    expect(data.clients.nodes.map(({ id }: Row) => id).sort()).toEqual([...clientIds].sort());
    expect(data.reasons.nodes.map(({ reasonDesc }: any) => reasonDesc).sort()).toEqual([
      'By phone',
      'Check-up mine',
      'Class',
    ]);
  });

  it.each(['updateClient', 'deleteClient', 'setViewableClients'])(
    'refuses %s of a client that is readable in part or not at all, and writes nothing',
    async (mutation) => {
      const inputs: Record<string, (id: string) => object> = {
        updateClient: (id) => ({
          id,
          emailAddress: 'attacker@example.org',
          cellPhone: '+12025550199',
        }),
        deleteClient: (id) => ({ id }),
        setViewableClients: (id) => ({ clientId: id, viewableClientIds: [] }),
      };
      const read = () =>
        gateway.data(
          `{ ${['c', ...clientIds.keys()]
            .slice(1)
            .map(
              (index) =>
                `c${index}: client(id: "${clientIds[Number(index)]}") { emailAddress cellPhone deleted modifiedAt viewableClients { id } }`,
            )
            .join(
              ' ',
            )} e: client(id: "${elsewhere.clientId}") { emailAddress deleted modifiedAt } }`,
        );
      const before = await read();
      const attempt = async (role: string, id: string) => {
        const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
        const { data, errors } = await gateway.run(
          `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
          { input: inputs[mutation]?.(id) },
          { key: keys[role] as string },
        );
        return errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code;
      };

      expect(await attempt('CLIENT', clientIds[2] as string)).toBe('FORBIDDEN');
      expect(await attempt('CLIENT', clientIds[0] as string)).toBe(
        mutation === 'updateClient' ? 'NOT_FOUND' : 'FORBIDDEN',
      );
      expect(await attempt('LOCATION_SUPER_USER', elsewhere.clientId)).toBe('NOT_FOUND');
      expect(await attempt('STAFF_USER', elsewhere.clientId)).toBe(
        mutation === 'setViewableClients' ? 'FORBIDDEN' : 'NOT_FOUND',
      );
      expect(await attempt('PUBLIC', clientIds[0] as string)).toBe('FORBIDDEN');

      expect(await read()).toEqual(before);
    },
  );

  it('shows subscribers no more of a row than its own query', async () => {
    const selection = fieldOf(
      (schema.getType('BookingNotification') as GraphQLObjectType).getFields().appointment!,
      2,
    );
    const roles = ['CLIENT', 'STAFF_USER', 'LOCATION_SUPER_USER'] as const;
    const followed = roles.map((role) => ({
      role,
      live: gateway.subscribe(
        `subscription { bookingNotifications { ${selection} } }`,
        {},
        keys[role],
      ),
    }));
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    const { appointment } = await book(
      gateway,
      { ...clinic, clientId: clientIds[2] as string },
      '2031-05-05T15:00:00Z',
      { note: 'live' },
    );
    await gateway.logged();

    for (const { role, live } of followed) {
      const own = ownRows(keys[role] as string);
      const [event] = await live.atLeast(1);
      const rows = rowsIn(event.data);
      expect([role, rows[0]?.id]).toEqual([role, appointment.id]);
      for (const row of rows)
        expect([role, row.id, excessOf(row, await own(row.id), schema)]).toEqual([
          role,
          row.id,
          [],
        ]);
      await live.close();
    }
  });

  it('covers every type with an id', () => {
    const types = new Set(ids.map((id) => typeOf(id).name));
    const missing = nodeTypes
      .map(({ name }) => name)
      .filter((name) => !types.has(name))
      .sort();
    expect(missing).toEqual(expect.arrayContaining(['Business']));
    for (const name of [
      'Appointment',
      'Client',
      'Staff',
      'Reason',
      'Location',
      'Resource',
      'ClassSchedule',
      'WaitlistEntry',
      'SchedulePeriod',
    ])
      expect(types).toContain(name);
  });
});
