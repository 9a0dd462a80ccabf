import { change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { EngineFixture } from './engine.fixture';

export function quotasCases(gateway: TestGateway, fixture: EngineFixture): void {
  const { reasonFor, make, times, codes } = fixture;

  describe('quotas', () => {
    const used = (reasonId: string, date: string) =>
      gateway.data(
        `query ($id: ID!, $date: LocalDate!) {
          reason(id: $id) { quotaFilled quotaOn(date: $date) { quota quotaType used left from to } }
        }`,
        { id: reasonId, date },
      );

    it('allow exactly two of ten concurrent bookings a day at different times', async () => {
      const reasonId = await reasonFor({ quota: 2, quotaType: 'DAY' });
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          make(reasonId, `2031-04-01T${10 + index}:00:00Z`, {
            staffId: index % 2 ? fixture.clinic.staffId : fixture.clinic.otherStaffId,
          }),
        ),
      );
      expect(answers.filter(({ appointment }) => appointment)).toHaveLength(2);
      expect(new Set(answers.filter(({ appointment }) => !appointment).flatMap(codes))).toEqual(
        new Set(['QUOTA_REACHED']),
      );
      expect((await used(reasonId, '2031-04-01')).reason.quotaOn).toEqual({
        quota: 2,
        quotaType: 'DAY',
        used: 2,
        left: 0,
        from: '2031-04-01',
        to: '2031-04-01',
      });
      expect(await times({ reasonId, from: '2031-04-01', to: '2031-04-01' })).toEqual([]);
      expect(
        (await times({ reasonId, from: '2031-04-02', to: '2031-04-02' })).length,
      ).toBeGreaterThan(0);
      const { id } = answers.find(({ appointment }) => appointment).appointment;
      await change(gateway, 'cancelAppointment', { id });
      expect(codes(await make(reasonId, '2031-04-01T22:00:00Z'))).toEqual([]);
      expect(codes(await change(gateway, 'setAppointmentStatus', { id, status: 'OPEN' }))).toEqual([
        'QUOTA_REACHED',
      ]);
      const { appointment } = await make(reasonId, '2031-04-02T15:00:00Z');
      expect(
        codes(
          await change(gateway, 'rescheduleAppointment', {
            id: appointment.id,
            start: '2031-04-01T15:00:00Z',
          }),
        ),
      ).toEqual(['QUOTA_REACHED']);
      expect(
        codes(
          await change(gateway, 'rescheduleAppointment', {
            id: appointment.id,
            start: '2031-04-02T17:00:00Z',
          }),
        ),
      ).toEqual([]);
    });

    it('count the local day of the staff member, weeks from Monday, months, years and for ever', async () => {
      const reasonId = await reasonFor({ quota: 1, quotaType: 'DAY' });
      // The 1st and the 2nd in New York, both the 2nd in UTC.
      expect(codes(await make(reasonId, '2031-05-02T03:00:00Z'))).toEqual([]);
      expect(codes(await make(reasonId, '2031-05-02T05:00:00Z'))).toEqual([]);
      expect(codes(await make(reasonId, '2031-05-02T20:00:00Z'))).toEqual(['QUOTA_REACHED']);
      for (const [quotaType, inside, outside] of [
        ['WEEK', '2031-05-11', '2031-05-12'],
        ['MONTH', '2031-05-31', '2031-06-01'],
        ['YEAR', '2031-12-31', '2032-01-01'],
      ] as const) {
        const reason = await reasonFor({ quota: 1, quotaType });
        expect(
          codes(
            await make(reason, '2031-05-05T14:00:00Z', {
              staffId: fixture.clinic.otherStaffId,
              override: true,
            }),
          ),
        ).toEqual([]);
        expect(codes(await make(reason, `${inside}T14:00:00Z`))).toEqual(['QUOTA_REACHED']);
        expect(codes(await make(reason, `${outside}T14:00:00Z`, { override: true }))).toEqual([]);
      }
      const ever = await reasonFor({ quota: 1, quotaType: 'LIFETIME' });
      expect(codes(await make(ever, '2033-05-05T14:00:00Z'))).toEqual([]);
      expect(codes(await make(ever, '2039-05-05T14:00:00Z'))).toEqual(['QUOTA_REACHED']);
      expect((await used(ever, '2039-05-05')).reason).toMatchObject({
        quotaFilled: 1,
        quotaOn: { used: 1, left: 0 },
      });
      expect((await used(fixture.clinic.reasonId, '2039-05-05')).reason).toEqual({
        quotaFilled: null,
        quotaOn: null,
      });
    });
  });

  it('count quotas of many reasons in one statement', async () => {
    const of = (first: number) =>
      gateway.counted(
        `query ($first: Int) {
          reasons(first: $first) { nodes { quotaFilled quotaOn(date: "2031-04-01") { used } } }
        }`,
        { first },
      );
    expect((await of(20)).statements.length).toBeLessThanOrEqual(4);
  });
}
