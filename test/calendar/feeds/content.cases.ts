import { addClient, addReason, book, change, hire } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { FeedsFixture } from './feeds.fixture';

export function contentCases(gateway: TestGateway, fixture: FeedsFixture): void {
  const { make, get, feed, summaries, urlsTo } = fixture;

  it('shows client names to staff, no client data to the public, and their own appointments to clients', async () => {
    const { appointment } = await book(gateway, fixture.clinic, '2031-03-08T14:00:00Z', {
      note: 'Allergic to penicillin',
    });
    const holiday = await addReason(gateway, {
      reasonDesc: 'Funeral',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
    });
    await change(gateway, 'createTimeOff', {
      staffIds: [fixture.clinic.staffId],
      period: { instants: { start: '2031-03-09T14:00:00Z', end: '2031-03-09T18:00:00Z' } },
      note: 'Private',
      reasonId: holiday,
    });
    const hidden = await addReason(gateway, {
      reasonDesc: 'Rehab',
      visitMinutes: 30,
      allowOnline: false,
      staffIds: [fixture.clinic.staffId],
    });
    await book(gateway, { ...fixture.clinic, reasonId: hidden }, '2031-03-10T14:00:00Z', {
      meetingUrl: 'https://meet.example/x',
    });
    await change(gateway, 'holdAppointment', {
      locationId: fixture.clinic.locationId,
      reasonId: fixture.clinic.reasonId,
      staffId: fixture.clinic.staffId,
      start: '2031-03-11T14:00:00Z',
    });
    const cancelled = (await book(gateway, fixture.clinic, '2031-03-12T14:00:00Z')).appointment.id;
    const stranger = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
      cellPhone: '+12125550123',
    });
    await book(gateway, { ...fixture.clinic, clientId: stranger }, '2031-03-13T13:00:00Z', {
      additionalStaffIds: [fixture.clinic.otherStaffId],
    });

    const [ofStaff, ofLocation, ofClient] = (await urlsTo(undefined)) as [string, string, string];
    expect(await summaries(ofStaff)).toEqual([
      'Jon Snow a: Check-up a',
      'Busy',
      'Jon Snow a: Rehab',
      'Jon Snow a: Check-up a',
      'Arya Stark: Check-up a',
    ]);
    await change(gateway, 'cancelAppointment', { id: cancelled });
    expect(await summaries(ofStaff)).toEqual([
      'Jon Snow a: Check-up a',
      'Busy',
      'Jon Snow a: Rehab',
      'Arya Stark: Check-up a',
    ]);
    expect(await summaries(ofLocation)).toEqual(['Check-up a', 'Busy', 'Busy', 'Check-up a']);
    expect(await summaries(ofClient)).toEqual([
      'Check-up a (drjones-a Jones)',
      'Rehab (drjones-a Jones)',
    ]);
    expect(await summaries(await make(fixture.clinic.otherStaffId))).toEqual([
      'Arya Stark: Check-up a',
    ]);

    for (const url of [ofStaff, ofLocation, ofClient]) {
      expect(await (await get(url)).text()).not.toMatch(
        /castleblack|winterfell|2125550123|penicillin|Private|Funeral|@example/i,
      );
    }
    expect(await (await get(ofLocation)).text()).not.toMatch(/Snow|Arya|Stark|meet\.example|Rehab/);
    const [event] = (await feed(ofStaff)).events;
    const { version, createdAt } = (
      await gateway.data('query ($id: ID!) { appointment(id: $id) { version createdAt } }', {
        id: appointment.id,
      })
    ).appointment;
    expect([
      event!.start,
      event!.end,
      event!.value('status'),
      event!.value('location'),
      event!.value('uid'),
      event!.value('sequence'),
    ]).toEqual([
      Date.parse('2031-03-08T14:00:00Z'),
      Date.parse('2031-03-08T14:45:00Z'),
      'CONFIRMED',
      'Office a, 1 Main Street, 10001 New York',
      `${gateway.business.business.rowId}-${numberOf(appointment.id)}-${Date.parse(createdAt).toString(36)}@slotgraph`,
      String(version - 1),
    ]);
    await change(gateway, 'rescheduleAppointment', {
      id: appointment.id,
      start: '2031-03-09T19:00:00Z',
    });
    const moved = (await feed(ofClient)).events.find(
      ({ value }) => value('uid') === event!.value('uid'),
    );
    expect([moved!.start, moved!.value('sequence')]).toEqual([
      Date.parse('2031-03-09T19:00:00Z'),
      '1',
    ]);
  });

  it('excludes the address of a client from the feed of the location', async () => {
    const locationId = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'At home', timeZone: 'Europe/Berlin', locationType: 'VARIABLE' },
        'location { id }',
      )
    ).location.id;
    await book(gateway, { ...fixture.clinic, locationId }, '2031-03-20T14:00:00Z', {
      address: 'Winterfell 1',
      override: true,
    });
    const places = async (url: string) =>
      (await feed(url)).events
        .filter(({ start }) => start === Date.parse('2031-03-20T14:00:00Z'))
        .map(({ value }) => value('location'));
    const [ofStaff, , ofClient] = (await urlsTo(undefined)) as [string, string, string];
    expect([
      await places(ofStaff),
      await places(ofClient),
      await places(await make(locationId)),
    ]).toEqual([['Winterfell 1'], ['Winterfell 1'], ['At home']]);
    expect([...(await feed(await make(locationId))).zones.keys()]).toEqual(['Europe/Berlin']);
  });

  it('shows a class once to staff, and to each client their own seat', async () => {
    const yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [fixture.clinic.staffId],
    });
    const {
      classSchedules: [session],
    } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: fixture.clinic.staffId,
        locationId: fixture.clinic.locationId,
        capacity: 12,
        start: '2031-03-24T18:00:00Z',
      },
      'classSchedules { id }',
    );
    const other = await addClient(gateway, {
      firstName: 'Bran',
      lastName: 'Stark',
      emailAddress: 'bran@winterfell.example',
    });
    for (const [clientId, seats] of [
      [fixture.clinic.clientId, 1],
      [other, 3],
    ]) {
      expect(
        (
          await change(gateway, 'createAppointment', {
            reasonId: yoga,
            classScheduleId: session.id,
            clientId,
            seats,
          })
        ).userErrors,
      ).toEqual([]);
    }
    const at = async (url: string) =>
      (await feed(url)).events
        .filter(({ start }) => start === Date.parse('2031-03-24T18:00:00Z'))
        .map(({ value }) => value('summary'));
    const [ofStaff, ofLocation, ofClient] = (await urlsTo(undefined)) as [string, string, string];
    expect([await at(ofStaff), await at(ofLocation), await at(ofClient)]).toEqual([
      ['Yoga (4/12)'],
      ['Yoga'],
      ['Yoga (drjones-a Jones)'],
    ]);
    expect((await change(gateway, 'cancelClassSchedule', { id: session.id })).userErrors).toEqual(
      [],
    );
    expect([await at(ofStaff), await at(ofLocation), await at(ofClient)]).toEqual([[], [], []]);
  });

  it('covers thirty days back and four hundred ahead in whole days, including appointments in progress', async () => {
    const person = await hire(gateway, fixture.clinic, 'bounded', 'UTC', [
      fixture.clinic.locationId,
    ]);
    await change(gateway, 'setReasonStaff', {
      reasonId: fixture.clinic.reasonId,
      staff: [
        { staffId: fixture.clinic.staffId },
        { staffId: fixture.clinic.otherStaffId },
        { staffId: person },
      ],
    });
    const day = (days: number) =>
      new Date(Date.parse('2031-03-01T00:00:00Z') + days * 86_400_000).toISOString();
    for (const days of [-32, -29, 399, 400])
      expect(
        (await book(gateway, { ...fixture.clinic, staffId: person }, day(days))).userErrors,
      ).toEqual([]);
    await change(gateway, 'createTimeOff', {
      staffIds: [person],
      period: { instants: { start: day(-90), end: day(-35) } },
    });
    await change(gateway, 'createTimeOff', {
      staffIds: [person],
      period: { instants: { start: '2031-01-28T12:00:00Z', end: '2031-01-30T12:00:00Z' } },
    });
    const starts = (await feed(await make(person))).events.map(({ start }) =>
      new Date(start).toISOString(),
    );
    expect(starts).toEqual(['2031-01-28T12:00:00.000Z', day(-29), day(399)]);
  });
}
