import type { GraphQLObjectType } from 'graphql';
import { Role } from '../../../src/context';
import { gatewaySchema } from '../../../src/schema';
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
} from '../../support/fixtures/clinic';
import { rowsIn, selectionOf, type Row } from '../../support/schema/edges';
import { numberOf } from '../../support/fixtures/ids';
import { keysOf } from '../../support/fixtures/keys';
import type { TestGateway } from '../../support/harness/gateway';

export const schema = gatewaySchema();
export const typeOf = (id: string): GraphQLObjectType =>
  schema.getType(id.split(':')[0] as string) as GraphQLObjectType;

/** The field of Query that reads one row of a type and that a plan covers. */
const QUERIES: Readonly<Record<string, string>> = { Staff: 'staffMember' };
const queryOf = (type: string): string => {
  const name = QUERIES[type] ?? `${type[0]?.toLowerCase()}${type.slice(1)}`;
  return schema.getQueryType()?.getFields()[name]?.args[0]?.name === 'id' ? name : '';
};
export const rootOf = (id: string, selection: string): string => {
  const { name } = typeOf(id);
  return queryOf(name)
    ? `${queryOf(name)}(id: "${id}") { ${selection} }`
    : `node(id: "${id}") { ... on ${name} { ${selection} } }`;
};

/** Set-up and requests that the cases of the suite share. */
export function disclosureFixture(gateway: TestGateway) {
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
          wish: { times: ['2031-04-01T15:00:00Z'] },
          note: `wait-${clientId}`,
        },
        'waitlistEntry { id }',
      );
    }
  }

  /** Appointments whose events are the first that every role reads. */
  async function addFirst(): Promise<void> {
    for (const day of ['2031-02-17', '2031-02-18'])
      await book(gateway, clinic, `${day}T15:00:00Z`, { clientId: clientIds[1] });
  }

  /**
   * Appointments that a former staff member, another one and a client have changed. An event shows
   * the state of its time, so their events are not the first of the log.
   */
  async function addAuthors(): Promise<void> {
    const former = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) });
    for (const [clientId, key] of [
      [clientIds[0], former],
      [clientIds[0], keys.STAFF_USER],
      [clientIds[1], keys.CLIENT],
    ] as const) {
      const { appointments } = await gateway.data(
        `query ($filter: AppointmentFilter) {
          appointments(filter: $filter) { nodes { id reason { reasonDesc } } }
        }`,
        { filter: { clientIds: [clientId] } },
        { key },
      );
      const { id } = appointments.nodes.find(({ reason }: any) => reason.reasonDesc === 'By phone');
      await must('updateAppointment', { id, note: 'changed' }, 'appointment { id }', key);
    }
  }

  async function addRows(key?: string): Promise<string[]> {
    const lists = Object.values(schema.getQueryType()!.getFields()).filter(
      ({ name, args }) =>
        args.some((arg) => arg.name === 'first') &&
        !['changes', 'bookingNotifications'].includes(name),
    );
    const data = await gateway.data(
      `{
        ${lists
          .map(({ name }) => `${name}(first: 100) { nodes { __typename ... on Node { id } } }`)
          .join(' ')}
      }`,
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
    await addFirst();
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
    await addAuthors();
    ids = [...(await addRows()), ...(await addRows(otherKey))];
    await gateway.logged();
  });

  /** Rows as their own queries show them, by id. */
  function ownRows(key: string) {
    const known = new Map<string, Row | null>();
    return async (id: string): Promise<Row | null> => {
      if (!known.has(id)) {
        const { data } = await gateway.run(
          `{ row: ${rootOf(id, selectionOf(typeOf(id), 0))} }`,
          {},
          { key },
        );
        known.set(id, data?.row ?? null);
      }
      return known.get(id) as Row | null;
    };
  }

  return {
    get clinic() {
      return clinic;
    },
    get elsewhere() {
      return elsewhere;
    },
    get clientIds() {
      return clientIds;
    },
    get keys() {
      return keys;
    },
    get ids() {
      return ids;
    },
    ownRows,
  };
}

export type DisclosureFixture = ReturnType<typeof disclosureFixture>;
