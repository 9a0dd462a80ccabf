import {
  buildSchema,
  getDirectiveValues,
  getNamedType,
  isObjectType,
  type GraphQLObjectType,
} from 'graphql';
import { Role } from '../../src/context';
import { gatewaySchema } from '../../src/schema';
import { printed } from '../../src/sdl';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';

const sdl = buildSchema(printed(gatewaySchema()));
const ROLES = Object.values(Role);

const isExcluded = (type: GraphQLObjectType) =>
  type.name.startsWith('__') ||
  [sdl.getQueryType(), sdl.getMutationType(), sdl.getSubscriptionType()].includes(type);

/** Object fields with `@requiresRole`, and their roles, by coordinate. */
const stated = new Map(
  Object.values(sdl.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isExcluded(type))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field): [string, Role[]][] => {
        const directive = getDirectiveValues(sdl.getDirective('requiresRole')!, field.astNode!);
        return directive ? [[`${type.name}.${field.name}`, directive.anyOf as Role[]]] : [];
      }),
    ),
);

const fieldOf = (coordinate: string) => {
  const [type, name] = coordinate.split('.') as [string, string];
  return (sdl.getType(type) as GraphQLObjectType).getFields()[name]!;
};

const selectionOf = (coordinate: string): string => {
  const { name, type } = fieldOf(coordinate);
  const named = getNamedType(type);
  if (!isObjectType(named)) return name;
  return named.name.endsWith('Connection')
    ? `${name}(first: 5) { nodes { __typename } }`
    : `${name} { __typename }`;
};

/** Whether a value is null, an empty list, or a connection without nodes. */
const isAbsent = (value: any): boolean =>
  value === null || value?.length === 0 || value?.nodes?.length === 0;

