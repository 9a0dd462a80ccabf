import { addHours, addReason, addStaff, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ExplanationFixture } from './explanation.fixture';

export function rulesCases(gateway: TestGateway, fixture: ExplanationFixture): void {
  const { ask, rulesOf } = fixture;

  it('covers every rule', async () => {
    const one = { staffIds: [fixture.clinic.staffId] };
    expect(await rulesOf({ ...one, start: '2031-02-04T14:07:00Z' })).toEqual([['NOT_ALIGNED']]);
    expect(
      await rulesOf({ ...one, start: '2031-02-04T14:07:00Z' }, gateway.business.secretKey),
    ).toEqual([[]]);
    expect(await rulesOf({ ...one, start: '2031-01-29T15:00:00Z' })).toEqual([['NOTICE']]);
    expect(await rulesOf({ ...one, start: '2031-02-04T02:00:00Z' })).toEqual([
      ['STAFF_NOT_WORKING'],
    ]);
    const reason = async (input: object) =>
      addReason(gateway, {
        reasonDesc: 'R',
        visitMinutes: 60,
        staffIds: [fixture.clinic.staffId],
        ...input,
      });
    expect(
      await rulesOf({
        ...one,
        reasonId: await reason({ apptDayMax: 3 }),
        start: '2031-02-04T15:00:00Z',
      }),
    ).toEqual([['HORIZON']]);
    expect(
      await rulesOf({
        ...one,
        reasonId: await reason({ apptHrMin: 400 }),
        start: '2031-02-04T15:00:00Z',
      }),
    ).toEqual([['NOTICE']]);
    expect(
      await rulesOf({
        staffIds: [fixture.clinic.otherStaffId],
        reasonId: await reason({}),
        start: '2031-02-04T15:00:00Z',
      }),
    ).toEqual([['STAFF_NOT_ASSIGNED']]);
    const custom = await reason({ customWorkSchedule: 'CUSTOM_SCHEDULE' });
    await addHours(gateway, custom, { ranges: [{ start: '10:00', end: '12:00' }] });
    expect(await rulesOf({ ...one, reasonId: custom, start: '2031-02-04T19:00:00Z' })).toEqual([
      ['REASON_NOT_OFFERED'],
    ]);
    const selected = await reason({ customWorkSchedule: 'SELECTED_LOCATIONS' });
    expect(await rulesOf({ ...one, reasonId: selected, start: '2031-02-04T15:00:00Z' })).toEqual([
      ['REASON_NOT_AT_LOCATION'],
    ]);
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Laser', quantity: 1, locationId: fixture.clinic.locationId },
      'resource { id }',
    );
    const laser = await reason({});
    await change(gateway, 'setReasonResources', {
      reasonId: laser,
      needs: [{ options: [{ id: resource.id, units: 1 }] }],
    });
    await change(gateway, 'createDateOverride', {
      ownerId: resource.id,
      date: '2031-02-05',
      ranges: [],
    });
    const closedLaser = { ...one, reasonId: laser, start: '2031-02-05T15:00:00Z' };
    expect((await ask(closedLaser)).candidates[0].refusals).toMatchObject([
      {
        rule: 'RESOURCE_TAKEN',
        row: { __typename: 'Resource', id: resource.id },
        resources: [{ name: 'Laser' }],
      },
    ]);
    expect((await ask(closedLaser, fixture.clientKey)).candidates[0].refusals).toMatchObject([
      { rule: 'RESOURCE_TAKEN', row: null, resources: [] },
    ]);
    const { dateOverride } = await change(
      gateway,
      'createDateOverride',
      {
        ownerId: fixture.clinic.locationId,
        date: '2031-02-06',
        ranges: [{ start: '13:00', end: '14:00' }],
      },
      'dateOverride { id }',
    );
    const closed = (await ask({ ...one, start: '2031-02-06T15:00:00Z' })).candidates[0];
    expect(closed.refusals).toMatchObject([
      { rule: 'LOCATION_CLOSED', row: { __typename: 'DateOverride', id: dateOverride.id } },
    ]);
    expect(closed.smallestChange).toMatchObject({ kind: 'START' });
    await change(gateway, 'updateClient', { id: fixture.otherClient, status: 'BLACKLISTED' });
    expect(
      await rulesOf(
        { ...one, clientId: fixture.otherClient, start: '2031-02-04T15:00:00Z' },
        gateway.business.secretKey,
      ),
    ).toEqual([['CLIENT_CANNOT_BOOK']]);
    const gone = await addStaff(gateway, 'gone', 'America/New_York', [fixture.clinic.locationId]);
    await addHours(gateway, gone);
    await change(gateway, 'updateStaff', { id: gone, acceptsAppointments: false });
    expect(
      (
        await rulesOf(
          { staffIds: [gone], start: '2031-02-04T15:00:00Z' },
          gateway.business.secretKey,
        )
      )[0],
    ).toContain('STAFF_INACTIVE');
  });
}
