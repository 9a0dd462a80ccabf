import { addLocation, change } from '../../support/fixtures/clinic';
import { beforeWriting } from '../../support/fixtures/direct';
import type { TestGateway } from '../../support/harness/gateway';
import type { OptimisticFixture } from './optimistic.fixture';

export function rulesCases(gateway: TestGateway, fixture: OptimisticFixture): void {
  const { free, inputOf, make, warm, kept } = fixture;

  if (gateway.dialect === 'postgres') {
    it('reads once and writes once, with and without a key', async () => {
      for (const input of [{}, { idempotencyKey: 'counted' }]) {
        const { statements, directly } = await make(input);
        expect([
          directly,
          statements.map((text: string) => /^(SELECT|WITH unchanged AS)/.exec(text)?.[0]),
        ]).toEqual([true, ['SELECT', 'WITH unchanged AS']]);
      }
    });

    it('is committed with fifteen concurrent ones in one statement, and sixty-five in two', async () => {
      const people = [fixture.clinic.staffId, fixture.clinic.otherStaffId];
      for (const count of [16, 65]) {
        const start = free();
        fixture.day += count;
        beforeWriting(gateway, async () => undefined, count);
        const wants = Array.from({ length: count }, (_, index) =>
          make({
            staffId: people[index % 2],
            start: new Date(Date.parse(start) + (index >> 1) * 3_600_000).toISOString(),
          }),
        );
        const [first] = await Promise.all(wants);
        expect(
          first!.statements.filter((text: string) => text.startsWith('WITH unchanged AS')),
        ).toHaveLength(Math.ceil(count / 64));
        for (const { userErrors } of await Promise.all(wants)) expect(userErrors).toEqual([]);
      }
    });
  }

  it('is repeated with rules that changed after its decision, and never uses the old ones', async () => {
    const { reasonId, staffId, locationId, roomId } = fixture.clinic;
    const start = '2031-09-01T15:00:00.000Z';
    const cases: [string, object, string, object, string | object][] = [
      [
        'updateStaff',
        { id: staffId, acceptsAppointments: false },
        'updateStaff',
        { id: staffId, acceptsAppointments: true },
        'RULE_VIOLATED',
      ],
      [
        'updateStaff',
        { id: staffId, active: false },
        'updateStaff',
        { id: staffId, active: true },
        'RULE_VIOLATED',
      ],
      [
        'updateLocation',
        { id: locationId, active: false },
        'updateLocation',
        { id: locationId, active: true },
        'RULE_VIOLATED',
      ],
      [
        'updateReason',
        { id: reasonId, status: 'DEACTIVE' },
        'updateReason',
        { id: reasonId, status: 'ACTIVE' },
        'RULE_VIOLATED',
      ],
      [
        'updateReason',
        { id: reasonId, customWorkSchedule: 'CUSTOM_SCHEDULE' },
        'updateReason',
        { id: reasonId, customWorkSchedule: 'ALL_LOCATIONS' },
        'TIME_UNAVAILABLE',
      ],
      [
        'updateReason',
        { id: reasonId, visitMinutes: 90 },
        'updateReason',
        { id: reasonId, visitMinutes: 45 },
        { end: '2031-09-01T16:30:00.000Z' },
      ],
      [
        'updateReason',
        { id: reasonId, bufferAfter: 30 },
        'updateReason',
        { id: reasonId, bufferAfter: 0 },
        { staffEnd: '2031-09-01T16:15:00.000Z' },
      ],
      [
        'updateReason',
        { id: reasonId, price: '12.34' },
        'updateReason',
        { id: reasonId, price: '80.00' },
        { price: '12.34' },
      ],
      [
        'setReasonResources',
        { reasonId, needs: [{ options: [{ id: roomId, units: 1 }] }] },
        'setReasonResources',
        { reasonId, needs: [] },
        { resources: [{ id: roomId }] },
      ],
      [
        'setReasonStaff',
        { reasonId, staff: [{ staffId: fixture.clinic.otherStaffId }] },
        'setReasonStaff',
        { reasonId, staff: [{ staffId }, { staffId: fixture.clinic.otherStaffId }] },
        'TIME_UNAVAILABLE',
      ],
      [
        'updateStaff',
        {
          id: staffId,
          locationIds: [await addLocation(gateway, { locationName: 'Elsewhere', timeZone: 'UTC' })],
        },
        'updateStaff',
        { id: staffId, locationIds: [locationId] },
        'TIME_UNAVAILABLE',
      ],
      [
        'createDateOverride',
        { ownerId: staffId, date: '2031-09-01', ranges: [] },
        'createDateOverride',
        { ownerId: staffId, date: '2031-09-02', ranges: [] },
        'TIME_UNAVAILABLE',
      ],
    ];
    const selection = 'appointment { id version end staffEnd price resources { id } }';
    for (const [index, [mutation, input, back, usual, expected]] of cases.entries()) {
      await warm();
      const before = await kept();
      beforeWriting(gateway, async () =>
        expect((await change(gateway, mutation, input)).userErrors).toEqual([]),
      );
      const { appointment, userErrors } = await change(
        gateway,
        'createAppointment',
        inputOf({ start }),
        selection,
      );
      expect([index, userErrors[0]?.code ?? appointment]).toEqual([
        index,
        typeof expected === 'string'
          ? expected
          : expect.objectContaining({ version: 1, ...expected }),
      ]);
      const written = typeof expected === 'string' ? 0 : 1;
      const claims = written && 'resources' in (expected as object) ? 2 : written;
      expect([index, await kept()]).toEqual([
        index,
        { ...before, appointments: before.appointments + written, claims: before.claims + claims },
      ]);
      if (appointment) await change(gateway, 'cancelAppointment', { id: appointment.id });
      await change(gateway, back, usual);
    }
  });
}
