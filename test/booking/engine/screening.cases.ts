import {
  addHours,
  addLocation,
  addReason,
  addStaff,
  change,
  refusal,
} from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { EngineFixture } from './engine.fixture';

export function screeningCases(gateway: TestGateway, fixture: EngineFixture): void {
  const { addResource, needs, reasonFor, make, times, codes } = fixture;

  it('shows usage of a resource to staff only', async () => {
    const [treadmills, reasonId] = [
      await addResource('Rowing machines', 3),
      await reasonFor({ bufferAfter: 15 }),
    ];
    await needs(reasonId, [{ id: treadmills, units: 2 }]);
    await make(reasonId, '2031-09-01T14:00:00Z');
    const other = await reasonFor();
    await needs(other, [{ id: treadmills }]);
    await make(other, '2031-09-01T14:30:00Z', { staffId: fixture.clinic.otherStaffId });
    const USE = `query ($input: ResourceAvailabilityInput!) {
      resourceAvailability(input: $input) { resource { name } freeUnits busy { start end units } }
    }`;
    const input = {
      resourceIds: [treadmills],
      start: '2031-09-01T14:15:00Z',
      end: '2031-09-02T00:00:00Z',
    };
    expect((await gateway.data(USE, { input })).resourceAvailability).toEqual([
      {
        resource: { name: 'Rowing machines' },
        freeUnits: 0,
        busy: [
          { start: '2031-09-01T14:15:00.000Z', end: '2031-09-01T14:30:00.000Z', units: 2 },
          { start: '2031-09-01T14:30:00.000Z', end: '2031-09-01T15:15:00.000Z', units: 3 },
          { start: '2031-09-01T15:15:00.000Z', end: '2031-09-01T15:30:00.000Z', units: 1 },
        ],
      },
    ]);
    expect(
      (await gateway.data(USE, { input: { ...input, start: '2031-09-01T15:30:00Z' } }))
        .resourceAvailability,
    ).toMatchObject([{ freeUnits: 3, busy: [] }]);
    for (const key of [
      fixture.clientKey,
      (await gateway.addBusiness({ name: 'Nobody', timeZone: 'UTC' })).secretKey,
    ])
      expect((await gateway.run(USE, { input }, { key })).errors).toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ]);
    expect(
      (await gateway.run(USE, { input: { ...input, end: input.start } })).errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['input', 'end'] } }]);
  });

  it('requires clients to answer the screening question, for times and for bookings, and not staff', async () => {
    const reasonId = await reasonFor({
      screeningQuestion: {
        question: 'Do you take blood thinners?',
        answers: [
          { text: 'No', passes: true },
          { text: 'Yes', passes: false },
        ],
      },
    });
    const day = { reasonId, from: '2031-09-08', to: '2031-09-08' };
    expect([
      (await times(day)).length,
      (await times({ ...day, screeningAnswer: 'Yes' })).length,
    ]).toEqual([0, 0]);
    expect((await times({ ...day, screeningAnswer: 'No' })).length).toBeGreaterThan(0);
    expect((await times(day, gateway.business.secretKey)).length).toBeGreaterThan(0);
    const input = {
      reasonId,
      locationId: fixture.clinic.locationId,
      staffId: fixture.clinic.staffId,
      start: '2031-09-08T14:00:00Z',
    };
    for (const answer of [{}, { screeningAnswer: 'Yes' }, { screeningAnswer: 'Perhaps' }]) {
      for (const mutation of ['createAppointment', 'holdAppointment'])
        expect(
          await refusal(gateway, mutation, { ...input, ...answer }, fixture.clientKey),
        ).toEqual(['RULE_VIOLATED', 'screeningAnswer']);
    }
    const {
      appointment: { id },
    } = await change(
      gateway,
      'createAppointment',
      { ...input, screeningAnswer: 'No' },
      'appointment { id }',
      fixture.clientKey,
    );
    expect(
      codes(
        await change(
          gateway,
          'rescheduleAppointment',
          { id, start: '2031-09-08T16:00:00Z' },
          '',
          fixture.clientKey,
        ),
      ),
    ).toEqual([]);
    expect(codes(await make(reasonId, '2031-09-08T18:00:00Z'))).toEqual([]);
  });

  it('lets one of two bookings wait for confirmation; confirmation or decline succeeds once', async () => {
    const reasonId = await reasonFor({ requiresStaffConfirmation: true });
    const input = {
      reasonId,
      locationId: fixture.clinic.locationId,
      staffId: fixture.clinic.staffId,
      start: '2031-09-15T14:00:00Z',
    };
    const asked = await Promise.all(
      [1, 2].map((index) =>
        change(
          gateway,
          'createAppointment',
          {
            ...input,
            client: {
              firstName: `A${index}`,
              lastName: 'B',
              emailAddress: `a${index}@example.org`,
            },
          },
          'appointment { id status }',
          gateway.business.publishableKey,
        ),
      ),
    );
    expect(asked.map(codes).sort()).toEqual([[], ['TIME_UNAVAILABLE']]);
    const { id } = asked.find(({ appointment }) => appointment).appointment;
    const answers = await Promise.all(
      ['confirmAppointment', 'declineAppointment', 'confirmAppointment'].map(
        async (mutation) =>
          (
            await gateway.data(
              `mutation ($id: ID!) {
                ${mutation}(input: { id: $id }) { appointment { status } userErrors { code } }
              }`,
              { id },
            )
          )[mutation],
      ),
    );
    expect(answers.filter(({ appointment }) => appointment)).toHaveLength(1);
    await expectIntegrity(gateway);
  });

  it('returns labels in the requested language', async () => {
    const text = async (input: object) =>
      (
        await gateway.data(
          `query ($input: AvailabilityInput!) {
            availability(input: $input) { firstAvailable { text } }
          }`,
          {
            input: {
              reasonId: fixture.clinic.reasonId,
              locationId: fixture.clinic.locationId,
              from: '2031-09-22',
              to: '2031-09-22',
              ...input,
            },
          },
          { key: fixture.clientKey },
        )
      ).availability.firstAvailable.text;
    expect(await text({})).toBe(
      'Monday, Sep 22, 2031 at 12:00 – 12:45 AM EDT (drjones-a Jones, drwho-a Jones)',
    );
    expect(await text({ locale: 'de-DE', timeZone: 'Europe/Berlin' })).toContain(
      'Montag, 22. September 2031',
    );
  });

  describe('rules for bookings by staff', () => {
    it('bind staff to hours, locations and assignments, except with an override', async () => {
      const night = await addStaff(gateway, 'night', 'America/New_York', [
        fixture.clinic.locationId,
      ]);
      await addHours(gateway, night, { ranges: [{ start: '22:00', end: '02:00' }] });
      const reasonId = await addReason(gateway, {
        reasonDesc: 'At night',
        visitMinutes: 60,
        staffIds: [night],
      });
      const elsewhere = await addLocation(gateway, {
        locationName: 'Elsewhere',
        timeZone: 'America/New_York',
      });
      const of = async (start: string, input: object = {}) =>
        (
          await change(
            gateway,
            'createAppointment',
            {
              reasonId,
              locationId: fixture.clinic.locationId,
              staffId: night,
              clientId: fixture.clinic.clientId,
              start,
              ...input,
            },
            `appointment { id }
            userErrors {
              code ... on TimeUnavailableError { explanation { candidates { refusals { rule } } } }
            }`,
          )
        ).userErrors.map((error: any) => [
          error.code,
          ...(error.explanation?.candidates[0].refusals.map(({ rule }: any) => rule) ?? []),
        ])[0] ?? [];
      expect(await of('2031-08-04T16:00:00Z')).toEqual(['TIME_UNAVAILABLE', 'STAFF_NOT_WORKING']);
      expect(await of('2031-08-05T05:00:00Z')).toEqual([]);
      expect(await of('2031-08-06T03:07:00Z')).toEqual([]);
      expect(await of('2031-08-07T03:00:00Z', { locationId: elsewhere })).toEqual([
        'TIME_UNAVAILABLE',
        'STAFF_NOT_AT_LOCATION',
      ]);
      expect(await of('2031-08-07T15:00:00Z', { staffId: fixture.clinic.staffId })).toEqual([
        'TIME_UNAVAILABLE',
        'STAFF_NOT_ASSIGNED',
      ]);
      expect(await of('2031-08-04T16:00:00Z', { override: true })).toEqual([]);
    });

    it('require all of several staff to be free, or book none', async () => {
      const reasonId = await reasonFor();
      await make(fixture.clinic.reasonId, '2031-08-11T14:00:00Z', {
        staffId: fixture.clinic.otherStaffId,
      });
      expect(
        codes(
          await make(reasonId, '2031-08-11T14:00:00Z', {
            additionalStaffIds: [fixture.clinic.otherStaffId],
          }),
        ),
      ).toEqual(['TIME_UNAVAILABLE']);
      expect(
        codes(
          await make(reasonId, '2031-08-11T15:00:00Z', {
            additionalStaffIds: [fixture.clinic.otherStaffId],
          }),
        ),
      ).toEqual([]);
      const together = (
        await times(
          {
            reasonId,
            from: '2031-08-11',
            to: '2031-08-11',
            staffIds: [fixture.clinic.staffId],
            additionalStaffIds: [fixture.clinic.otherStaffId],
          },
          gateway.business.secretKey,
        )
      ).map(({ start }: any) => start.slice(11, 16));
      expect(together).not.toContain('14:00');
      expect(together).not.toContain('15:00');
      expect(together).toContain('16:00');
    });
  });
}
