import { addHours, addReason, addStaff, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { MINUTE, type AvailabilityFixture } from './availability.fixture';

export function limitsCases(gateway: TestGateway, fixture: AvailabilityFixture): void {
  const { NOW, QUERY, ask, short } = fixture;

  it('offers no times of closed locations and staff, nor outside the hours of the location', async () => {
    await gateway.data(
      `mutation ($input: CreateDateOverrideInput!) {
        createDateOverride(input: $input) { userErrors { code } }
      }`,
      { input: { ownerId: fixture.alice, date: '2031-02-19', ranges: [] } },
    );
    expect((await ask({ from: '2031-02-19', to: '2031-02-19' })).availableTimes.nodes).toEqual([]);
    await gateway.data(
      `mutation ($input: CreateDateOverrideInput!) {
        createDateOverride(input: $input) { userErrors { code } }
      }`,
      {
        input: {
          ownerId: fixture.locationId,
          date: '2031-02-20',
          ranges: [{ start: '10:00', end: '11:30' }],
        },
      },
    );
    expect(short(await ask({ from: '2031-02-20', to: '2031-02-20' }))).toEqual([
      '20T09:00',
      '20T09:30',
    ]);
    const absent = await addStaff(gateway, 'no-hours', 'Europe/Berlin', [fixture.locationId]);
    const own = await addReason(gateway, {
      reasonDesc: 'Own',
      visitMinutes: 60,
      staffIds: [absent],
    });
    expect(
      (await ask({ reasonId: own, from: '2031-02-03', to: '2031-02-28' })).availableTimes.nodes,
    ).toEqual([]);
  });

  it('excludes the time of a hold until it expires', async () => {
    const { appointment } = await change(
      gateway,
      'holdAppointment',
      {
        locationId: fixture.locationId,
        reasonId: fixture.reasonId,
        staffId: fixture.alice,
        start: '2031-02-05T09:00:00Z',
      },
      'appointment { id }',
      fixture.clientKey,
    );
    expect(appointment).not.toBeNull();
    const morning = async () =>
      short(await ask({ from: '2031-02-05', to: '2031-02-05' })).filter(
        (start: string) => start < '05T12',
      );
    expect(await morning()).not.toContain('05T09:00');
    gateway.time = NOW + 10 * MINUTE;
    expect(await morning()).toContain('05T09:00');
  });

  it('takes as many statements for many staff as for one', async () => {
    const of = async (staffIds: string[]) =>
      (
        await gateway.counted(QUERY, {
          input: {
            reasonId: fixture.reasonId,
            locationId: fixture.locationId,
            from: '2031-02-03',
            to: '2031-03-05',
            staffIds,
          },
        })
      ).statements.length;
    const [one, two] = [await of([fixture.alice]), await of([fixture.alice, fixture.bob])];
    expect(two).toBe(one);
    if (gateway.dialect === 'postgres') expect(one).toBeLessThanOrEqual(8);
  });

  it('limits its result by times, and by the product of staff and time', async () => {
    const crowd = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        addStaff(gateway, `crowd-${index}`, 'UTC', [fixture.locationId]),
      ),
    );
    for (const id of crowd) await addHours(gateway, id);
    const quick = await addReason(gateway, {
      reasonDesc: 'Quick',
      visitMinutes: 1,
      slotStepMinutes: 1,
      staffIds: crowd,
    });
    const of = (
      to: string,
      people: number,
      selection = 'availableTimes(first: 1000) { totalCount } days',
    ) =>
      gateway.run(
        `query ($input: AvailabilityInput!) { availability(input: $input) { ${selection} } }`,
        {
          input: {
            reasonId: quick,
            locationId: fixture.locationId,
            from: '2031-02-01',
            to,
            staffIds: crowd.slice(0, people),
            timeZone: 'UTC',
          },
        },
      );
    const { data } = await of('2031-02-06', 11);
    expect([data.availability.availableTimes.totalCount, data.availability.days.length]).toEqual([
      6 * 24 * 60,
      6,
    ]);
    // Each field that needs all times is refused.
    const refused = (what: string) =>
      ['availableTimes', 'days'].map((field) => ({
        message: `This answer has more ${what}. Request fewer days or staff.`,
        path: ['availability', field],
        extensions: { code: 'QUERY_TOO_COMPLEX', path: ['input', 'to'] },
      }));
    expect((await of('2031-02-07', 1)).errors).toMatchObject(
      refused('times than the limit of 10000'),
    );
    expect((await of('2031-02-06', 12)).errors).toMatchObject(
      refused('units of staff and time than the limit of 100000'),
    );
    // The first time needs no other one.
    const first = await of(
      '2031-02-07',
      12,
      'firstAvailable { start offers { price { amount } } }',
    );
    expect([first.errors, first.data]).toEqual([
      undefined,
      {
        availability: {
          firstAvailable: {
            start: '2031-02-01T00:00:00.000Z',
            offers: crowd.map(() => ({ price: null })),
          },
        },
      },
    ]);
    // An explanation for one of many staff is returned.
    const { explainAvailability: answer } = await gateway.data(
      `query ($input: ExplainAvailabilityInput!) {
        explainAvailability(input: $input) {
          bookable candidates { bookable } nearestTimes { start }
        }
      }`,
      {
        input: {
          reasonId: quick,
          locationId: fixture.locationId,
          start: '2031-02-14T12:00:00Z',
          staffIds: crowd,
        },
      },
    );
    expect([answer.bookable, answer.candidates.length]).toEqual([true, 12]);
    expect(answer.nearestTimes.map(({ start }: any) => start.slice(11, 16))).toEqual([
      '11:57',
      '11:58',
      '11:59',
      '12:01',
      '12:02',
      '12:03',
    ]);
  });

  it('reads staff and reasons only if they are selected', async () => {
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Chair', quantity: 1, locationId: fixture.locationId },
      'resource { id }',
    );
    const seated = await addReason(gateway, {
      reasonDesc: 'Seated',
      visitMinutes: 60,
      staffIds: [fixture.alice],
    });
    await change(gateway, 'setReasonResources', {
      reasonId: seated,
      needs: [{ options: [{ id: resource.id, units: 1 }] }],
    });
    const of = async (selection: string) => {
      const { data, statements } = await gateway.counted(
        `query ($input: AvailabilityInput!) {
          availability(input: $input) { availableTimes(first: 1000) { nodes { start ${selection} } } }
        }`,
        {
          input: {
            reasonId: seated,
            locationId: fixture.locationId,
            from: '2031-02-03',
            to: '2031-02-07',
          },
        },
        { key: fixture.clientKey },
      );
      return [
        data.availability.availableTimes.nodes.length > 0,
        statements.filter((text) => text.includes('FROM "resource" AS "a"')).length,
      ];
    };
    // The rows, and their columns that the client may read.
    expect([await of(''), await of('units { resources { name } }')]).toEqual([
      [true, 0],
      [true, 2],
    ]);
  });

  it('refuses invalid arguments, and ids of other businesses', async () => {
    const code = async (input: object, key = fixture.publicKey) =>
      (
        await gateway.run(
          QUERY,
          {
            input: {
              reasonId: fixture.reasonId,
              locationId: fixture.locationId,
              from: '2031-02-03',
              to: '2031-02-03',
              ...input,
            },
          },
          { key },
        )
      ).errors?.[0]?.extensions.code;
    for (const input of [
      { to: '2031-02-02' },
      { to: '2031-05-01' },
      { durationMinutes: 7 },
      { timeZone: 'Mars/Olympus' },
      { timeZone: 'UTC', tzOffset: 60 },
      { reasonId: fixture.locationId },
    ]) {
      expect([input, await code(input)]).toEqual([input, 'BAD_USER_INPUT']);
    }
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await code({}, secretKey)).toBe('NOT_FOUND');
    expect(await code({})).toBeUndefined();
  });
}
