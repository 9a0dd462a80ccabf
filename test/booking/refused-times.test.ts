import { Role } from '../../src/context';
import { addClinic, addReason, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

const NOW = Date.parse('2031-02-01T12:00:00Z');
const [PAST, SOON, FAR, FINE] = [
  '2031-01-30T15:00:00Z',
  '2031-02-02T15:00:00Z',
  '2031-04-01T15:00:00Z',
  '2031-02-10T15:00:00Z',
];
const WHY = `userErrors {
  code path
  ... on TimeUnavailableError { explanation { bookable candidates { refusals { rule } } } }
}`;

onEachDatabase('an invalid time', (gateway) => {
  let clinic: Clinic;
  let yoga: string;
  let clientKey: string;
  const sessions = new Map<string, string>();

  beforeAll(async () => {
    gateway.time = NOW;
    clinic = await addClinic(gateway);
    await change(gateway, 'updateReason', { id: clinic.reasonId, apptHrMin: 48, apptDayMax: 30 });
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      apptHrMin: 48,
      apptDayMax: 30,
      staffIds: [clinic.otherStaffId],
    });
    for (const start of [PAST, SOON, FAR, FINE]) {
      const made = await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: yoga,
          staffId: clinic.otherStaffId,
          locationId: clinic.locationId,
          capacity: 3,
          start,
        },
        'classSchedules { id }',
      );
      sessions.set(start, made.classSchedules[0].id);
    }
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
  });
  afterAll(() => (gateway.time = null));

  const run = async (mutation: string, input: object, key = clientKey) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    return (
      await gateway.data(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${WHY} } }`,
        { input },
        { key },
      )
    )[mutation].userErrors;
  };
  const own = (start: string) => ({
    reasonId: clinic.reasonId,
    locationId: clinic.locationId,
    staffId: clinic.staffId,
    start,
  });
  const made = async (input: object) =>
    (
      await change(
        gateway,
        'createAppointment',
        { clientId: clinic.clientId, ...input },
        'appointment { id }',
      )
    ).appointment.id;

  const WAYS: [string, (start: string) => Promise<any[]>][] = [
    ['createAppointment', (start) => run('createAppointment', own(start))],
    [
      'createAppointment, of several candidates',
      (start) =>
        run('createAppointment', {
          ...own(start),
          staffId: null,
          candidateStaffIds: [clinic.staffId],
        }),
    ],
    ['holdAppointment', (start) => run('holdAppointment', own(start))],
    [
      'rescheduleAppointment',
      async (start) => run('rescheduleAppointment', { id: await made(own(FINE)), start }),
    ],
    [
      'createAppointment, of seats',
      (start) => run('createAppointment', { reasonId: yoga, classScheduleId: sessions.get(start) }),
    ],
    [
      'holdAppointment, of seats',
      (start) => run('holdAppointment', { reasonId: yoga, classScheduleId: sessions.get(start) }),
    ],
    [
      'rescheduleAppointment, of seats',
      async (start) =>
        run('rescheduleAppointment', {
          id: await made({ reasonId: yoga, classScheduleId: sessions.get(FINE) }),
          classScheduleId: sessions.get(start),
        }),
    ],
  ];

  describe.each(WAYS)('by %s', (name, attempt) => {
    it.each([
      [PAST, 'NOTICE'],
      [SOON, 'NOTICE'],
      [FAR, 'HORIZON'],
    ])('at %s returns %s, and writes nothing', async (start, rule) => {
      const errors = await attempt(start);

      expect(errors).toEqual([
        {
          code: 'TIME_UNAVAILABLE',
          path: ['input', 'start'],
          explanation: { bookable: false, candidates: [{ refusals: [{ rule }] }] },
        },
      ]);
      const { nodes } = (
        await gateway.data(
          `{
            appointments(filter: { statuses: [OPEN, PENDING] }, first: 100) {
              nodes { id start version }
            }
          }`,
        )
      ).appointments;
      // Only the existing appointment is present, at its original time.
      expect(nodes.map((node: any) => [node.start, node.version])).toEqual(
        name.startsWith('reschedule') ? [['2031-02-10T15:00:00.000Z', 1]] : [],
      );
      for (const { id } of nodes) await change(gateway, 'cancelAppointment', { id });
      await expectIntegrity(gateway);
    });
  });

  it.each(['previewRecurringAppointment', 'createRecurringAppointment'])(
    'by %s, each occurrence of a series',
    async (field) => {
      const kind = field.startsWith('preview') ? 'query' : 'mutation';
      const input = { ...own(SOON), rrule: 'FREQ=DAILY;INTERVAL=40;COUNT=2' };
      const answer = (
        await gateway.data(
          `${kind} ($input: CreateRecurringAppointmentInput!) { ${field}(input: $input) { conflicts { start code explanation { bookable candidates { refusals { rule } } } } } }`,
          { input },
          { key: clientKey },
        )
      )[field];
      expect(answer.conflicts).toEqual(
        [
          ['2031-02-02T15:00:00.000Z', 'NOTICE'],
          ['2031-03-14T14:00:00.000Z', 'HORIZON'],
        ].map(([start, rule]) => ({
          start,
          code: 'TIME_UNAVAILABLE',
          explanation: { bookable: false, candidates: [{ refusals: [{ rule }] }] },
        })),
      );
      expect(
        (
          await gateway.data(
            '{ recurring: appointments(filter: { statuses: [OPEN, PENDING] }) { totalCount } }',
          )
        ).recurring.totalCount,
      ).toBe(0);
    },
  );

  it('by bookAppointment, of a hold by staff', async () => {
    for (const [start, rule] of [
      [SOON, 'NOTICE'],
      [FAR, 'HORIZON'],
    ] as const) {
      const { appointment } = await change(
        gateway,
        'holdAppointment',
        { ...own(start), clientId: clinic.clientId },
        'appointment { id }',
      );
      expect(await run('bookAppointment', { id: appointment.id })).toMatchObject([
        { code: 'TIME_UNAVAILABLE', explanation: { candidates: [{ refusals: [{ rule }] }] } },
      ]);
      expect(
        (
          await gateway.data('query ($id: ID!) { appointment(id: $id) { status version } }', {
            id: appointment.id,
          })
        ).appointment,
      ).toEqual({ status: 'PENDING', version: 1 });
      await change(gateway, 'cancelAppointment', { id: appointment.id });
    }
  });

  it('by reopening a cancelled appointment whose time another client has booked', async () => {
    const id = await made(own(FINE));
    await change(gateway, 'cancelAppointment', { id });
    const other = await made(own(FINE));
    expect(
      await run('setAppointmentStatus', { id, status: 'OPEN' }, gateway.business.secretKey),
    ).toEqual([
      {
        code: 'TIME_UNAVAILABLE',
        path: ['input', 'start'],
        explanation: { bookable: false, candidates: [{ refusals: [{ rule: 'STAFF_TAKEN' }] }] },
      },
    ]);
    await change(gateway, 'cancelAppointment', { id: other });
  });

  it('by joinWaitlist with a past time', async () => {
    await change(gateway, 'updateReason', { id: clinic.reasonId, allowWaitList: true });
    const errors = await run('joinWaitlist', {
      reasonId: clinic.reasonId,
      locationId: clinic.locationId,
      staffIds: [clinic.staffId],
      wish: { times: [FINE, PAST] },
    });
    expect(errors).toEqual([
      {
        code: 'TIME_UNAVAILABLE',
        path: ['input', 'wish', 'times'],
        explanation: { bookable: false, candidates: [{ refusals: [{ rule: 'NOTICE' }] }] },
      },
    ]);
    expect(
      (await gateway.data('{ waitlistEntries { totalCount } }')).waitlistEntries.totalCount,
    ).toBe(0);
  });
});
