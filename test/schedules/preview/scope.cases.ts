import { Role } from '../../../src/context';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { QUERY, type PreviewFixture } from './preview.fixture';

export function scopeCases(gateway: TestGateway, fixture: PreviewFixture): void {
  const { book, hours, add, preview, person } = fixture;

  it('is permitted to callers who may make the change, shows visible appointments only, and reports input errors', async () => {
    const own = await person('p4');
    const id = await add(own.staffId, '09:00', '17:00');
    await book(gateway, own, '2031-05-05T14:00:00Z');
    await book(gateway, { ...own, locationId: fixture.annex }, '2031-05-06T14:00:00Z');
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(own.staffId) });
    const superUser = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(fixture.annex)],
    });
    expect(await preview({ deleteSchedulePeriod: { id } }, user)).toHaveLength(2);
    expect(
      await preview(
        {
          createDateOverride: {
            ownerId: own.staffId,
            date: '2031-05-06',
            ranges: [],
            locationId: fixture.annex,
          },
        },
        superUser,
      ),
    ).toEqual([['05-06T14:00', false]]);
    const refused = async (input: object, key?: string) => {
      const { extensions } = (await gateway.run(QUERY, { input }, key ? { key } : {})).errors![0]!;
      return [extensions.code, ...(extensions.path ?? [])];
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
      await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
    ]) {
      expect(
        await refused(
          { createDateOverride: { ownerId: fixture.annex, date: '2031-05-06', ranges: [] } },
          key,
        ),
      ).toEqual(['FORBIDDEN']);
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
    ).toEqual(['BAD_USER_INPUT', 'input', 'createSchedulePeriod', 'weekdays']);
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
}
