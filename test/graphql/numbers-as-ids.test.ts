import { buildClientSchema, getIntrospectionQuery, type GraphQLSchema } from 'graphql';
import { Role } from '../../src/context';
import { addClinic, addReason, book, change, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { seeded } from '../support/fixtures/hostile-values';
import { onEachDatabase, type TestGateway } from '../support/harness/gateway';
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

const PROBLEMS = '... on InvalidInputError { problems { path message } }';

/** A number that no row has. */
const NUMBER = 2_147_483_646;

/** Ids of several types, and ids that other systems assigned. */
const OF_NO_TYPE =
  /^(node\.id|nodes\.ids|changes\.filter\.ids|setReasonResources\.input\.needs\.options\.id)$|\.(ownerIds?|jobRequisitionId|requisitionId)$/;

const SERIES = { start: '2031-06-02T10:00:00Z', clientId: 'Client:1' };
const CHANGED_SERIES = { scope: 'ALL', note: 'changed' };

/** Values without which an id is not read: arguments, or fields of the input. */
const ALSO: Readonly<Record<string, object>> = {
  bookingNotifications: { first: 1 },
  previewMessage: { channel: 'EMAIL', audience: 'CLIENT', language: 'en' },
  createRecurringAppointment: SERIES,
  previewRecurringAppointment: SERIES,
  updateRecurringAppointment: CHANGED_SERIES,
  resourceAvailability: { start: '2031-06-02T10:00:00Z', end: '2031-06-03T10:00:00Z' },
  createTimeOff: { period: { days: { from: '2031-06-02', to: '2031-06-03' } } },
  createGroup: { groupType: 'LOCATION' },
  createCoupon: { discount: { percentage: '5' } },
  'createApiKey.input.staffId': { role: 'STAFF_USER' },
  'createApiKey.input.clientId': { role: 'CLIENT' },
  'createApiKey.input.locationIds': { role: 'LOCATION_SUPER_USER' },
};

/** Mutations that read other ids only if they are given a reason, which they may take as an offer. */
const OF_A_REASON = new Set(['createAppointment', 'holdAppointment']);

/** Read only for a hold, for seats, or for an invitation: the parser of each is read elsewhere. */
const READ_LATER = [
  'explainAvailability.input.classScheduleId',
  'explainAvailability.input.courseSetId',
  'bookAppointment.input.clientId',
  'bookAppointment.input.packageSoldId',
  'bookAppointment.input.fields.field.id',
  'rescheduleAppointment.input.classScheduleId',
  'claimWaitlistInvitation.input.fields.field.id',
  'claimWaitlistInvitation.input.packageSoldId',
  // A series has no seats, and `clientId` excludes `client`.
  ...['previewRecurringAppointment', 'createRecurringAppointment'].flatMap((mutation) =>
    ['classScheduleId', 'courseSetId', 'client.fields.field.id'].map(
      (field) => `${mutation}.input.${field}`,
    ),
  ),
];

/** Adds a row of each type that the clinic has not, and returns their ids. */
async function otherRows(gateway: TestGateway, clinic: Clinic): Promise<string[]> {
  const { locationId, reasonId, staffId, clientId } = clinic;
  const add = async (mutation: string, input: object, field: string): Promise<string> =>
    (await change(gateway, mutation, input, `${field} { id }`))[field].id;
  const resourceId = await add('createResource', { name: 'Room', locationId }, 'resource');
  // Time off has a reason of this type by default.
  await addReason(gateway, { reasonDesc: 'Private', reasonType: 'PERSONAL', visitMinutes: 60 });
  const classId = await addReason(gateway, {
    reasonDesc: 'Yoga',
    reasonType: 'CLASS',
    visitMinutes: 60,
    staffIds: [staffId],
  });
  const { classSchedules } = await change(
    gateway,
    'createClassSchedule',
    { reasonId: classId, staffId, locationId, capacity: 3, starts: ['2031-02-01T15:00:00Z'] },
    'classSchedules { id }',
  );
  const created = await change(
    gateway,
    'createWebhook',
    { url: 'https://hooks.example.com/', events: ['CREATED'] },
    'webhook { id }',
  );
  const { schedulePeriods } = await gateway.data('{ schedulePeriods { nodes { id } } }');
  const series = { start: '2031-03-03T15:00:00Z', rrule: 'FREQ=WEEKLY;COUNT=2', clientId };
  const packageId = await add('createPackage', { name: 'Ten', uses: 10 }, 'package');
  return [
    packageId,
    await add('sellPackage', { packageId, clientId }, 'packageSold'),
    await add('createGroup', { name: 'North', groupType: 'LOCATION' }, 'group'),
    await add('createCoupon', { code: 'C', discount: { percentage: '5' } }, 'coupon'),
    resourceId,
    classSchedules[0].id,
    created.webhook.id,
    schedulePeriods.nodes[0].id,
    await add('createResourceBundle', { name: 'Set', items: [{ resourceId }] }, 'resourceBundle'),
    await add('createCustomField', { label: 'Size', dataType: 'TXT' }, 'customField'),
    await add(
      'createRecurringAppointment',
      { reasonId, locationId, staffId, ...series },
      'recurringAppointment',
    ),
  ];
}

onEachDatabase('numbers as ids', (gateway) => {
  let schema: GraphQLSchema;
  let known: string[];
  beforeAll(async () => {
    schema = buildClientSchema(await gateway.data(getIntrospectionQuery({ oneOf: true })));
    const clinic = await addClinic(gateway);
    const { appointment } = await book(gateway, clinic, '2031-01-06T15:00:00Z');
    known = [...Object.values(clinic), appointment.id, ...(await otherRows(gateway, clinic))];
  });

  /** Returns the message of the problem at a leaf with this value, else that of the refusal. */
  const responseTo = async (field: RootField, leaf: Leaf, id: unknown) => {
    const around = new Set(leaf.path.map((_, index) => leaf.path.slice(0, index + 1).join('.')));
    if (OF_A_REASON.has(field.name)) around.add('input.reasonId');
    const plausible = plausibleFor(known, seeded(7));
    const variables: Record<string, unknown> = {};
    for (const { name, type, defaultValue } of field.args)
      if (around.has(name) || (type.toString().endsWith('!') && defaultValue === undefined))
        variables[name] = valueOf(
          type,
          [name],
          (scalar, path) => plausible(scalar, path, field),
          (path) => around.has(path.join('.')),
        );
    const also = ALSO[field.name] ?? ALSO[[field.name, ...leaf.path.slice(0, 2)].join('.')];
    for (const [name, value] of Object.entries(also ?? {}))
      place(
        variables,
        field.args.some((arg) => arg.name === name) ? [name] : ['input', name],
        value,
      );
    place(variables, leaf.path, id);
    const document = documentOf(field).replace('userErrors {', `userErrors { ${PROBLEMS}`);
    const { data, errors } = await gateway.run(document, variables);
    const [payload] = Object.values((data ?? {}) as Record<string, any>);
    const error = errors?.[0] ?? payload?.userErrors?.[0];
    const problems: readonly any[] = error?.problems ?? error?.extensions?.problems ?? [];
    const own = problems.find(({ path }) => path.join('.') === leaf.path.join('.'));
    return (own ?? error)?.message as string | undefined;
  };

  it('accepts the number at each argument whose type is known', async () => {
    const differ: string[] = [];
    const unknown: string[] = [];
    for (const field of rootFields(schema))
      for (const leaf of leavesOf(field).filter(({ type }) => type === 'ID')) {
        const at = [field.name, ...leaf.path.filter((step) => typeof step === 'string')].join('.');
        if (OF_NO_TYPE.test(at)) continue;
        const refused = await responseTo(field, leaf, 'Nothing');
        const type = /^Expected the id of type (\w+),/.exec(refused ?? '')?.[1];
        if (!type) {
          if (!READ_LATER.includes(at)) unknown.push(`${at}: ${refused}`);
          continue;
        }

        const [byId, byNumber, byText] = [
          await responseTo(field, leaf, `${type}:${NUMBER}`),
          await responseTo(field, leaf, NUMBER),
          await responseTo(field, leaf, `${NUMBER}`),
        ];

        if (JSON.stringify([byNumber, byText]) !== JSON.stringify([byId, byId]))
          differ.push(`${at}: ${JSON.stringify([byId, byNumber, byText])}`);
      }

    expect(differ).toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('finds the times to which a client may move, by numbers as by ids', async () => {
    const clinic = await addClinic(gateway, 'moves');
    const { appointment } = await book(gateway, clinic, '2031-02-03T15:00:00Z');
    const { reasonId, locationId, staffId, clientId } = clinic;
    await change(gateway, 'updateReason', { id: reasonId, rescheduleType: 'STRICT' });
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    const days = { from: '2031-02-03', to: '2031-02-03' };
    const ids = { appointmentId: appointment.id, reasonId, locationId, staffIds: [staffId] };
    const numbers = {
      appointmentId: numberOf(appointment.id),
      reasonId: `${numberOf(reasonId)}`,
      locationId: numberOf(locationId),
      staffIds: [numberOf(staffId)],
    };
    gateway.time = Date.UTC(2031, 0, 20);
    const timesOf = async (input: object) =>
      (
        await gateway.data(
          'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes { start } } } }',
          { input: { ...days, ...input } },
          { key },
        )
      ).availability.availableTimes.nodes;

    const [byId, byNumber] = [await timesOf(ids), await timesOf(numbers)];
    gateway.time = null;

    expect(byId.length).toBeGreaterThan(0);
    expect(byNumber).toEqual(byId);
  });
});
