import { Role } from '../../../src/context';
import { LogEvent } from '../../../src/log/event.entity';
import { find } from '../../../src/db/table';
import { book, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { ROWS, type ChangesFixture } from './changes.fixture';

export function cancellationsCases(gateway: TestGateway, fixture: ChangesFixture): void {
  const { monday, day, create, update, look, move, events } = fixture;

  const cancel = (id: string, input: object, key?: string) =>
    change(gateway, 'cancelRecurringAppointment', { id, ...input }, ROWS, key);

  it('changes staff, duration and other fields', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    const { appointments, recurringAppointment } = await update(id, {
      scope: 'ALL',
      staffId: fixture.clinic.otherStaffId,
      durationMinutes: 60,
      note: 'Bring the X-ray',
    });
    expect(appointments.map((row: any) => [row.staff.id, row.note, row.version])).toEqual(
      ids.map(() => [fixture.clinic.otherStaffId, 'Bring the X-ray', 2]),
    );
    expect(recurringAppointment).toMatchObject({
      version: 2,
      durationMinutes: 60,
      staff: { id: fixture.clinic.otherStaffId },
      rrule: 'FREQ=WEEKLY;COUNT=5',
    });
    expect(
      (await update(id, { scope: 'THIS', appointmentId: ids[0], note: null })).appointments,
    ).toMatchObject([{ id: ids[0], note: null, staff: { id: fixture.clinic.otherStaffId } }]);
  });

  it('cancels one appointment, the following ones, or all remaining ones', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    expect(
      (await cancel(id, { scope: 'THIS', appointmentId: ids[1], note: 'Ill' })).appointments,
    ).toMatchObject([{ id: ids[1], status: 'CANCELLED' }]);
    await move(ids[4] as string, `${day(date, 28)}T16:00`);
    const following = await cancel(id, { scope: 'THIS_AND_FOLLOWING', appointmentId: ids[2] });
    expect([
      following.appointments.map((row: any) => row.id),
      following.recurringAppointment,
    ]).toMatchObject([[ids[2], ids[3]], { rrule: 'FREQ=WEEKLY;COUNT=2', version: 2 }]);
    const rest = await cancel(id, { scope: 'ALL', includeMoved: true, notifyClient: false });
    await gateway.logged();
    const told = await find(gateway.gateway.db, LogEvent, { type: 'CANCELLED' });
    expect(
      ids.map(
        (of) =>
          (told.find(({ appointmentId }) => appointmentId === numberOf(of))?.snapshot as any)
            ?.notify,
      ),
    ).toEqual([{ client: false }, undefined, undefined, undefined, { client: false }]);
    expect([rest.userErrors, rest.appointments.map((row: any) => row.id)]).toEqual([
      [],
      [ids[0], ids[4]],
    ]);
    expect((await look(id)).appointments.nodes.map((row: any) => row.status)).toEqual(
      ids.map(() => 'CANCELLED'),
    );
    expect((await cancel(id, { scope: 'ALL' })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED' },
    ]);
    expect((await create(date)).ids).toHaveLength(5);
  });

  it('returns the same result for an idempotency key, and serializes concurrent changes', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    const input = {
      scope: 'ALL',
      appointmentId: ids[0],
      localStart: `${date}T10:00`,
      idempotencyKey: `move ${date}`,
    };
    const first = await update(id, input);
    const before = await events();
    expect(
      (await update(id, input)).appointments.map((row: any) => [row.id, row.start, row.version]),
    ).toEqual(first.appointments.map((row: any) => [row.id, row.start, row.version]));
    expect(await events()).toBe(before);
    const both = await Promise.all([
      update(id, { scope: 'ALL', note: 'one' }),
      update(id, { scope: 'ALL', appointmentId: ids[0], localStart: `${date}T11:00` }),
      move(ids[2] as string, `${day(date, 14)}T15:00`),
    ]);
    expect(both.map(({ userErrors }) => userErrors)).toEqual([[], [], []]);
    const notes = (
      await gateway.data(
        'query ($ids: [ID!]) { appointments(filter: { ids: $ids }) { nodes { note } } }',
        { ids },
      )
    ).appointments.nodes;
    expect(notes.filter(({ note }: any) => note === 'one').length).toBeGreaterThanOrEqual(4);
    expect(
      (await update(id, { scope: 'ALL', note: 'late', expectedVersion: 1 })).userErrors,
    ).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
  });

  it('runs a number of statements that grows by a few with each appointment', async () => {
    const statementsOf = async (occurrences: number) => {
      const date = monday();
      const { id, ids } = await create(date, `FREQ=DAILY;COUNT=${occurrences}`);
      const { statements } = await gateway.counted(
        `mutation ($input: UpdateRecurringAppointmentInput!) {
          updateRecurringAppointment(input: $input) { userErrors { code } }
        }`,
        { input: { id, scope: 'ALL', appointmentId: ids[0], localStart: `${date}T13:00` } },
      );
      return statements.filter((text) => !/id_block/.test(text)).length;
    };
    const [few, many] = [await statementsOf(2), await statementsOf(22)];
    expect((many - few) / 20).toBeLessThanOrEqual(gateway.dialect === 'postgres' ? 10 : 22);
  });

  it('rejects incomplete input, and moves that no rule expresses', async () => {
    const date = monday();
    const { id, ids } = await create(date, 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=3');
    const alone = (
      await book(gateway, fixture.clinic, '', { start: null, localStart: `${date}T19:00` })
    ).appointment.id;
    const before = [await look(id), await events()];
    const refused = (input: object) =>
      refusal(gateway, 'updateRecurringAppointment', { id, ...input });
    expect(await refused({ scope: 'ALL' })).toEqual(['INVALID_INPUT', 'id']);
    expect(await refused({ scope: 'ALL', localStart: `${date}T10:00` })).toEqual([
      'INVALID_INPUT',
      'appointmentId',
    ]);
    expect(await refused({ scope: 'THIS', note: 'x' })).toEqual(['INVALID_INPUT', 'appointmentId']);
    expect(await refused({ scope: 'THIS', note: 'x', appointmentId: alone })).toEqual([
      'NOT_FOUND',
      'appointmentId',
    ]);
    expect(
      await refused({
        scope: 'ALL',
        appointmentId: ids[0],
        start: `${date}T10:00:00Z`,
        localStart: `${date}T10:00`,
      }),
    ).toEqual(['INVALID_INPUT', 'localStart']);
    // No rule expresses the day after the last Friday.
    expect(
      await refused({ scope: 'ALL', appointmentId: ids[0], localStart: '2040-01-07T09:00' }),
    ).toEqual(['RULE_VIOLATED', 'start']);
    expect([await look(id), await events()]).toEqual(before);
  });

  it('requires permission for all affected appointments', async () => {
    const date = monday();
    const { id, ids } = await create(date);
    await change(gateway, 'rescheduleAppointment', {
      id: ids[3],
      localStart: `${day(date, 21)}T09:00`,
      staffId: fixture.clinic.otherStaffId,
    });
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const [client, staff, publicKey] = await Promise.all([
      gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
      gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
      gateway.key(Role.PUBLIC),
    ]);
    const before = [await look(id), await events()];
    expect(
      await refusal(
        gateway,
        'updateRecurringAppointment',
        { id, scope: 'ALL', note: 'x' },
        other.secretKey,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(gateway, 'cancelRecurringAppointment', { id, scope: 'ALL' }, other.secretKey),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(gateway, 'cancelRecurringAppointment', { id, scope: 'ALL' }, publicKey),
    ).toEqual(['FORBIDDEN', undefined]);
    expect(
      await refusal(gateway, 'updateRecurringAppointment', { id, scope: 'ALL', note: 'x' }, staff),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'scope']);
    expect(
      await refusal(
        gateway,
        'updateRecurringAppointment',
        { id, scope: 'ALL', price: '1.00' },
        client,
      ),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'price']);
    expect(
      await refusal(
        gateway,
        'cancelRecurringAppointment',
        { id, scope: 'ALL', notifyClient: false },
        client,
      ),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'notifyClient']);
    expect(
      await refusal(
        gateway,
        'updateRecurringAppointment',
        { id, scope: 'ALL', appointmentId: ids[0], localStart: `${date}T09:07` },
        client,
      ),
    ).toEqual(['TIME_UNAVAILABLE', 'start']);
    expect([await look(id), await events()]).toEqual(before);
    expect(
      (await update(id, { scope: 'THIS', appointmentId: ids[0], note: 'Mine' }, staff)).userErrors,
    ).toEqual([]);
    expect(
      (
        await update(
          id,
          { scope: 'ALL', appointmentId: ids[0], localStart: `${date}T10:00` },
          client,
        )
      ).userErrors,
    ).toEqual([]);
    expect((await cancel(id, { scope: 'ALL' }, client)).appointments).toHaveLength(5);
  });
}
