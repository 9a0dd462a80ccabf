import { sql } from '../../../src/db/sql';
import { addClinic, change, type Clinic } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

const DAY = 86_400_000;
export const ROWS = `recurringAppointment {
  id version rrule localStart durationMinutes staff { id }
} appointments { id version start note status staff { id } recurringAppointment { id } }
conflicts { start code appointment { id } }`;

/** Set-up and requests that the cases of the suite share. */
export function changesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let week = 0;
  const T0 = Date.UTC(2032, 0, 1);
  const monday = () =>
    new Date(Date.UTC(2034, 0, 2) + (week += 10) * 7 * DAY).toISOString().slice(0, 10);
  const day = (date: string, days: number) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const create = async (date: string, rrule = 'FREQ=WEEKLY;COUNT=5', input: object = {}) => {
    const payload = await change(
      gateway,
      'createRecurringAppointment',
      {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        localStart: `${date}T09:00`,
        rrule,
        ...input,
      },
      ROWS,
    );
    if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
    return {
      id: payload.recurringAppointment.id as string,
      ids: payload.appointments.map((row: any) => row.id) as string[],
    };
  };
  const update = (id: string, input: object, key?: string) =>
    change(gateway, 'updateRecurringAppointment', { id, ...input }, ROWS, key);
  const look = async (id: string) =>
    (
      await gateway.data(
        `query ($id: ID!) {
          recurringAppointment(id: $id) {
            version rrule localStart
            appointments { nodes { clientStartDate clientStartTime status version } }
          }
        }`,
        { id },
      )
    ).recurringAppointment;
  const move = (id: string, localStart: string) =>
    change(gateway, 'rescheduleAppointment', { id, localStart });
  const events = async () => {
    await gateway.logged();
    return (
      await gateway.gateway.db.all<{ count: number }>(sql`SELECT count(*) AS count FROM event`)
    )[0]?.count;
  };

  return {
    get clinic() {
      return clinic;
    },
    monday,
    day,
    create,
    update,
    look,
    move,
    events,
  };
}

export type ChangesFixture = ReturnType<typeof changesFixture>;
