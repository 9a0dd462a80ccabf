import { Claim } from '../../src/features/occupancy/claim.entity';
import { breaches } from '../../src/features/occupancy/integrity';
import { sql } from '../../src/db/sql';
import { insert } from '../../src/db/table';
import { addReason, change, refusal } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import type { TestGateway } from '../support/harness/gateway';
import type { ResourcesFixture } from './resources.fixture';

export function quantityCases(gateway: TestGateway, fixture: ResourcesFixture): void {
  const { add, read } = fixture;

  it('keep the quantity that a concurrent booking occupies, until it ends', async () => {
    const rowers = await add({ name: 'Rower', quantity: 3, locationId: fixture.clinic.locationId });
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Rowing',
      visitMinutes: 60,
      staffIds: [fixture.clinic.staffId],
    });
    await change(gateway, 'setReasonResources', {
      reasonId,
      needs: [{ options: [{ id: rowers, units: 2 }] }],
    });
    const [start, end] = ['2031-03-03T15:00:00.000Z', '2031-03-03T16:00:00.000Z'];
    expect(
      (
        await change(
          gateway,
          'createAppointment',
          {
            reasonId,
            locationId: fixture.clinic.locationId,
            staffId: fixture.clinic.staffId,
            clientId: fixture.clinic.clientId,
            start,
          },
          'appointment { id }',
        )
      ).userErrors,
    ).toEqual([]);
    const quantity = async () => (await read(rowers)).quantity;

    for (const time of [Date.parse(start), Date.parse(start) + 60_000, Date.parse(end) - 1]) {
      gateway.time = time;
      expect([time, await refusal(gateway, 'updateResource', { id: rowers, quantity: 1 })]).toEqual(
        [time, ['RULE_VIOLATED', 'quantity']],
      );
      expect(await quantity()).toBe(3);
    }
    expect(await refusal(gateway, 'updateResource', { id: rowers, quantity: 2 })).toEqual([
      undefined,
      undefined,
    ]);
    gateway.time = Date.parse(end);
    expect(await refusal(gateway, 'updateResource', { id: rowers, quantity: 1 })).toEqual([
      undefined,
      undefined,
    ]);
    expect(await quantity()).toBe(1);
    gateway.time = null;
  });

  it('are stored with their quantity, at the primary location by default', async () => {
    expect(await read(fixture.treadmills)).toEqual({
      id: fixture.treadmills,
      resourceId: numberOf(fixture.treadmills),
      name: 'Treadmill',
      description: 'In the hall',
      quantity: 3,
      active: true,
      location: { locationName: 'Office a' },
    });
    expect((await read(await add({ name: 'Anywhere' }))).location.locationName).toBe('Office a');
    const { resource } = await change(
      gateway,
      'updateResource',
      { id: fixture.treadmills, quantity: 4, description: null },
      'resource { quantity description }',
    );
    expect(resource).toEqual({ quantity: 4, description: null });
    const [subject] = await gateway.gateway.db.all<{ capacity: number; kind: string }>(sql`
      SELECT s.capacity, s.kind FROM resource AS r JOIN subject AS s ON s.business_id = r.business_id AND s.id = r.subject_id WHERE r.id = ${numberOf(fixture.treadmills)}`);
    expect(subject).toEqual({ capacity: 4, kind: 'RESOURCE' });
    await change(gateway, 'updateResource', { id: fixture.treadmills, quantity: 3 });
  });

  it('are found by name, location and status, in one statement with their locations', async () => {
    const away = await add({ name: 'Annex room', locationId: fixture.annex });
    await change(gateway, 'updateResource', { id: away, active: false });
    const names = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: ResourceFilter) { resources(filter: $filter) { nodes { name } } }',
          { filter },
        )
      ).resources.nodes.map(({ name }: any) => name);
    expect(await names({ locationIds: [fixture.annex] })).toEqual(['Annex room']);
    expect(await names({ active: true, search: 'ROOM' })).toEqual(['Room 1']);
    expect(await names({ ids: [fixture.room, fixture.treadmills] })).toEqual([
      'Room 1',
      'Treadmill',
    ]);
    expect(
      (
        await gateway.counted(
          '{ resources { totalCount nodes { name location { locationName } } } }',
        )
      ).statements,
    ).toHaveLength(1);
    const { location } = await gateway.data(
      `query ($id: ID!) {
        location(id: $id) { resources(filter: { active: false }) { nodes { name } } }
        nodes(ids: [$id]) { id }
      }`,
      { id: fixture.annex },
    );
    expect(location.resources.nodes).toEqual([{ name: 'Annex room' }]);
  });

  it('never become fewer than are booked at one future instant, and verify reports since when there are fewer', async () => {
    const bikes = await add({ name: 'Bike', quantity: 4 });
    const { db } = gateway.gateway;
    const businessId = gateway.business.business.rowId;
    const [{ subjectId } = { subjectId: 0 }] = await db.all<{ subjectId: number }>(
      sql`SELECT subject_id AS "subjectId" FROM resource WHERE id = ${numberOf(bikes)}`,
    );
    const now = Date.now();
    const claim = (appointmentId: number, startMs: number, endMs: number, units: number) =>
      db.transaction((tx) =>
        insert(tx, Claim, {
          businessId,
          appointmentId,
          subjectId,
          startMs: now + startMs,
          endMs: now + endMs,
          units,
          override: false,
          exclusive: false,
        }),
      );
    await claim(9001, -2000, -1000, 4);
    await claim(9002, 3_600_000, 7_200_000, 2);
    await claim(9003, 7_000_000, 9_000_000, 1);
    expect(await refusal(gateway, 'updateResource', { id: bikes, quantity: 2 })).toEqual([
      'RULE_VIOLATED',
      'quantity',
    ]);
    expect((await read(bikes)).quantity).toBe(4);
    expect(
      (await change(gateway, 'updateResource', { id: bikes, quantity: 3 })).userErrors,
    ).toEqual([]);
    expect((await breaches(db)).breaches).toEqual([]);
    await claim(9004, 9_000_000, 9_500_000, 3);
    expect(
      await claim(9005, 9_100_000, 9_200_000, 1).then(
        () => 'let in',
        () => 'refused',
      ),
    ).toBe('refused');
    await db.transaction((tx) =>
      tx.run(
        sql`UPDATE subject SET capacity = 2 WHERE business_id = ${businessId} AND id = ${subjectId}`,
      ),
    );
    expect((await breaches(db)).breaches.map(({ appointmentIds }) => appointmentIds)).toEqual([
      [9002, 9003],
      [9004],
    ]);
    await db.transaction((tx) =>
      tx.run(
        sql`DELETE FROM claim WHERE business_id = ${businessId} AND subject_id = ${subjectId}`,
      ),
    );
  });
}
