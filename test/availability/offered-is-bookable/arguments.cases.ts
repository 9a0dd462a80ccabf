import { randomOf, SEED } from '../../support/fixtures/random';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import { DAY, type OfferedIsBookableFixture } from './offered-is-bookable.fixture';

export function argumentsCases(gateway: TestGateway, fixture: OfferedIsBookableFixture): void {
  const { staff, things, keys, make, offered, starts, ROLES } = fixture;

  const count = async () =>
    (await gateway.data('{ appointments(filter: { statuses: [OPEN, PENDING] }) { totalCount } }'))
      .appointments.totalCount;

  /**
   * Asserts that each offered candidate is booked, and that each other one is refused with the code
   * that availability implies.
   */
  async function agree(
    role: string,
    input: any,
    random: ReturnType<typeof randomOf>,
    seen: Record<string, number>,
  ): Promise<void> {
    const { code, times } = await offered(input, keys[role] as string);
    const { staffIds, ...others } = input;
    const said = JSON.stringify([role, input]);
    if (code !== null) {
      const start = `${DAY}T11:00:00Z`;
      expect([said, await make({ ...others, candidateStaffIds: staffIds, start }, role)]).toEqual([
        said,
        code,
      ]);
      seen.refused = (seen.refused ?? 0) + 1;
      return;
    }
    const before = await count();
    // Staff of other locations do not exist for a location super user.
    const isElsewhere = role === 'LOCATION_SUPER_USER elsewhere';
    const unavailable = new Set<string | null>([
      'TIME_UNAVAILABLE',
      ...(isElsewhere ? ['NOT_FOUND'] : []),
    ]);
    const candidates = (staffIds ?? staff).filter(
      (id: string) => !input.additionalStaffIds?.includes(id),
    );
    const all = starts(`${DAY}T07:00:00Z`, 9).flatMap((start) =>
      candidates.map((staffId: string) => ({ start, staffId })),
    );
    const isOffered = ({ start, staffId }: { start: string; staffId: string }) =>
      times.get(start)?.includes(staffId) ?? false;
    const sample = [all.filter(isOffered), all.filter((one) => !isOffered(one))].flatMap((some) =>
      some.length ? [random.of(some), random.of(some)] : [],
    );
    for (const one of sample) {
      const refused = await make({ ...others, ...one }, role, true);
      expect([
        said,
        one,
        isOffered(one) ? refused === null : unavailable.has(refused),
        refused,
      ]).toEqual([said, one, true, refused]);
      const kind = isOffered(one) ? 'booked' : 'unavailable';
      seen[kind] = (seen[kind] ?? 0) + 1;
    }
    const [first] = times.keys();
    if (first && staffIds)
      expect([
        said,
        await make({ ...others, candidateStaffIds: staffIds, start: first }, role, true),
      ]).toEqual([said, null]);
    expect(await count()).toBe(before);
  }

  it.each(ROLES)('on every argument, for %s', async (role) => {
    const random = randomOf(SEED + ROLES.indexOf(role));
    const seen: Record<string, number> = {};
    const base = { reasonId: fixture.cut, locationId: fixture.here };
    for (const input of [
      { additionalStaffIds: [staff[1]] },
      { additionalStaffIds: [] },
      { staffIds: [staff[0]], additionalStaffIds: [staff[0]] },
      { additionalStaffIds: staff },
      { resourceIds: [things.x, things.y] },
      { resourceIds: [things.y, things.x] },
      { resourceIds: [things.z] },
      { resourceIds: [things.away] },
      { addOnReasonIds: [fixture.addOn] },
      { addOnReasonIds: [fixture.otherAddOn] },
      { durationMinutes: 90 },
      { durationMinutes: 75 },
      { durationMinutes: 1_500 },
      { locationId: fixture.there },
      { seats: 2 },
      { reasonId: fixture.addOn },
    ])
      await agree(role, { ...base, ...input }, random, seen);
    const pick = <T>(...options: (T | undefined)[]): T | undefined => random.of(options);
    for (let turn = 0; turn < 6; turn += 1) {
      await agree(
        role,
        JSON.parse(
          JSON.stringify({
            ...base,
            locationId: pick(fixture.here, fixture.here, fixture.there),
            staffIds: pick(undefined, [staff[0]], [staff[2], staff[1]], staff),
            resourceIds: pick(
              undefined,
              [things.x],
              [things.z, things.y],
              [things.y, things.z, things.x],
            ),
            addOnReasonIds: pick(undefined, [fixture.addOn]),
            durationMinutes: pick(undefined, 90, 60),
            additionalStaffIds: pick<string[]>(undefined, undefined, [staff[2] as string]),
          }),
        ),
        random,
        seen,
      );
    }
    if (role !== 'LOCATION_SUPER_USER elsewhere')
      expect(Math.min(seen.booked ?? 0, seen.unavailable ?? 0, seen.refused ?? 0)).toBeGreaterThan(
        2,
      );
    await expectIntegrity(gateway);
  });

  it('in any order of resources', async () => {
    const of = async (resourceIds: (string | undefined)[]) => [
      ...(
        await offered(
          { reasonId: fixture.cut, locationId: fixture.here, resourceIds },
          keys.CLIENT as string,
        )
      ).times,
    ];
    const [one, other] = [await of([things.x, things.y]), await of([things.y, things.x])];
    expect(one.length).toBeGreaterThan(3);
    expect(other).toEqual(one);
  });
}
