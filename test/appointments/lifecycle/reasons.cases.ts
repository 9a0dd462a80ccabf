import { book, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { SET, type LifecycleFixture } from './lifecycle.fixture';

const REASONS = {
  CANCELLED: { cancellation: 'WEATHER' },
  NO_SHOW: { noShow: 'EMERGENCY' },
  COMPLETED: { completion: 'SERVED_IN_PART' },
} as const;
const FIELDS = {
  CANCELLED: 'cancelReason',
  NO_SHOW: 'noShowReason',
  COMPLETED: 'completedReason',
} as const;

export function reasonsCases(gateway: TestGateway, fixture: LifecycleFixture): void {
  const { run } = fixture;
  const statuses = Object.keys(REASONS) as (keyof typeof REASONS)[];
  let days = 0;

  /** Books a visit that has begun, so that it may get each status. */
  const begun = async (): Promise<string> => {
    const day = String((days += 1)).padStart(2, '0');
    return (await book(gateway, fixture.clinic, `2022-05-${day}T15:00:00Z`)).appointment.id;
  };

  it.each(statuses)(
    'stores a reason of the kind of the status %s, and the note',
    async (status) => {
      const [reason] = Object.values(REASONS[status]);
      const id = await begun();

      const { appointment, userErrors } = await run(SET, {
        id,
        status,
        reason: REASONS[status],
        note: 'by phone',
      });

      expect(userErrors).toEqual([]);
      expect(appointment).toMatchObject({ status, [FIELDS[status]]: reason });
    },
  );

  it.each([...statuses, 'OPEN'] as const)(
    'refuses the reason of another status for %s, and writes nothing',
    async (status) => {
      const id = await begun();

      for (const other of statuses.filter((each) => each !== status)) {
        const reason = REASONS[other];
        const code = await refusal(gateway, 'setAppointmentStatus', { id, status, reason });
        expect(code).toEqual(['INVALID_INPUT', Object.keys(reason)[0]]);
      }
      const { appointment } = await change(
        gateway,
        'updateAppointment',
        { id, note: 'x' },
        'appointment { version status }',
      );
      expect(appointment).toEqual({ version: 2, status: 'OPEN' });
    },
  );
}
