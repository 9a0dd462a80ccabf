import { sql } from '../../../src/db/sql';
import { addClinic, book, change, type Clinic } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

const DAY = 86_400_000;
const ROWS = `recurringAppointment {
  id version rrule localStart durationMinutes timeZone { code } staff { id } client { id }
} appointments { id version start status recurringAppointment { id } history { nodes { type } } }
conflicts { start code message }`;

/** Set-up and requests that the cases of the suite share. */
export function seriesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let week = 0;
  const T0 = Date.UTC(2032, 0, 1);
  /** A different Monday for each test, sixty weeks after the previous one. */
  const monday = () =>
    new Date(Date.UTC(2033, 0, 3) + (week += 60) * 7 * DAY).toISOString().slice(0, 10);
  const weekAfter = (date: string, weeks: number) =>
    new Date(Date.parse(`${date}T00:00:00Z`) + weeks * 7 * DAY).toISOString().slice(0, 10);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));
  afterEach(() => expectIntegrity(gateway));

  const asked = (date: string, input: object = {}) => ({
    reasonId: clinic.reasonId,
    locationId: clinic.locationId,
    staffId: clinic.staffId,
    clientId: clinic.clientId,
    localStart: `${date}T09:00`,
    rrule: 'FREQ=WEEKLY;COUNT=24',
    ...input,
  });
  const create = (date: string, input: object = {}, key?: string) =>
    change(gateway, 'createRecurringAppointment', asked(date, input), ROWS, key);
  const count = async () => {
    await gateway.logged();
    const [row] = await gateway.gateway.db
      .all(sql`SELECT (SELECT count(*) FROM appointment) AS appointments, (SELECT count(*) FROM recurring_appointment) AS series,
      (SELECT count(*) FROM claim) AS claims, (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM client) AS clients`);
    return row;
  };
  const takeThree = async (date: string) => {
    for (const weeks of [3, 10, 23])
      await book(gateway, clinic, '', {
        start: null,
        localStart: `${weekAfter(date, weeks)}T09:30`,
      });
  };

  return {
    get clinic() {
      return clinic;
    },
    monday,
    weekAfter,
    asked,
    create,
    count,
    takeThree,
  };
}

export type SeriesFixture = ReturnType<typeof seriesFixture>;
