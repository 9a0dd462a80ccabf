import { addClinic, addReason, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { expectIntegrity } from '../support/harness/integrity';

const DAY = 86_400_000;
const ROWS = `recurringAppointment { id staff { id } }
appointments { id start staff { id } resources { id } } conflicts { start code }`;

onEachDatabase('rules of the reason in a series', (gateway) => {
  let clinic: Clinic;
  let week = 0;
  const T0 = Date.UTC(2032, 0, 1);
  const monday = () =>
    new Date(Date.UTC(2033, 0, 3) + (week += 30) * 7 * DAY).toISOString().slice(0, 10);
  const day = (date: string, days: number) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const reasonOf = (input: object) =>
    addReason(gateway, {
      reasonDesc: `Reason ${(week += 1)}`,
      visitMinutes: 45,
      staffIds: [clinic.staffId, clinic.otherStaffId],
      ...input,
    });
  const create = (date: string, input: object) =>
    change(
      gateway,
      'createRecurringAppointment',
      {
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        localStart: `${date}T09:00`,
        timeZone: 'America/New_York',
        rrule: 'FREQ=DAILY;COUNT=7',
        ...input,
      },
      ROWS,
    );

  it('count its own occurrences in the quota', async () => {
    const reasonId = await reasonOf({ quota: 2, quotaType: 'WEEK' });
    const date = monday();
    const all = await create(date, { reasonId });
    expect([
      all.appointments,
      all.userErrors[0].code,
      all.conflicts.map((row: any) => [row.start.slice(0, 10), row.code]),
    ]).toEqual([
      null,
      'QUOTA_REACHED',
      [2, 3, 4, 5, 6].map((days) => [day(date, days), 'QUOTA_REACHED']),
    ]);
    const skipped = await create(date, {
      reasonId,
      rrule: 'FREQ=DAILY;COUNT=9',
      onConflict: 'SKIP_CONFLICTS',
    });
    expect(skipped.appointments.map((row: any) => row.start.slice(0, 10))).toEqual(
      [0, 1, 7, 8].map((days) => day(date, days)),
    );
    // Into the week of the others, which is full, and within its own week.
    const { id } = skipped.recurringAppointment;
    const last = skipped.appointments[3].id;
    expect(
      (
        await change(
          gateway,
          'updateRecurringAppointment',
          { id, scope: 'THIS', appointmentId: last, localStart: `${day(date, 3)}T09:00` },
          ROWS,
        )
      ).conflicts,
    ).toMatchObject([{ code: 'QUOTA_REACHED' }]);
    expect(
      (
        await change(
          gateway,
          'updateRecurringAppointment',
          { id, scope: 'THIS', appointmentId: last, localStart: `${day(date, 9)}T09:00` },
          ROWS,
        )
      ).userErrors,
    ).toEqual([]);
  });

  it('enforce one quota for two concurrent series', async () => {
    const reasonId = await reasonOf({ quota: 3, quotaType: 'WEEK' });
    const date = monday();
    const both = await Promise.all(
      [{}, { staffId: clinic.otherStaffId }].map((who) =>
        create(date, { reasonId, onConflict: 'SKIP_CONFLICTS', ...who }),
      ),
    );
    expect(both.reduce((count, { appointments }) => count + (appointments?.length ?? 0), 0)).toBe(
      3,
    );
  });

  it('claim the room for each occurrence, and allow a move to a time that the series vacates', async () => {
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Room', quantity: 1, locationId: clinic.locationId },
      'resource { id }',
    );
    const reasonId = await reasonOf({});
    await change(gateway, 'setReasonResources', {
      reasonId,
      needs: [{ options: [{ id: resource.id }] }],
    });
    const date = monday();
    const first = await create(date, { reasonId });
    expect([first.userErrors, first.appointments.map((row: any) => row.resources[0].id)]).toEqual([
      [],
      Array.from({ length: 7 }, () => resource.id),
    ]); // Another staff member is free, but the room is not.
    expect((await create(date, { reasonId, staffId: clinic.otherStaffId })).conflicts).toHaveLength(
      7,
    );
    const { id } = first.recurringAppointment;
    const moved = await change(
      gateway,
      'updateRecurringAppointment',
      {
        id,
        scope: 'ALL',
        appointmentId: first.appointments[0].id,
        localStart: `${day(date, 1)}T09:00`,
      },
      ROWS,
    );
    expect([
      moved.userErrors,
      moved.appointments.map((row: any) => [row.start.slice(0, 10), row.resources.length]),
    ]).toEqual([[], [1, 2, 3, 4, 5, 6, 7].map((days) => [day(date, days), 1])]);
    expect(
      (await create(date, { reasonId, staffId: clinic.otherStaffId, rrule: 'FREQ=DAILY;COUNT=1' }))
        .userErrors,
    ).toEqual([]);
  });

  it('distribute occurrences among staff according to the reason', async () => {
    const reasonId = await reasonOf({ roundRobin: 'BALANCED' });
    const date = monday();
    const { appointments, recurringAppointment, userErrors } = await create(date, {
      reasonId,
      staffId: null,
      rrule: 'FREQ=DAILY;COUNT=10',
    });
    expect([userErrors, recurringAppointment.staff]).toEqual([[], null]);
    const served = [clinic.staffId, clinic.otherStaffId].map(
      (staffId) => appointments.filter((row: any) => row.staff.id === staffId).length,
    );
    expect(served).toEqual([5, 5]);
  });

  it('allow an override for permitted roles, which is recorded', async () => {
    const date = monday();
    await book(gateway, clinic, '', { start: null, localStart: `${day(date, 2)}T09:30` });
    expect((await create(date, { reasonId: clinic.reasonId })).conflicts).toHaveLength(1);
    const { appointments, conflicts } = await create(date, {
      reasonId: clinic.reasonId,
      override: true,
    });
    expect([appointments.length, conflicts]).toEqual([7, []]);
    const { nodes } = (
      await gateway.data(
        'query ($ids: [ID!]) { appointments(filter: { ids: $ids }) { nodes { override } } }',
        { ids: appointments.map((row: any) => row.id) },
      )
    ).appointments;
    expect(nodes.every(({ override }: any) => override)).toBe(true);
  });
});
