import { isOneOf, raw, sql } from '../../../src/db/sql';
import { book, change, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { lockWaits } from './lock-waits';
import type { TestGateway } from '../../support/harness/gateway';
import type { SoftDeletionFixture } from './soft-deletion.fixture';

/** A change of a row by its mutation, and the table and column that mark the row as deleted. */
interface RacingUpdate {
  readonly mutation: string;
  readonly input: (id: string) => object;
  readonly table: string;
}
const UPDATES: Readonly<Record<string, readonly RacingUpdate[]>> = {
  Client: [
    { mutation: 'updateClient', input: (id) => ({ id, firstName: 'Late' }), table: 'client' },
    {
      mutation: 'setViewableClients',
      input: (clientId) => ({ clientId, viewableClientIds: [] }),
      table: 'client',
    },
  ],
  Location: [
    {
      mutation: 'updateLocation',
      input: (id) => ({ id, locationName: 'Late' }),
      table: 'location',
    },
  ],
  Reason: [
    { mutation: 'updateReason', input: (id) => ({ id, reasonDesc: 'Late' }), table: 'reason' },
    ...['Staff', 'Locations', 'AddOns', 'Resources'].map((links) => ({
      mutation: `setReason${links}`,
      input: (reasonId: string) => ({
        reasonId,
        [{ Staff: 'staff', Locations: 'locations', AddOns: 'addOnIds', Resources: 'needs' }[
          links
        ] as string]: [],
      }),
      table: 'reason',
    })),
  ],
  Resource: [
    { mutation: 'updateResource', input: (id) => ({ id, name: 'Late' }), table: 'resource' },
  ],
  ResourceBundle: [
    {
      mutation: 'updateResourceBundle',
      input: (id) => ({ id, name: 'Late' }),
      table: 'resource_bundle',
    },
  ],
  Staff: [{ mutation: 'updateStaff', input: (id) => ({ id, firstName: 'Late' }), table: 'staff' }],
};

/** Interleavings that only a database with several writers has. */
export function racesCases(gateway: TestGateway, fixture: SoftDeletionFixture): void {
  const given = (type: string) => fixture.types.find((one) => one.type === type)!;
  const updates = Object.entries(UPDATES).flatMap(([type, rows]) =>
    rows.map((row) => [type, row.mutation, row] as const),
  );
  const db = () => gateway.gateway.db;

  it('has an update of each type', () => {
    expect(Object.keys(UPDATES)).toEqual(fixture.types.map(({ type }) => type));
  });

  it.each(updates)(
    '%s: %s that waits for a deletion is refused, and changes nothing',
    async (type, mutation, { input, table }) => {
      const id = await given(type).add();
      const row = () =>
        db().all(sql`SELECT * FROM ${raw(table)} WHERE id = ${numberOf(id)} ORDER BY id`);
      const mark = raw(type === 'Reason' ? `status = 'DELETED'` : 'deleted = true');

      const { late } = await db().transaction(async (tx) => {
        await tx.run(
          sql`UPDATE ${raw(table)} SET ${mark}, version = version + 1 WHERE business_id = ${gateway.business.business.rowId} AND id = ${numberOf(id)}`,
        );
        const waiting = change(gateway, mutation, input(id));
        await lockWaits(db(), 1);
        return { late: waiting };
      });
      const { userErrors } = await late;

      expect(userErrors).toMatchObject([{ code: 'RULE_VIOLATED' }]);
      expect(await row()).toEqual([expect.objectContaining({ version: 2 })]);
    },
  );

  it('AppointmentSubStatus: an update that waits for a deletion is refused', async () => {
    const code = `RACE_${fixture.next()}`;
    await change(gateway, 'createAppointmentSubStatus', { code, label: 'x', status: 'OPEN' });

    const pending = await db().transaction(async (tx) => {
      await tx.run(
        sql`UPDATE appointment_sub_status SET deleted = true, version = version + 1 WHERE business_id = ${gateway.business.business.rowId} AND code = ${code}`,
      );
      const late = change(gateway, 'updateAppointmentSubStatus', { code, label: 'Late' });
      await lockWaits(db(), 1);
      return { late };
    });

    expect((await pending.late).userErrors).toMatchObject([{ code: 'RULE_VIOLATED' }]);
  });

  const OWNERS = [
    ['Staff', 'staffId'],
    ['Reason', 'reasonId'],
    ['Location', 'locationId'],
  ] as const;
  const bookings = OWNERS.flatMap(([type, field]) =>
    [false, true].map(
      (override) => [type, override ? 'with' : 'without', field, override] as const,
    ),
  );

  it.each(bookings)(
    '%s: a booking %s a lock that meets its deletion is refused',
    async (type, _with, field, override) => {
      const { clinic } = fixture;
      const id = await given(type).add();
      const { locationId, staffId }: Clinic = { ...clinic, [field]: id };
      if (type === 'Staff')
        await change(gateway, 'createSchedulePeriod', {
          ownerId: id,
          validFrom: '2020-01-01',
          weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'],
          ranges: [{ start: '00:00', end: '24:00' }],
        });
      const reasonId = type === 'Reason' ? id : clinic.reasonId;
      await change(gateway, 'setReasonStaff', {
        reasonId,
        staff: [clinic.staffId, clinic.otherStaffId, staffId].flatMap((one, index, all) =>
          all.indexOf(one) === index ? [{ staffId: one }] : [],
        ),
      });
      const where = { ...clinic, locationId, staffId, reasonId };
      const year = 2035 + bookings.findIndex(([of, , , by]) => of === type && by === override);
      if (type === 'Location')
        await change(gateway, 'updateStaff', { id: staffId, locationIds: [clinic.locationId, id] });
      // The rules of a viewer are cached from its second booking on.
      for (const day of [1, 2, 3, 4]) {
        const earlier = await book(gateway, where, `${year - 14}-05-0${day}T15:00:00Z`, {
          override,
        });
        expect(earlier.userErrors).toEqual([]);
      }

      // The deletion waits in its check, after it has marked the row.
      const { deletion, booking } = await db().transaction(async (tx) => {
        await tx.run(sql`LOCK TABLE class_schedule IN ACCESS EXCLUSIVE MODE`);
        const removing = change(gateway, `delete${type}`, { id });
        await lockWaits(db(), 1);
        const late = book(gateway, where, `${year}-05-07T15:00:00Z`, { override });
        await Promise.race([late, lockWaits(db(), 2)]);
        return { deletion: removing, booking: late };
      });
      const [removed, booked] = await Promise.all([deletion, booking]);
      const open = await db().all(
        sql`SELECT id FROM appointment AS a WHERE ${isOneOf(raw(`a.${type.toLowerCase()}_id`), [numberOf(id)])} AND a.status = 'OPEN' AND a.start_at > ${Date.UTC(2030, 0, 1)}`,
      );

      expect(removed.userErrors).toEqual([]);
      expect(booked.appointment).toBeNull();
      expect(booked.userErrors).toHaveLength(1);
      expect(open).toEqual([]);
    },
  );
}
