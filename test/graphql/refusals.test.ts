import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BusinessRule } from '../../src/business-rule';
import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== 'business-rule.ts')
  .map((name) => readFileSync(join('src', name), 'utf8'));

describe('BusinessRule', () => {
  it.each(Object.values(BusinessRule))('%s is the rule of a refusal', (rule) => {
    expect(sources.some((text) => text.includes(`BusinessRule.${rule}`))).toBe(true);
  });

  it('is given with every RULE_VIOLATED', () => {
    const thrown = sources.flatMap((text) => [
      ...text.matchAll(/new DomainError\(\s*ErrorCode\.RULE_VIOLATED[^;]*;/g),
    ]);

    expect(thrown.map(([text]) => text)).toEqual([
      'new DomainError(ErrorCode.RULE_VIOLATED, message, { path, rule });',
    ]);
  });
});

onEachDatabase('refusals by rules of the business', (gateway) => {
  let clinic: Clinic;
  let clientKey: string;
  let days = 0;
  const free = () => new Date(Date.UTC(2031, 2, ++days, 15)).toISOString();
  const reason = (input: object) =>
    addReason(gateway, {
      reasonDesc: `Reason ${++days}`,
      visitMinutes: 30,
      staffIds: [clinic.staffId],
      ...input,
    });
  const booking = () => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    return { locationId, reasonId, staffId, clientId, start: free() };
  };
  const resource = async () =>
    (await change(gateway, 'createResource', { name: 'Room' }, 'resource { id }')).resource.id;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
  });

  type Input = () => object | Promise<object>;
  const TABLE: [BusinessRule, string, string, Input, Role?][] = [
    [
      BusinessRule.CLIENT_REQUIRED,
      'createAppointment',
      'client',
      () => ({ ...booking(), clientId: null }),
    ],
    [
      BusinessRule.CLIENT_CANNOT_BOOK,
      'createAppointment',
      'clientId',
      async () => {
        const clientId = await addClient(gateway, { firstName: 'Joffrey', lastName: 'B' });
        await change(gateway, 'updateClient', { id: clientId, status: 'BLACKLISTED' });
        return { ...booking(), clientId };
      },
    ],
    [
      BusinessRule.REASON_INACTIVE,
      'createAppointment',
      'reasonId',
      async () => {
        const reasonId = await reason({});
        await change(gateway, 'updateReason', { id: reasonId, status: 'DEACTIVE' });
        return { ...booking(), reasonId };
      },
    ],
    [
      BusinessRule.STAFF_NOT_BOOKABLE,
      'createAppointment',
      'staffId',
      async () => {
        const staffId = await addStaff(gateway, 'retired');
        const reasonId = await reason({ staffIds: [staffId] });
        await change(gateway, 'updateStaff', { id: staffId, acceptsAppointments: false });
        return { ...booking(), reasonId, staffId };
      },
    ],
    [
      BusinessRule.LOCATION_INACTIVE,
      'createAppointment',
      'locationId',
      async () => {
        const locationId = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
        await change(gateway, 'updateLocation', { id: locationId, active: false });
        return { ...booking(), locationId };
      },
    ],
    [
      // The rule of all occurrences of a series.
      BusinessRule.LOCATION_INACTIVE,
      'createRecurringAppointment',
      'rrule',
      async () => {
        const locationId = await addLocation(gateway, { locationName: 'Barn', timeZone: 'UTC' });
        await change(gateway, 'updateLocation', { id: locationId, active: false });
        return { ...booking(), locationId, rrule: 'FREQ=WEEKLY;COUNT=2' };
      },
    ],
    [
      BusinessRule.ADDRESS_REQUIRED,
      'createAppointment',
      'address',
      async () => ({
        ...booking(),
        locationId: await addLocation(gateway, {
          locationName: 'At home',
          timeZone: 'UTC',
          locationType: 'VARIABLE',
        }),
      }),
    ],
    [
      BusinessRule.ADD_ON_ALONE,
      'createAppointment',
      'reasonId',
      async () => ({ ...booking(), reasonId: await reason({ reasonType: 'ADDON' }) }),
    ],
    [
      BusinessRule.ADD_ON_NOT_OFFERED,
      'createAppointment',
      'addOnReasonIds',
      async () => ({ ...booking(), addOnReasonIds: [await reason({ reasonType: 'ADDON' })] }),
    ],
    [
      BusinessRule.SESSION_REQUIRED,
      'createAppointment',
      'classScheduleId',
      async () => ({ ...booking(), reasonId: await reason({ reasonType: 'CLASS' }) }),
    ],
    [
      BusinessRule.SCREENING,
      'createAppointment',
      'screeningAnswer',
      async () => ({
        ...booking(),
        clientId: undefined,
        reasonId: await reason({
          screeningQuestion: {
            question: 'Are you well?',
            answers: [
              { text: 'Yes', passes: true },
              { text: 'No', passes: false },
            ],
          },
        }),
      }),
      Role.CLIENT,
    ],
    [
      BusinessRule.NOT_A_CLASS,
      'updateAppointment',
      'seats',
      async () => ({ id: (await book(gateway, clinic, free())).appointment.id, seats: 2 }),
    ],
    [
      BusinessRule.MOVES_NOT_ALLOWED,
      'rescheduleAppointment',
      'id',
      async () => {
        const reasonId = await reason({ rescheduleType: 'NOT_ALLOWED' });
        const { appointment } = await book(gateway, { ...clinic, reasonId }, free());
        return { id: appointment.id, start: free() };
      },
      Role.CLIENT,
    ],
    [
      BusinessRule.KEEPS_STAFF_AND_LOCATION,
      'rescheduleAppointment',
      'staffId',
      async () => {
        const staffIds = [clinic.staffId, clinic.otherStaffId];
        const reasonId = await reason({ rescheduleType: 'STRICT', staffIds });
        const { appointment } = await book(gateway, { ...clinic, reasonId }, free());
        return { id: appointment.id, start: free(), staffId: clinic.otherStaffId };
      },
      Role.CLIENT,
    ],
    [
      BusinessRule.NO_WAITLIST,
      'joinWaitlist',
      'reasonId',
      async () => ({
        reasonId: await reason({ allowWaitList: false }),
        clientId: clinic.clientId,
        wish: { times: [free()] },
      }),
    ],
    [
      BusinessRule.REASON_TYPE,
      'createTimeOff',
      'reasonId',
      () => ({
        staffIds: [clinic.staffId],
        reasonId: clinic.reasonId,
        period: { days: { from: '2031-05-01', to: '2031-05-02' } },
      }),
    ],
    [
      BusinessRule.EXCEEDS_CAPACITY,
      'createResourceBundle',
      'units',
      async () => ({ name: 'Set', items: [{ resourceId: await resource(), units: 2 }] }),
    ],
    [
      BusinessRule.DELETED,
      'updateResource',
      'id',
      async () => {
        const id = await resource();
        await change(gateway, 'deleteResource', { id });
        return { id, name: 'Hall' };
      },
    ],
    [
      BusinessRule.PRIMARY_LOCATION_REQUIRED,
      'updateLocation',
      'primary',
      async () => {
        const { locations } = await gateway.data('{ locations { nodes { id primary } } }');
        return { id: locations.nodes.find(({ primary }: any) => primary).id, primary: false };
      },
    ],
    [
      BusinessRule.FIXED_BY_OWNER,
      'createSchedulePeriod',
      'locationId',
      () => ({
        ownerId: clinic.locationId,
        locationId: clinic.locationId,
        validFrom: '2031-01-01',
        weekdays: ['MONDAY'],
        ranges: [{ start: '09:00', end: '10:00' }],
      }),
    ],
    [
      BusinessRule.ADDRESS_FORBIDDEN,
      'createWebhook',
      'url',
      () => ({ url: 'https://127.0.0.1/', events: ['CREATED'] }),
    ],
  ];

  it.each(TABLE)('%s refuses %s at %s', async (...row) => {
    const [rule, mutation, field, inputOf, role] = row as (typeof TABLE)[number];
    const input = await inputOf();
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const data = await gateway.data(
      `mutation ($input: ${type}!) {
        ${mutation}(input: $input) {
          userErrors { __typename code path ... on RuleViolatedError { rule } }
        }
      }`,
      { input },
      role ? { key: clientKey } : {},
    );

    expect(data[mutation].userErrors).toMatchObject([
      { __typename: 'RuleViolatedError', code: 'RULE_VIOLATED', rule },
    ]);
    expect(data[mutation].userErrors[0].path.at(-1)).toBe(field);
  });
});
