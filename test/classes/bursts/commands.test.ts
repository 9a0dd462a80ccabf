import { claimFindings } from '../../../src/features/appointments/integrity';
import { brokenLogs } from '../../../src/log/integrity';
import { breaches } from '../../../src/features/occupancy/integrity';
import { addClinic, addReason, type Clinic } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';

jest.setTimeout(180_000);

/** Returns a generator of numbers in [0, 1) for a seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff) / 0x8000_0000;
}

onEachDatabase('concurrent commands on classes', (gateway) => {
  let clinic: Clinic;
  let yoga = '';
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, { reasonDesc: 'Yoga', reasonType: 'CLASS', visitMinutes: 60 });
  });

  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 1e9));
  it(`leaves seats, claims, appointments and the log consistent (seed ${seed})`, async () => {
    const random = randomOf(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const base = Date.UTC(2033, 0, 3, 9);
    const at = () => new Date(base + Math.floor(random() * 40) * 30 * 60_000).toISOString();
    const sessions: string[] = [];
    const booked: string[] = ['Appointment:1'];
    const outcomes: Record<string, number> = {};
    const run = async (mutation: string, input: object, selection = '') => {
      const { data, errors } = await gateway.run(
        `mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) {
          ${mutation}(input: $input) { ${selection} userErrors { code } }
        }`,
        { input },
      );
      const code = errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code ?? 'done';
      outcomes[`${mutation} ${code}`] = (outcomes[`${mutation} ${code}`] ?? 0) + 1;
      return data?.[mutation];
    };
    const seats = () => ({
      reasonId: yoga,
      classScheduleId: pick(sessions),
      seats: 1 + Math.floor(random() * 3),
      clientId: clinic.clientId,
    });
    const add = async () => {
      const made = await run(
        'createClassSchedule',
        {
          reasonId: yoga,
          staffId: pick([clinic.staffId, clinic.otherStaffId]),
          locationId: clinic.locationId,
          capacity: 2 + Math.floor(random() * 6),
          start: at(),
        },
        'classSchedules { id }',
      );
      sessions.push(...(made?.classSchedules ?? []).map(({ id }: any) => id));
    };
    const keep = (made: any) => made?.appointment && booked.push(made.appointment.id);
    const operations: readonly (() => Promise<unknown>)[] = [
      ...Array.from(
        { length: 6 },
        () => async () => keep(await run('createAppointment', seats(), 'appointment { id }')),
      ),
      async () => keep(await run('holdAppointment', seats(), 'appointment { id }')),
      () => run('bookAppointment', { id: pick(booked), clientId: clinic.clientId }),
      () => run('cancelAppointment', { id: pick(booked) }),
      () => run('cancelAppointment', { id: pick(booked) }),
      () => run('setAppointmentStatus', { id: pick(booked), status: 'OPEN' }),
      () => run('completeAppointment', { id: pick(booked) }),
      () => run('noShowAppointment', { id: pick(booked) }),
      () => run('updateAppointment', { id: pick(booked), note: 'changed' }),
      () => run('rescheduleAppointment', { id: pick(booked), classScheduleId: pick(sessions) }),
      () => run('rescheduleAppointment', { id: pick(booked), classScheduleId: pick(sessions) }),
      async () =>
        keep(
          await run(
            'createAppointment',
            {
              reasonId: clinic.reasonId,
              staffId: clinic.staffId,
              locationId: clinic.locationId,
              clientId: clinic.clientId,
              start: at(),
            },
            'appointment { id }',
          ),
        ),
      () =>
        run('updateClassSchedule', { id: pick(sessions), capacity: 1 + Math.floor(random() * 8) }),
      () =>
        run('updateClassSchedule', {
          id: pick(sessions),
          start: at(),
          staffId: pick([clinic.staffId, clinic.otherStaffId]),
        }),
      () => (random() < 0.3 ? run('cancelClassSchedule', { id: pick(sessions) }) : add()),
    ];
    for (let index = 0; index < 6; index += 1) await add();
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (let step = 0; step < 60; step += 1) await pick(operations)();
      }),
    );
    await gateway.logged();
    const { db } = gateway.gateway;
    expect([(await breaches(db)).breaches, await claimFindings(db), await brokenLogs(db)]).toEqual([
      [],
      [],
      [],
    ]);
    // Each kind of command succeeded at least once.
    for (const mutation of [
      'createAppointment',
      'holdAppointment',
      'cancelAppointment',
      'rescheduleAppointment',
      'setAppointmentStatus',
      'updateClassSchedule',
      'cancelClassSchedule',
    ])
      expect([mutation, outcomes[`${mutation} done`]]).toEqual([mutation, expect.any(Number)]);
    expect(
      Object.keys(outcomes).filter((outcome) => outcome.endsWith('INTERNAL_SERVER_ERROR')),
    ).toEqual([]);
    expect(outcomes['createAppointment SEATS_UNAVAILABLE']).toBeGreaterThan(0);
    expect(await (await fetch(`${gateway.gateway.url}/healthz`)).json()).toMatchObject({
      backstopHits: 0,
    });
  });
});
