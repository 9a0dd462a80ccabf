import { getNamedType, isLeafType, type GraphQLObjectType } from 'graphql';
import { Role } from '../../src/context';
import { gatewaySchema } from '../../src/schema';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  hire,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { Generator, randomOf } from '../support/schema/selections';

const ROUNDS = 240;

/** The beginning of a plan's statement. */
const PLAN = /^SELECT \(*'/;

const schema = gatewaySchema();

onEachDatabase('plans', (gateway) => {
  let clinic: Clinic;
  const ids: Record<string, string[]> = {
    appointment: [],
    client: [],
    staffMember: [],
    reason: [],
    location: [],
    resource: [],
    resourceBundle: [],
    classSchedule: [],
    courseSet: [],
    waitlistEntry: [],
  };
  const keys: (string | undefined)[] = [undefined];

  /**
   * Rooms, add-ons, a sub-status of the business, a class, a course, a waitlist entry, and
   * appointments with them.
   */
  async function everythingElse(clients: readonly string[]): Promise<void> {
    const made = async (mutation: string, input: object, field: string): Promise<any> =>
      (await change(gateway, mutation, input, `${field} { id }`))[field];
    const { locationId, staffId } = clinic;
    const rooms = [
      await made('createResource', { name: 'Room "1"', quantity: 9 }, 'resource'),
      await made('createResource', { name: 'Room \\2', quantity: 9 }, 'resource'),
    ].map(({ id }) => id);
    const bundle = await made(
      'createResourceBundle',
      { name: 'Both', items: rooms.map((resourceId) => ({ resourceId, units: 1 })) },
      'resourceBundle',
    );
    const wash = await addReason(gateway, {
      reasonDesc: 'Wash',
      reasonType: 'ADDON',
      visitMinutes: 5,
      price: '9.99',
    });
    const whole = await addReason(gateway, {
      reasonDesc: 'Whole',
      visitMinutes: 30,
      color: '#aabbcc',
      durations: [{ minutes: 45, price: '1.50' }],
      allowWaitList: true,
      staffIds: [staffId],
    });
    await change(gateway, 'setReasonAddOns', { reasonId: whole, addOnIds: [wash] });
    await change(gateway, 'setReasonResources', {
      reasonId: whole,
      needs: [{ options: [{ id: bundle.id }] }],
    });
    await change(gateway, 'createAppointmentSubStatus', {
      code: 'ROOM_3',
      label: 'In "room" 3',
      status: 'OPEN',
    });
    const { appointment } = await book(
      gateway,
      { ...clinic, reasonId: whole },
      '2031-04-01T15:00:00Z',
      {
        addOnReasonIds: [wash],
        additionalStaffIds: [clinic.otherStaffId],
        coordinatorStaffId: staffId,
      },
    );
    await change(gateway, 'setAppointmentStatus', {
      id: appointment.id,
      status: 'OPEN',
      subStatus: 'ROOM_3',
    });
    await change(gateway, 'cancelAppointment', {
      id: (await book(gateway, { ...clinic, reasonId: whole }, '2031-04-02T15:00:00Z')).appointment
        .id,
      reason: 'A cold',
    });
    const sessions = async (reasonType: string) => ({
      reasonId: await addReason(gateway, {
        reasonDesc: reasonType,
        reasonType,
        visitMinutes: 60,
        staffIds: [staffId],
      }),
      staffId,
      locationId,
      capacity: 3,
      starts: [15, 18].map((hour) => `2031-04-0${reasonType.length - 1}T${hour}:00:00Z`),
    });
    const [yoga, course] = [await sessions('CLASS'), await sessions('COURSE')];
    const { classSchedules } = await change(
      gateway,
      'createClassSchedule',
      yoga,
      'classSchedules { id }',
    );
    await change(gateway, 'createAppointment', {
      reasonId: yoga.reasonId,
      classScheduleId: classSchedules[0].id,
      clientId: clients[1],
      seats: 2,
    });
    const set = await made('createCourseSet', course, 'courseSet');
    const { waitlistEntry } = await change(
      gateway,
      'joinWaitlist',
      { reasonId: whole, locationId, clientId: clients[1], times: ['2031-04-01T15:00:00Z'] },
      'waitlistEntry { id }',
    );
    ids.appointment!.push(appointment.id, appointment.id, appointment.id);
    ids.reason!.push(whole, yoga.reasonId);
    ids.resource!.push(...rooms);
    ids.resourceBundle!.push(bundle.id);
    ids.classSchedule!.push(...classSchedules.map(({ id }: any) => id));
    ids.courseSet!.push(set.id);
    ids.waitlistEntry!.push(waitlistEntry.id);
  }

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const staff = [clinic.staffId];
    for (let index = 0; index < 3; index += 1)
      staff.push(
        await hire(
          gateway,
          clinic,
          `s${index}`,
          ['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/New_York'][index],
          [clinic.locationId],
        ),
      );
    const clients = [clinic.clientId];
    for (let index = 0; index < 4; index += 1) {
      clients.push(
        await addClient(gateway, {
          firstName: `"Q\\${index}`,
          lastName: "Ünï 🦊 O'Hara",
          emailAddress: `c${index}@example.org`,
          tags: ['a"b', '\\'],
          notes: 'line\nbreak',
          address: { city: 'Łódź' },
          cellPhone: '+12025550143',
        }),
      );
    }
    const away = await addReason(gateway, {
      reasonDesc: 'Away',
      reasonType: 'PERSONAL',
      visitMinutes: 30,
    });
    for (let index = 0; index < 24; index += 1) {
      const personal = index % 8 === 0;
      const { appointment } = await book(
        gateway,
        {
          ...clinic,
          staffId: staff[index % 4] as string,
          clientId: (personal ? undefined : clients[index % 5]) as string,
          reasonId: personal ? away : clinic.reasonId,
        },
        new Date(Date.UTC(2031, 2, 8 + Math.floor(index / 4), 5 + (index % 4))).toISOString(),
      );
      ids.appointment!.push(appointment.id);
    }
    await everythingElse(clients);
    ids.client!.push(...clients, 'Client:2147483647');
    ids.staffMember!.push(...staff);
    ids.reason!.push(clinic.reasonId, away);
    ids.location!.push(clinic.locationId);
    keys.push(
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await gateway.key(Role.PUBLIC),
    );
  });

  it('return the last rows in order for any selection of the page', async () => {
    const rows = async (field: string, selection: string, args = '') =>
      (await gateway.data(`{ ${field}(${args || 'first: 100'}) { ${selection} } }`))[field];
    for (const field of ['appointments', 'clients', 'staff', 'reasons']) {
      const all: string[] = (await rows(field, 'nodes { id }')).nodes.map(({ id }: any) => id);
      expect([field, all.length > 2]).toEqual([field, true]);
      for (const count of [2, 3, all.length]) {
        const expected = all.slice(-count);
        const { nodes } = await rows(field, 'nodes { id }', `last: ${count}`);
        expect([field, nodes.map(({ id }: any) => id)]).toEqual([field, expected]);
        const page = await rows(
          field,
          'totalCount nodes { id } edges { node { id } } pageInfo { hasPreviousPage }',
          `last: ${count}`,
        );
        expect(
          [page.nodes, page.edges.map(({ node }: any) => node)].map((list) =>
            list.map(({ id }: any) => id),
          ),
        ).toEqual([expected, expected]);
      }
    }
  });

  it(`return ${ROUNDS} random selections as resolvers do, to every role`, async () => {
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
    const generator = new Generator(schema, randomOf(seed), ids);
    const unplanned: string[] = [];
    let answered = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const query = generator.operation();
      const key = keys[round % keys.length];
      let planned = 0;
      const forget = gateway.gateway.signals.statementSent.on((text) =>
        PLAN.test(text) ? (planned += 1) : 0,
      );
      const answer = await gateway
        .run(query, {}, key ? { key } : {})
        .catch((error: Error) => {
          throw new Error(`seed ${seed}, round ${round}: ${error.message}`);
        })
        .finally(forget);
      if (answer.errors?.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR'))
        throw new Error(`seed ${seed}, round ${round}: ${query}`);
      answered += answer.errors ? 0 : 1;
      if (!answer.errors && !planned) unplanned.push(`${round % keys.length} ${query}`);
    }
    // Otherwise the comparison would compare resolvers with themselves.
    expect([seed, unplanned]).toEqual([seed, []]);
    expect([seed, answered > ROUNDS / 2]).toEqual([seed, true]);
  });

  it('reads six levels in one statement', async () => {
    const { data, statements: sent } =
      await gateway.counted(`{ staff(first: 2) { nodes { fullName appointments(first: 2) { nodes { client { fullName appointments(first: 2) { nodes {
      location { locationName staff(first: 2) { nodes { fullName locations { locationName } } } } } } } } } } } }`);
    expect(sent).toHaveLength(1);
    expect(data.staff.nodes).toHaveLength(2);
  });

  it('report an error of a fallback field by its resolver, at its path', async () => {
    const { data, errors } = await gateway.run(
      '{ staff(first: 1) { nodes { fullName } } node(id: "nonsense") { id } }',
    );
    expect(data).toEqual({ staff: { nodes: [{ fullName: expect.any(String) }] }, node: null });
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('return no fallback field of another tenant', async () => {
    const { secretKey } = await gateway.addBusiness({ name: 'Next door', timeZone: 'UTC' });
    const query = `query ($staff: ID!, $client: ID!) { staffMember(id: $staff) { fullName calendarFeedUrl } client(id: $client) { calendarFeedUrl business { name } activeAppointmentCount } reasons { nodes { serviceStaff { weight } addOns { id } } totalCount } viewer { business { name } } }`;
    expect(
      await gateway.data(
        query,
        { staff: clinic.staffId, client: clinic.clientId },
        { key: secretKey },
      ),
    ).toEqual({
      staffMember: null,
      client: null,
      reasons: { nodes: [], totalCount: 0 },
      viewer: { business: { name: 'Next door' } },
    });
  });

  it('reads every column of six levels in one statement', async () => {
    const leaves = (name: string) =>
      Object.values((schema.getType(name) as GraphQLObjectType).getFields())
        .filter(({ type }) => isLeafType(getNamedType(type)))
        .map((field) => field.name)
        .join(' ');
    const below = (depth: number): string =>
      depth
        ? `${leaves('Staff')} appointments(first: 1) { nodes { ${leaves('Appointment')} reason { ${leaves('Reason')} } staff { ${below(depth - 1)} } } }`
        : leaves('Staff');
    const { data, statements: sent } = await gateway.counted(
      `{ staff(first: 2) { nodes { ${below(3)} } } }`,
    );
    expect(
      data.staff.nodes[0].appointments.nodes[0].staff.appointments.nodes[0].staff.fullName,
    ).toBe(data.staff.nodes[0].fullName);
    expect(sent.filter((text) => PLAN.test(text))).toHaveLength(1);
  });
});
