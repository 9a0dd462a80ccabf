import { Role } from '../../src/context';
import {
  addClinic,
  addHours,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

onEachDatabase('additional staff', (gateway) => {
  let clinic: Clinic;
  let [morning, day] = ['', 0];
  const DAY = 86_400_000;
  /** 16:00 in New York. */
  const afternoon = () => new Date(Date.UTC(2033, 1, 1, 21) + (day += 1) * DAY).toISOString();

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    morning = await addStaff(gateway, 'morning', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, morning, { ranges: [{ start: '08:00', end: '12:00' }] });
  });
  afterEach(() => expectIntegrity(gateway));

  const booked = async (start: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, start, input);
    expect(userErrors).toEqual([]);
    return appointment.id;
  };
  const update = (input: object, key?: string) =>
    change(
      gateway,
      'updateAppointment',
      input,
      `appointment { id version override additionalStaff { id } }
      userErrors {
        ... on TimeUnavailableError {
          staffIds explanation { candidates { staff { id } refusals { rule row { id } } } }
        }
      }`,
      key,
    );
  const look = async (id: string) =>
    (
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { version override additionalStaff { id } } }',
        { id },
      )
    ).appointment;

  it('are bound by their hours in a new booking and in a change, and nothing is written on a refusal', async () => {
    const start = afternoon();
    const id = await booked(start);
    expect(
      (await book(gateway, clinic, afternoon(), { additionalStaffIds: [morning] })).userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    const { appointment, userErrors } = await update({
      id,
      additionalStaffIds: [clinic.otherStaffId, morning],
      note: 'together',
    });
    expect([appointment, userErrors]).toEqual([
      null,
      [
        {
          __typename: 'TimeUnavailableError',
          code: 'TIME_UNAVAILABLE',
          message:
            'The staff member does not work at this time. Choose another time or another staff member.',
          path: ['input', 'additionalStaffIds'],
          staffIds: [],
          explanation: {
            candidates: [
              {
                staff: { id: clinic.staffId },
                refusals: [{ rule: 'STAFF_NOT_WORKING', row: { id: morning } }],
              },
            ],
          },
        },
      ],
    ]);
    expect(await look(id)).toEqual({ version: 1, override: false, additionalStaff: [] });
    expect(
      (await update({ id, additionalStaffIds: [clinic.otherStaffId] })).appointment,
    ).toMatchObject({ version: 2, additionalStaff: [{ id: clinic.otherStaffId }] });
  });

  it('are refused by name if they are occupied, and always if they take no appointments', async () => {
    const start = afternoon();
    const [id] = [await booked(start), await booked(start, { staffId: clinic.otherStaffId })];
    const { userErrors } = await update({ id, additionalStaffIds: [clinic.otherStaffId] });
    expect(userErrors).toMatchObject([
      {
        code: 'TIME_UNAVAILABLE',
        message:
          'drwho-a Jones: not free at this time. Choose another time or another staff member.',
        staffIds: [clinic.otherStaffId],
      },
    ]);
    const gone = await addStaff(gateway, 'gone', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, gone);
    await change(gateway, 'updateStaff', { id: gone, acceptsAppointments: false });
    for (const override of [false, true])
      expect(
        await refusal(gateway, 'updateAppointment', { id, additionalStaffIds: [gone], override }),
      ).toEqual(['RULE_VIOLATED', 'additionalStaffIds']);
    expect(await look(id)).toEqual({ version: 1, override: false, additionalStaff: [] });
  });

  it('are booked regardless with an override by permitted roles, which the appointment records', async () => {
    const start = afternoon();
    const [id] = [await booked(start), await booked(start, { staffId: clinic.otherStaffId })];
    const wants = { id, additionalStaffIds: [clinic.otherStaffId, morning], override: true };
    const keys = [
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
    ];
    for (const key of keys)
      expect((await refusal(gateway, 'updateAppointment', wants, key))[0]).toBe(
        'INSUFFICIENT_PERMISSION',
      );
    expect((await update({ id, note: 'nobody new', override: true })).appointment).toMatchObject({
      override: false,
    });
    expect((await update(wants)).appointment).toMatchObject({
      override: true,
      additionalStaff: [{ id: clinic.otherStaffId }, { id: morning }],
    });
    const { secretKey } = await gateway.addBusiness({
      name: `Another business ${day}`,
      timeZone: 'UTC',
    });
    expect(await refusal(gateway, 'updateAppointment', wants, secretKey)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
  });

  it('are not refused again for who served before, nor in an appointment that occupies no time', async () => {
    const id = await booked(afternoon(), { additionalStaffIds: [morning], override: true });
    expect(
      (await update({ id, additionalStaffIds: [morning, clinic.otherStaffId] })).userErrors,
    ).toEqual([]);
    expect((await update({ id, additionalStaffIds: [morning] })).appointment).toMatchObject({
      additionalStaff: [{ id: morning }],
    });
    const cancelled = await booked(afternoon());
    await change(gateway, 'cancelAppointment', { id: cancelled });
    expect((await update({ id: cancelled, additionalStaffIds: [morning] })).userErrors).toEqual([]);
  });

  it('serve one of two concurrent appointments that need them elsewhere', async () => {
    const start = afternoon();
    const helper = await addStaff(gateway, 'helper', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, helper);
    const ids = [await booked(start), await booked(start, { staffId: clinic.otherStaffId })];
    const answers = await Promise.all(
      ids.map((id) => update({ id, additionalStaffIds: [helper] })),
    );
    expect(answers.map(({ userErrors }) => userErrors.map(({ code }: any) => code)).sort()).toEqual(
      [[], ['TIME_UNAVAILABLE']],
    );
  });

  it('are bound in each appointment of a series: all or none, or only the possible ones', async () => {
    const first = afternoon();
    day += 3;
    const input = {
      reasonId: clinic.reasonId,
      locationId: clinic.locationId,
      staffId: clinic.staffId,
      clientId: clinic.clientId,
      start: first,
      rrule: 'FREQ=DAILY;COUNT=3',
    };
    const {
      recurringAppointment: { id },
      appointments,
    } = await change(
      gateway,
      'createRecurringAppointment',
      input,
      'recurringAppointment { id } appointments { id start }',
    );
    await booked(appointments[1].start, { staffId: clinic.otherStaffId });
    const rows = 'appointments { id } conflicts { start code }';
    const all = await change(
      gateway,
      'updateRecurringAppointment',
      { id, scope: 'ALL', additionalStaffIds: [clinic.otherStaffId] },
      rows,
    );
    expect([all.userErrors[0].code, (await look(appointments[0].id)).additionalStaff]).toEqual([
      'TIME_UNAVAILABLE',
      [],
    ]);
    const some = await change(
      gateway,
      'updateRecurringAppointment',
      { id, scope: 'ALL', additionalStaffIds: [clinic.otherStaffId], onConflict: 'SKIP_CONFLICTS' },
      rows,
    );
    expect([some.userErrors, some.appointments.length, some.conflicts]).toEqual([
      [],
      2,
      [{ start: appointments[1].start, code: 'TIME_UNAVAILABLE' }],
    ]);
    const past = await change(
      gateway,
      'updateRecurringAppointment',
      { id, scope: 'ALL', additionalStaffIds: [clinic.otherStaffId, morning], override: true },
      rows,
    );
    expect([
      past.userErrors,
      past.appointments.length,
      (await look(appointments[1].id)).override,
    ]).toEqual([[], 3, true]);
  });
});