onEachDatabase('@requiresRole of object fields', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  /** The path from a query to the object of each type, with the ids of the fixture. */
  let parents: Record<string, string>;

  const must = async (mutation: string, input: object, selection: string): Promise<any> => {
    const payload = await change(gateway, mutation, input, selection);
    expect(payload.userErrors).toEqual([]);
    return payload;
  };

  async function fillDefinitions(): Promise<string> {
    const { resource } = await must(
      'createResource',
      { name: 'Room', quantity: 9, locationId: clinic.locationId },
      'resource { id }',
    );
    await must('updateStaff', { id: clinic.staffId, phone: '+12025550199' }, 'staff { id }');
    await must(
      'updateReason',
      {
        id: clinic.reasonId,
        internalName: 'internal',
        allowWaitList: true,
        screeningQuestion: {
          question: 'First visit?',
          answers: [
            { text: 'Yes', passes: true },
            { text: 'No', passes: true },
          ],
        },
      },
      'reason { id }',
    );
    await must(
      'setReasonResources',
      { reasonId: clinic.reasonId, needs: [{ options: [{ id: resource.id }] }] },
      'reason { id }',
    );
    await must(
      'updateClient',
      {
        id: clinic.clientId,
        notes: 'private',
        alertNotes: ['careful'],
        externalIds: [{ system: 'crm', id: '7' }],
        jobRequisitions: [{ requisitionId: '1', number: '1', state: 'SENT' }],
      },
      'client { id }',
    );
    await must('createCoupon', { code: 'SPRING', discount: { percentage: '10' } }, 'coupon { id }');
    return resource.id;
  }

  async function fillClass(): Promise<string> {
    const { reason } = await must(
      'createReason',
      {
        reasonDesc: 'Class',
        reasonType: 'CLASS',
        visitMinutes: 60,
        staffIds: [clinic.staffId],
        allowWaitList: true,
      },
      'reason { id }',
    );
    const { classSchedules } = await must(
      'createClassSchedule',
      {
        reasonId: reason.id,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 1,
        meetingUrl: 'https://meet.example/1',
        starts: ['2031-01-08T15:00:00Z'],
      },
      'classSchedules { id }',
    );
    const classScheduleId = classSchedules[0].id;
    const seat = { reasonId: reason.id, classScheduleId, clientId: clinic.clientId };
    await must('createAppointment', seat, 'appointment { id }');
    const { client } = await must(
      'createClient',
      { firstName: 'Wanda', lastName: 'Waiting' },
      'client { id }',
    );
    await must(
      'joinWaitlist',
      {
        reasonId: reason.id,
        clientId: client.id,
        wish: { session: { classScheduleId } },
      },
      'waitlistEntry { id }',
    );
    return classScheduleId;
  }

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const resourceId = await fillDefinitions();
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z', {
      couponCode: 'SPRING',
      screeningAnswer: 'Yes',
    });
    const classId = await fillClass();
    const { recurringAppointment } = await must(
      'createRecurringAppointment',
      {
        reasonId: clinic.reasonId,
        clientId: clinic.clientId,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        start: '2031-02-03T15:00:00Z',
        rrule: 'FREQ=WEEKLY;COUNT=2',
      },
      'recurringAppointment { id }',
    );
    const { webhook } = await must(
      'createWebhook',
      { url: 'https://hooks.example/1', events: ['BOOKED'] },
      'webhook { id }',
    );
    keys = await keysOf(gateway, clinic);
    const staff = `staffMember(id: "${clinic.staffId}")`;
    const reason = `reason(id: "${clinic.reasonId}")`;
    parents = {
      Appointment: `appointment(id: "${appointment.id}")`,
      Client: `client(id: "${clinic.clientId}")`,
      ClassSchedule: `classSchedule(id: "${classId}")`,
      Coupon: `appointment(id: "${appointment.id}") > coupon`,
      Location: `location(id: "${clinic.locationId}")`,
      Reason: reason,
      RecurringAppointment: `recurringAppointment(id: "${recurringAppointment.id}")`,
      Resource: `resource(id: "${resourceId}")`,
      ScreeningAnswer: `${reason} > screeningQuestion > answers`,
      ServiceStaff: `${reason} > serviceStaff > nodes`,
      Staff: staff,
      StaffReasonEdge: `${staff} > reasons > edges`,
      Webhook: `webhook(id: "${webhook.id}")`,
    };
  });

  /** Returns the object of a type that a role reads, with one field, or null. */
  async function read(role: Role, coordinate: string): Promise<any> {
    const path = parents[coordinate.split('.')[0] as string]!.split(' > ');
    const selection = path.reduceRight(
      (inner, step) => `${step} { ${inner} }`,
      selectionOf(coordinate),
    );
    const { data } = await gateway.run(`{ ${selection} }`, {}, { key: keys[role] });
    let found: any = data;
    for (const step of path) {
      found = found?.[step.split('(')[0] as string];
      if (Array.isArray(found)) [found] = found;
    }
    return found ?? null;
  }

  it('states each field whose description names staff', () => {
    const described = Object.values(sdl.getTypeMap())
      .filter(isObjectType)
      .filter((type) => !isExcluded(type))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter(({ description }) =>
            /Staff only[:;]|for viewers who are not staff/.test(description ?? ''),
          )
          .map(({ name }) => `${type.name}.${name}`),
      );

    expect(described.length).toBeGreaterThan(10);
    expect(described.filter((coordinate) => !stated.has(coordinate))).toEqual([]);
  });

  it.each([...stated.keys()])('%s has no value for the roles that it excludes', async (name) => {
    const roles = stated.get(name) as Role[];
    const field = name.split('.')[1] as string;
    const excluded = ROLES.filter((role) => !roles.includes(role));

    for (const role of excluded) {
      const parent = await read(role, name);
      expect([name, role, parent === null || isAbsent(parent[field])]).toEqual([name, role, true]);
    }
  });

  /** Fields that have no value in the fixture, with the reason. */
  const EMPTY = [
    'Appointment.messages', // its client has no address
    'Appointment.waitlistCandidates', // no entry fits its time
    'Appointment.waitlistInvitations', // it is no hold of an invitation
    'Client.packagesSold', // none was sold
    'Client.waitlistEntries', // another client waits
    'Webhook.deliveries', // no event was delivered
  ];

  it('states fields that have a value for an administrator', async () => {
    const empty: string[] = [];
    for (const name of stated.keys()) {
      const parent = await read(Role.ADMINISTRATOR, name);
      if (parent === null || isAbsent(parent[name.split('.')[1] as string])) empty.push(name);
    }

    expect(empty.sort()).toEqual(EMPTY);
  });
});
