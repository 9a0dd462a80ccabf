import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const CANDIDATES = '{ bookable candidates { refusals { rule } smallestChange { kind } } }';

onEachDatabase('explainAvailability by viewer', (gateway) => {
  let [clinic, clientKey, other]: [Clinic, string, string] = [undefined as never, '', ''];
  beforeAll(async () => {
    gateway.time = Date.parse('2031-01-30T12:00:00Z');
    clinic = await addClinic(gateway);
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    other = await addClient(gateway, { firstName: 'Arya', lastName: 'Stark' });
  });
  afterAll(() => (gateway.time = null));

  const ask = async (input: object, key = gateway.business.secretKey) =>
    (
      await gateway.data(
        `query ($input: ExplainAvailabilityInput!) {
          explainAvailability(input: $input) ${CANDIDATES}
        }`,
        { input: { locationId: clinic.locationId, ...input } },
        { key },
      )
    ).explainAvailability;

  it('excludes the own appointment of a move from the obstacles only if the viewer may see it', async () => {
    const taken = (await book(gateway, clinic, '2031-06-02T15:00:00Z', { clientId: other }))
      .appointment.id;
    const wants = {
      reasonId: clinic.reasonId,
      start: '2031-06-02T15:15:00Z',
      staffIds: [clinic.staffId],
      appointmentId: taken,
    };
    const theirs = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const elsewhere = await addLocation(gateway, { locationName: 'Far away', timeZone: 'UTC' });
    const [stranger, manager, here] = await Promise.all([
      gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) }),
      gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(elsewhere)] }),
      gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
    ]);
    const bookable = async (key?: string) => (await ask(wants, key)).bookable;
    expect([await bookable(), await bookable(theirs), await bookable(here)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([await bookable(stranger), await bookable(clientKey)]).toEqual([false, false]);
    // A caller who may not book there gets no reason.
    await expect(bookable(manager)).rejects.toThrow(/NOT_FOUND|FORBIDDEN/);
    // A session has a number from the same block of ids, and is no appointment.
    const yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
    });
    const {
      classSchedules: [session],
    } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 1,
        start: '2031-06-03T15:00:00Z',
      },
      'classSchedules { id start }',
    );
    expect(
      (
        await ask({
          ...wants,
          start: session.start,
          appointmentId: `Appointment:${numberOf(session.id)}`,
        })
      ).bookable,
    ).toBe(false);
  });

  it('offers an override if it would pass, and no other times to a blocked client', async () => {
    const gone = await addStaff(gateway, 'gone', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, gone);
    await change(gateway, 'updateStaff', { id: gone, acceptsAppointments: false });
    const wants = { reasonId: clinic.reasonId, start: '2031-06-10T15:00:00Z' };
    const of = async (staffId: string, key?: string) =>
      (await ask({ ...wants, staffIds: [staffId] }, key)).candidates[0].smallestChange;
    expect(await of(gone)).toBeNull();
    expect(
      await refusal(gateway, 'createAppointment', {
        ...wants,
        locationId: clinic.locationId,
        staffId: gone,
        override: true,
      }),
    ).toEqual(['RULE_VIOLATED', 'staffId']);
    const unassigned = await addStaff(gateway, 'unassigned', 'America/New_York', [
      clinic.locationId,
    ]);
    await addHours(gateway, unassigned);
    expect((await of(unassigned)).kind).toBe('OVERRIDE');
    const elsewhere = await addLocation(gateway, { locationName: 'Further away', timeZone: 'UTC' });
    await expect(
      of(
        unassigned,
        await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(elsewhere)] }),
      ),
    ).rejects.toThrow(/NOT_FOUND|FORBIDDEN/);
    expect(
      (
        await change(gateway, 'createAppointment', {
          ...wants,
          locationId: clinic.locationId,
          staffId: unassigned,
          clientId: other,
          override: true,
        })
      ).userErrors,
    ).toEqual([]);
  });

  it('does not require the screening answer again for a move', async () => {
    const question = {
      question: 'Fit?',
      answers: [
        { text: 'Yes', passes: true },
        { text: 'No', passes: false },
      ],
    };
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Run',
      visitMinutes: 60,
      screeningQuestion: question,
      staffIds: [clinic.staffId],
    });
    const make = (start: string, input: object, key?: string) =>
      change(
        gateway,
        'createAppointment',
        { reasonId, locationId: clinic.locationId, staffId: clinic.staffId, start, ...input },
        'appointment { id }',
        key,
      );
    const {
      appointment: { id },
    } = await make('2031-06-16T15:00:00Z', { screeningAnswer: 'Yes' }, clientKey);
    expect((await make('2031-06-16T17:00:00Z', { clientId: other })).userErrors).toEqual([]);
    const {
      rescheduleAppointment: { userErrors },
    } = await gateway.data(
      `mutation ($input: RescheduleAppointmentInput!) {
        rescheduleAppointment(input: $input) {
          userErrors { code ... on TimeUnavailableError { explanation ${CANDIDATES} } }
        }
      }`,
      { input: { id, start: '2031-06-16T17:00:00Z' } },
      { key: clientKey },
    );
    expect(userErrors).toMatchObject([
      {
        code: 'TIME_UNAVAILABLE',
        explanation: {
          candidates: [{ refusals: [{ rule: 'STAFF_TAKEN' }], smallestChange: { kind: 'START' } }],
        },
      },
    ]);
    expect(
      (
        await ask(
          { reasonId, start: '2031-06-17T15:00:00Z', staffIds: [clinic.staffId] },
          clientKey,
        )
      ).candidates[0].refusals,
    ).toEqual([{ rule: 'SCREENING' }]);
  });
});
