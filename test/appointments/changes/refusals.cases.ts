import { loadConfig } from '../../../src/config';
import { Role } from '../../../src/context';
import { dataSource } from '../../../src/data-source';
import { BlockedStaff1763700000157 } from '../../../src/db/migrations/1763700000157-blocked-staff';
import { addReason, book, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { NOW } from '../../support/fixtures/messages';
import type { TestGateway } from '../../support/harness/gateway';
import { APPOINTMENT, type ChangesFixture } from './changes.fixture';

export function refusalsCases(gateway: TestGateway, fixture: ChangesFixture): void {
  const { free, minutesAfter, booked, update, look, isFree } = fixture;

  describe('refuses without a write', () => {
    const refused = async (id: string, input: object, expected: [string, string], key?: string) => {
      const before = await look(id);
      expect(await refusal(gateway, 'updateAppointment', { id, ...input }, key)).toEqual(expected);
      expect(await look(id)).toEqual(before);
    };

    it('an occupied room', async () => {
      const start = free();
      const id = await booked(start, { reasonId: fixture.long, resourceIds: [fixture.room] });
      await booked(start, {
        staffId: fixture.clinic.otherStaffId,
        resourceIds: [fixture.otherRoom],
      });
      await refused(id, { resourceIds: [fixture.otherRoom] }, ['TIME_UNAVAILABLE', 'start']);
    });

    it('a reason whose rooms are all occupied, which does not fit before the next appointment, or which its staff do not offer', async () => {
      const start = free();
      const id = await booked(start);
      await booked(minutesAfter(start, 60));
      await refused(id, { reasonId: fixture.long }, ['TIME_UNAVAILABLE', 'start']);
      const others = await booked(minutesAfter(start, 240), {
        staffId: fixture.clinic.otherStaffId,
      });
      await refused(others, { reasonId: fixture.long }, ['TIME_UNAVAILABLE', 'start']);
      const full = await booked(minutesAfter(start, 480));
      await booked(minutesAfter(start, 480), {
        staffId: fixture.clinic.otherStaffId,
        resourceIds: [fixture.room, fixture.otherRoom],
      });
      await refused(full, { reasonId: fixture.long }, ['TIME_UNAVAILABLE', 'start']);
    });

    it('a reason whose quota is used up', async () => {
      const start = free();
      const scarce = await addReason(gateway, {
        reasonDesc: 'Scarce',
        visitMinutes: 15,
        quota: 1,
        quotaType: 'DAY',
        staffIds: [fixture.clinic.staffId],
      });
      await booked(start, { reasonId: scarce });
      const id = await booked(minutesAfter(start, 60));
      await refused(id, { reasonId: scarce }, ['QUOTA_REACHED', 'start']);
    });

    it('contradictory arguments, and statuses that permit no change', async () => {
      const id = await booked(free());
      const stranger = await addReason(gateway, {
        reasonDesc: 'Stranger',
        reasonType: 'ADDON',
        visitMinutes: 5,
      });
      await refused(id, { addOnReasonIds: [stranger] }, ['RULE_VIOLATED', 'addOnReasonIds']);
      await refused(id, { reasonId: fixture.addOn }, ['RULE_VIOLATED', 'reasonId']);
      await refused(id, { reasonId: 'Reason:999999' }, ['NOT_FOUND', 'reasonId']);
      await refused(id, { resourceIds: ['Resource:999999'] }, ['NOT_FOUND', 'resourceIds']);
      await refused(id, { blockedStaffIds: ['Staff:999999'] }, ['NOT_FOUND', 'blockedStaffIds']);
      await refused(id, { reasonId: null }, ['INVALID_INPUT', 'reasonId']);
      await refused(id, { clientConfirmed: true, clientConfirmedAt: null }, [
        'INVALID_INPUT',
        'clientConfirmedAt',
      ]);
      await refused(id, { reasonId: fixture.long, expectedVersion: 9 }, [
        'VERSION_CONFLICT',
        'expectedVersion',
      ]);
      await change(gateway, 'cancelAppointment', { id });
      await refused(id, { reasonId: fixture.long }, ['ILLEGAL_TRANSITION', 'id']);
    });

    it('blocked staff who are occupied, at the booking', async () => {
      const start = free();
      const id = await booked(start, { staffId: fixture.clinic.otherStaffId });
      const { appointment, userErrors } = await book(gateway, fixture.clinic, start, {
        blockedStaffIds: [fixture.clinic.otherStaffId],
      });
      expect([appointment, userErrors[0].code, (await look(id)).version]).toEqual([
        null,
        'TIME_UNAVAILABLE',
        1,
      ]);
    });

    it.each([
      'reasonId',
      'addOnReasonIds',
      'resourceIds',
      'blockedStaffIds',
      'noPreference',
      'clientConfirmedAt',
      'checkedInAt',
      'sendConfirmationToClient',
      'sendConfirmationToStaff',
    ])('a client who sets %s', async (field) => {
      const id = await booked(free());
      const key = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
      const values: Record<string, unknown> = {
        reasonId: fixture.long,
        addOnReasonIds: [fixture.addOn],
        resourceIds: [fixture.room],
        blockedStaffIds: [fixture.nurse],
        noPreference: true,
        clientConfirmedAt: null,
        checkedInAt: null,
      };
      await refused(
        id,
        { [field]: field in values ? values[field] : false },
        ['INSUFFICIENT_PERMISSION', field],
        key,
      );
    });

    it.each(['blockedStaffIds', 'pendingConfirmation'])(
      'a client who books with %s',
      async (field) => {
        const key = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
        const { locationId, reasonId, staffId } = fixture.clinic;
        const start = free();
        const input = {
          locationId,
          reasonId,
          staffId,
          start,
          [field]: field === 'pendingConfirmation' ? true : [fixture.nurse],
        };
        expect(await refusal(gateway, 'createAppointment', input, key)).toEqual([
          'INSUFFICIENT_PERMISSION',
          field,
        ]);
        expect(await isFree(start, {})).toBe(true);
      },
    );
  });

  it('changes it once for an idempotency key; of two concurrent changes to one room one succeeds', async () => {
    const start = free();
    const ids = [
      await booked(start),
      await booked(start, { staffId: fixture.clinic.otherStaffId }),
    ];
    const input = {
      id: ids[0],
      reasonId: fixture.long,
      idempotencyKey: `another reason ${fixture.day}`,
    };

    const versions = [
      (await update(input)).appointment.version,
      (await update(input)).appointment.version,
    ];
    await change(gateway, 'updateAppointment', { id: ids[0], resourceIds: [fixture.room] });
    const rivals = await Promise.all(
      [fixture.otherRoom, fixture.otherRoom].map((id, index) =>
        update({ id: ids[index], resourceIds: [id] }),
      ),
    );

    expect(versions).toEqual([2, 2]);
    expect(rivals.map(({ userErrors }) => userErrors.map(({ code }: any) => code)).sort()).toEqual([
      [],
      ['TIME_UNAVAILABLE'],
    ]);
  });

  it('migrates: additional staff of existing appointments occupy their time', async () => {
    const id = await booked(free(), { additionalStaffIds: [fixture.clinic.otherStaffId] });
    const [source, migration] = [
      await dataSource(loadConfig(gateway.scratch.env)).initialize(),
      new BlockedStaff1763700000157(),
    ];

    try {
      const runner = source.createQueryRunner();
      await migration.down(runner);
      await migration.up(runner);
      await runner.release();
    } finally {
      await source.destroy();
    }

    expect(await look(id)).toMatchObject({
      additionalStaff: [{ id: fixture.clinic.otherStaffId }],
      blockedStaff: [{ id: fixture.clinic.otherStaffId }],
    });
  });

  it('changes a hold, and keeps its time and its expiry', async () => {
    const start = free();
    const { appointment } = await change(
      gateway,
      'holdAppointment',
      {
        reasonId: fixture.clinic.reasonId,
        locationId: fixture.clinic.locationId,
        staffId: fixture.clinic.staffId,
        start,
      },
      'appointment { id holdExpiresAt }',
    );

    expect(
      (
        await update({
          id: appointment.id,
          reasonId: fixture.long,
          blockedStaffIds: [fixture.nurse],
        })
      ).appointment,
    ).toMatchObject({ status: 'PENDING', end: minutesAfter(start, 90) });

    const { appointment: done } = await change(
      gateway,
      'bookAppointment',
      { id: appointment.id, clientId: fixture.clinic.clientId },
      APPOINTMENT,
    );
    expect(done).toMatchObject({
      status: 'OPEN',
      reason: { id: fixture.long },
      blockedStaff: [{ id: fixture.nurse }],
    });
    expect(Date.parse(appointment.holdExpiresAt)).toBeGreaterThan(NOW);
  });
}
