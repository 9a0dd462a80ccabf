import { Role } from '../../src/context';
import { Claim } from '../../src/features/occupancy/claim.entity';
import { sql } from '../../src/db/sql';
import { insert } from '../../src/db/table';
import {
  addClinic,
  addLocation,
  addReason,
  book as bookWithin,
  change,
  hire,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const QUERY =
  'query ($input: ScheduleChangeInput!) { previewScheduleChange(input: $input) { totalCount outside { already appointment { start } } } }';
const WEEK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];

onEachDatabase('previewScheduleChange', (gateway) => {
  let clinic: Clinic;
  let annex: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/New_York' });
  });

  /** Books regardless of hours. */
  const book = (_: unknown, whose: Clinic, start: string, input: object = {}) =>
    bookWithin(gateway, whose, start, { override: true, ...input });
  const hours = (from: string, to: string, input: object = {}) => ({
    validFrom: '2031-01-01',
    weekdays: WEEK,
    ranges: [{ start: from, end: to }],
    ...input,
  });
  const add = async (
    ownerId: string,
    from: string,
    to: string,
    input: object = {},
  ): Promise<string> =>
    (
      await change(
        gateway,
        'createSchedulePeriod',
        { ownerId, ...hours(from, to, input) },
        'schedulePeriod { id }',
      )
    ).schedulePeriod.id;
  const preview = async (input: object, key?: string): Promise<[string, boolean][]> => {
    const { previewScheduleChange } = await gateway.data(QUERY, { input }, key ? { key } : {});
    expect(previewScheduleChange.totalCount).toBe(previewScheduleChange.outside.length);
    return previewScheduleChange.outside.map(({ already, appointment }: any) => [
      appointment.start.slice(5, 16),
      already,
    ]);
  };
  const person = async (name: string): Promise<Clinic> => ({
    ...clinic,
    staffId: await hire(
      gateway,
      clinic,
      name,
      'America/New_York',
      [clinic.locationId, annex],
      null,
    ),
  });

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
      start: '2031-02-04T03:00:00Z',
      end: '2031-02-04T05:00:00Z',
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
    expect(await update({ locationId: annex })).toHaveLength(4);
    expect(await update({ reasonId: clinic.reasonId })).toEqual([['02-08T17:00', true]]);
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
          locationId: annex,
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
      'query ($id: ID!) { schedulePeriods(filter: { ownerIds: [$id] }) { nodes { id validTo ranges { start end } } } }',
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
    await book(gateway, clinic, '2031-03-04T14:00:00Z', { additionalStaffIds: [own.staffId] });
    await book(gateway, clinic, '2031-03-05T14:00:00Z');
    expect(await preview({ deleteSchedulePeriod: { id } })).toEqual([['03-04T14:00', false]]);
  });

  it('applies hours of locations, reasons and resources: without hours these are unrestricted', async () => {
    const own = await person('p3');
    const there = {
      ...own,
      locationId: annex,
      reasonId: await addReason(gateway, { reasonDesc: 'At night', visitMinutes: 45 }),
    };
    const {
      appointment: { id },
    } = await book(gateway, there, '2031-04-08T01:00:00Z');
    await book(gateway, there, '2031-04-08T14:00:00Z');
    expect(
      await preview({ createDateOverride: { ownerId: annex, date: '2031-04-08', ranges: [] } }),
    ).toEqual([['04-08T14:00', false]]);
    // Monday 21:00 to Tuesday 2:00, on the wall clock.
    expect(
      await preview({ createSchedulePeriod: { ownerId: annex, ...hours('20:00', '02:00') } }),
    ).toEqual([['04-08T14:00', false]]);
    const period = await add(annex, '20:00', '02:00');
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
      { name: 'Sauna', locationId: annex, quantity: 2 },
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

  it('is permitted to callers who may make the change, shows visible appointments only, and reports input errors', async () => {
    const own = await person('p4');
    const id = await add(own.staffId, '09:00', '17:00');
    await book(gateway, own, '2031-05-05T14:00:00Z');
    await book(gateway, { ...own, locationId: annex }, '2031-05-06T14:00:00Z');
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(own.staffId) });
    const superUser = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(annex)],
    });
    expect(await preview({ deleteSchedulePeriod: { id } }, user)).toHaveLength(2);
    expect(
      await preview(
        {
          createDateOverride: {
            ownerId: own.staffId,
            date: '2031-05-06',
            ranges: [],
            locationId: annex,
          },
        },
        superUser,
      ),
    ).toEqual([['05-06T14:00', false]]);
    const refused = async (input: object, key?: string) => {
      const { extensions } = (await gateway.run(QUERY, { input }, key ? { key } : {})).errors![0]!;
      return [extensions.code, ...(extensions.path ?? extensions.violations?.[0]?.path ?? [])];
    };
    expect(await refused({ deleteSchedulePeriod: { id } }, superUser)).toEqual([
      'FORBIDDEN',
      'input',
      'deleteSchedulePeriod',
      'id',
    ]);
    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    expect(await refused({ deleteSchedulePeriod: { id } }, foreign)).toEqual([
      'NOT_FOUND',
      'input',
      'deleteSchedulePeriod',
      'id',
    ]);
    for (const key of [
      gateway.business.publishableKey,
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
    ]) {
      expect(
        await refused(
          { createDateOverride: { ownerId: annex, date: '2031-05-06', ranges: [] } },
          key,
        ),
      ).toEqual(['FORBIDDEN', 'input', 'createDateOverride', 'ownerId']);
    }
    expect(await refused({})).toEqual(['BAD_USER_INPUT', 'input']);
    expect(await refused({ deleteSchedulePeriod: { id }, deleteDateOverride: { id } })).toEqual([
      'BAD_USER_INPUT',
      'input',
    ]);
    expect(
      await refused({
        createSchedulePeriod: {
          ownerId: own.staffId,
          ...hours('09:00', '17:00', { weekdays: [] }),
        },
      }),
    ).toEqual(['BAD_USER_INPUT', 'createSchedulePeriod', 'weekdays']);
    expect(
      await refused({
        createSchedulePeriod: {
          ownerId: own.staffId,
          ...hours('09:00', '17:00', { validTo: '2030-01-01' }),
        },
      }),
    ).toEqual(['BAD_USER_INPUT', 'input', 'createSchedulePeriod', 'validTo']);
  });

  it('examines many appointments in few statements', async () => {
    const own = await person('p5');
    const id = await add(own.staffId, '09:00', '10:00');
    for (let day = 1; day <= 20; day += 1)
      await book(gateway, own, `2031-06-${String(day).padStart(2, '0')}T18:00:00Z`);
    const { data, statements } = await gateway.counted(QUERY, {
      input: { deleteSchedulePeriod: { id } },
    });
    expect(data.previewScheduleChange.totalCount).toBe(20);
    expect(statements.length).toBeLessThanOrEqual(7);
  });
});
