import { Claim } from '../../../src/features/occupancy/claim.entity';
import { sql } from '../../../src/db/sql';
import { insert } from '../../../src/db/table';
import { addReason, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { PreviewFixture } from './preview.fixture';

export function changesCases(gateway: TestGateway, fixture: PreviewFixture): void {
  const { book, hours, add, preview, person } = fixture;

  it('lists appointments outside of shorter hours, other days, an end and a closed day, and changes nothing', async () => {
    const own = await person('p1');
    const id = await add(own.staffId, '09:00', '17:00');
    // Monday 9:00, Monday 16:15 to 17:00, Friday noon, and a Saturday booked with an override.
    for (const start of [
      '2031-02-03T14:00:00Z',
      '2031-02-03T21:15:00Z',
      '2031-02-07T17:00:00Z',
      '2031-02-08T17:00:00Z',
    ])
      expect((await book(gateway, own, start)).userErrors).toEqual([]);
    await change(gateway, 'createTimeOff', {
      staffIds: [own.staffId],
      period: { instants: { start: '2031-02-04T03:00:00Z', end: '2031-02-04T05:00:00Z' } },
      reasonId: await addReason(gateway, {
        reasonDesc: 'Off',
        reasonType: 'PERSONAL',
        visitMinutes: 60,
      }),
    });
    const update = (input: object) => preview({ updateSchedulePeriod: { id, ...input } });
    expect(await update({ ranges: [{ start: '09:00', end: '17:00' }] })).toEqual([
      ['02-08T17:00', true],
    ]);
    expect(await update({ ranges: [{ start: '10:00', end: '16:45' }] })).toEqual([
      ['02-03T14:00', false],
      ['02-03T21:15', false],
      ['02-08T17:00', true],
    ]);
    expect(await update({ weekdays: ['MONDAY', 'SATURDAY'] })).toEqual([['02-07T17:00', false]]);
    expect(
      await update({ effectiveFrom: '2031-02-04', ranges: [{ start: '13:00', end: '17:00' }] }),
    ).toEqual([
      ['02-07T17:00', false],
      ['02-08T17:00', true],
    ]);
    expect(await update({ locationId: fixture.annex })).toHaveLength(4);
    expect(await update({ reasonId: fixture.clinic.reasonId })).toEqual([['02-08T17:00', true]]);
    expect(await preview({ deleteSchedulePeriod: { id, effectiveFrom: '2031-02-05' } })).toEqual([
      ['02-07T17:00', false],
      ['02-08T17:00', true],
    ]);
    expect(await preview({ deleteSchedulePeriod: { id } })).toHaveLength(4);
    expect(
      await preview({
        createDateOverride: {
          ownerId: own.staffId,
          date: '2031-02-03',
          ranges: [{ start: '08:00', end: '12:00' }],
        },
      }),
    ).toEqual([['02-03T21:15', false]]);
    expect(
      await preview({
        createDateOverride: {
          ownerId: own.staffId,
          date: '2031-02-03',
          ranges: [],
          locationId: fixture.annex,
        },
      }),
    ).toEqual([]);
    expect(
      await preview({
        createSchedulePeriod: {
          ownerId: own.staffId,
          ...hours('11:00', '13:00', { weekdays: ['SATURDAY'] }),
        },
      }),
    ).toEqual([]);
    const { schedulePeriods } = await gateway.data(
      `query ($id: ID!) {
        schedulePeriods(filter: { ownerIds: [$id] }) { nodes { id validTo ranges { start end } } }
      }`,
      { id: own.staffId },
    );
    expect(schedulePeriods.nodes).toEqual([
      { id, validTo: null, ranges: [{ start: '09:00', end: '17:00' }] },
    ]);
    const { dateOverride } = await change(
      gateway,
      'createDateOverride',
      { ownerId: own.staffId, date: '2031-02-08', ranges: [{ start: '11:00', end: '13:00' }] },
      'dateOverride { id }',
    );
    expect(await preview({ deleteDateOverride: { id: dateOverride.id } })).toEqual([
      ['02-08T17:00', false],
    ]);
    expect(
      await preview({
        updateDateOverride: { id: dateOverride.id, ranges: [{ start: '12:15', end: '13:00' }] },
      }),
    ).toEqual([['02-08T17:00', false]]);
  });

  it("excludes past, cancelled and other staff's appointments, and includes additional staff", async () => {
    const own = await person('p2');
    const id = await add(own.staffId, '09:00', '17:00', { validFrom: '2020-01-01' });
    await book(gateway, own, '2021-02-01T14:00:00Z');
    const cancelled = (await book(gateway, own, '2031-03-03T14:00:00Z')).appointment.id;
    await change(gateway, 'cancelAppointment', { id: cancelled });
    await book(gateway, fixture.clinic, '2031-03-04T14:00:00Z', {
      additionalStaffIds: [own.staffId],
    });
    await book(gateway, fixture.clinic, '2031-03-05T14:00:00Z');
    expect(await preview({ deleteSchedulePeriod: { id } })).toEqual([['03-04T14:00', false]]);
  });

  it('applies hours of locations, reasons and resources: without hours these are unrestricted', async () => {
    const own = await person('p3');
    const there = {
      ...own,
      locationId: fixture.annex,
      reasonId: await addReason(gateway, { reasonDesc: 'At night', visitMinutes: 45 }),
    };
    const {
      appointment: { id },
    } = await book(gateway, there, '2031-04-08T01:00:00Z');
    await book(gateway, there, '2031-04-08T14:00:00Z');
    expect(
      await preview({
        createDateOverride: { ownerId: fixture.annex, date: '2031-04-08', ranges: [] },
      }),
    ).toEqual([['04-08T14:00', false]]);
    // Monday 21:00 to Tuesday 2:00, on the wall clock.
    expect(
      await preview({
        createSchedulePeriod: { ownerId: fixture.annex, ...hours('20:00', '02:00') },
      }),
    ).toEqual([['04-08T14:00', false]]);
    const period = await add(fixture.annex, '20:00', '02:00');
    expect(await preview({ deleteSchedulePeriod: { id: period } })).toEqual([]);
    const night = { ownerId: there.reasonId, ...hours('20:00', '22:00') };
    expect(await preview({ createSchedulePeriod: night })).toEqual([]);
    await change(gateway, 'updateReason', {
      id: there.reasonId,
      customWorkSchedule: 'CUSTOM_SCHEDULE',
    });
    expect(await preview({ createSchedulePeriod: night })).toEqual([['04-08T14:00', true]]);

    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Sauna', locationId: fixture.annex, quantity: 2 },
      'resource { id }',
    );
    const { db } = gateway.gateway;
    const businessId = gateway.business.business.rowId;
    await db.transaction((tx) =>
      insert(tx, Claim, {
        businessId,
        appointmentId: numberOf(id),
        subjectId: sql`(SELECT subject_id FROM resource WHERE id = ${numberOf(resource.id)})`,
        startMs: Date.parse('2031-04-08T01:00:00Z'),
        endMs: Date.parse('2031-04-08T01:45:00Z'),
        units: 1,
        override: false,
        exclusive: false,
      }),
    );
    expect(
      await preview({ createSchedulePeriod: { ownerId: resource.id, ...hours('08:00', '20:00') } }),
    ).toEqual([['04-08T01:00', false]]);
    expect(
      await preview({ createSchedulePeriod: { ownerId: resource.id, ...hours('08:00', '22:00') } }),
    ).toEqual([]);
  });
}
