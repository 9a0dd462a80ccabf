import { raw, sql } from '../../../src/db/sql';
import { BOOK } from '../../support/fixtures/clinic';
import { addRuledClinic, wentDirectly, type RuledClinic } from '../../support/fixtures/direct';
import { type Answer } from '../../support/harness/gateway';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function optimisticFixture(gateway: TestGateway) {
  // Bookings of one staff member follow one another here, and some conflict.
  let clinic: RuledClinic;
  let day = 0;
  beforeAll(async () => {
    gateway.time = Date.parse('2030-12-01T12:00:00Z');
    await gateway.restart({ backgroundWork: false, contentionBackOffMs: 0 });
    clinic = await addRuledClinic(gateway, 'a');
  });
  beforeEach(() => warm());
  afterEach(async () => {
    gateway.gateway.contention.locksAll = false;
    await expectIntegrity(gateway);
  });

  const free = () => new Date(Date.UTC(2031, 0, (day += 1), 15)).toISOString();
  const inputOf = (input: object = {}) => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    return { locationId, reasonId, staffId, clientId, start: free(), ...input };
  };
  /** Books, and returns whether the booking was optimistic. */
  async function make(input: object = {}, key?: string) {
    const { data, statements } = await gateway.counted(
      BOOK,
      { input: inputOf(input) },
      key ? { key } : {},
    );
    return { ...data.createAppointment, directly: wentDirectly(statements), statements };
  }
  /** Books until the rules are cached for the key. */
  async function warm(key?: string, input: object = {}) {
    for (let tries = 0; !(await make(input, key)).directly; tries += 1)
      if (tries > 2) throw new Error('None of these bookings is optimistic.');
  }
  const outcomeOf = ({ data, errors }: Answer) =>
    errors?.[0]?.extensions.code ??
    data.createAppointment.userErrors[0]?.code ??
    data.createAppointment.appointment.id;
  const send = (input: object, key?: string) =>
    gateway.run(BOOK, { input: inputOf(input) }, key ? { key } : {});
  const rowsOf = async (table: string) =>
    Number(
      (
        await gateway.gateway.db.all<{ count: number }>(
          sql`SELECT count(*) AS count FROM ${raw(table)}`,
        )
      )[0]!.count,
    );
  const kept = async () => ({
    appointments: await rowsOf('appointment'),
    claims: await rowsOf('claim'),
    keys: await rowsOf('idempotency_key'),
  });

  return {
    get clinic() {
      return clinic;
    },
    get day() {
      return day;
    },
    set day(value) {
      day = value;
    },
    free,
    inputOf,
    make,
    warm,
    outcomeOf,
    send,
    kept,
  };
}

export type OptimisticFixture = ReturnType<typeof optimisticFixture>;
