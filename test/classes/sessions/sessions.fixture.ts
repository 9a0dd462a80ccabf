import { addClinic, addReason, change, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function sessionsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let yoga: string;
  let room: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      bufferBefore: 10,
      bufferAfter: 15,
      price: '20.00',
      staffIds: [clinic.staffId],
    });
    room = (
      await change(
        gateway,
        'createResource',
        { name: 'Studio', locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id;
  });

  const MADE = `classSchedules { id version start end capacity seatsLeft status }
  conflicts { start end staff { id } resource { id } }`;
  const schedule = (input: object = {}, key?: string) =>
    change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 12,
        ...input,
      },
      MADE,
      key,
    );
  const count = async () =>
    (await gateway.data('{ classSchedules { totalCount } }')).classSchedules.totalCount;
  const starts = ({ classSchedules }: any) =>
    classSchedules.map(({ start }: any) => start.slice(5, 16));

  return {
    get clinic() {
      return clinic;
    },
    get yoga() {
      return yoga;
    },
    get room() {
      return room;
    },
    schedule,
    count,
    starts,
  };
}

export type SessionsFixture = ReturnType<typeof sessionsFixture>;
