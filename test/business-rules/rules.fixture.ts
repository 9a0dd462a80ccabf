import { createHash } from 'node:crypto';
import type { BusinessRule } from '../../src/business-rule';
import { Role } from '../../src/context';
import { raw, sql } from '../../src/db/sql';
import { addClient, addClinic, addReason, change, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import type { TestGateway } from '../support/harness/gateway';

/** A request that a rule refuses, and the nearest one that it accepts. */
export interface Attempt {
  readonly mutation: string;
  readonly refused: object;
  readonly accepted: object;
  /** Path of the error within `input`. */
  readonly path: readonly string[];
  readonly message: string;
  /** Key of both requests. Defaults to an administrator's. */
  readonly key?: string;
  /** Key of the accepted request, if the rule is about the role. */
  readonly acceptedKey?: string;
  /** Code of a rule that has an error of its own in place of RULE_VIOLATED. */
  readonly code?: string;
  /** Runs between the two requests: the clock, or the object that the rule is about. */
  readonly between?: () => unknown;
}
export type Attempts = Partial<Record<BusinessRule, () => Promise<Attempt>>>;

const T0 = Date.UTC(2033, 0, 1);
export const HOUR = 3_600_000;
export const SECRET = 'the secret of this caller';

export type RulesFixture = ReturnType<typeof rulesFixture>;

/** Rows that the requests of all rules refer to. */
export function rulesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let clientKey: string;
  let days = 0;
  let people = 0;
  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));

  const free = (hour = 15): string =>
    new Date(Date.UTC(2033, 1, 1, hour) + (days += 1) * 24 * HOUR).toISOString();
  /** Runs a mutation that must succeed, and returns the named object of its payload. */
  const made = async (
    mutation: string,
    input: object,
    field: string,
    { selection = 'id', key }: { selection?: string; key?: string } = {},
  ): Promise<any> => {
    const payload = await change(gateway, mutation, input, `${field} { ${selection} }`, key);
    if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
    return payload[field];
  };
  const idOf = async (mutation: string, input: object, field: string, key?: string) =>
    (await made(mutation, input, field, key ? { key } : {})).id as string;
  const someone = () => ({
    firstName: 'Person',
    lastName: `No ${(people += 1)}`,
    emailAddress: `person${people}@example.org`,
  });
  const person = () => addClient(gateway, someone());
  const reason = (input: object = {}) =>
    addReason(gateway, {
      reasonDesc: 'Visit',
      visitMinutes: 45,
      slotStepMinutes: 15,
      staffIds: [clinic.staffId],
      ...input,
    });
  const visit = (input: object = {}) => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    return { locationId, reasonId, staffId, clientId, start: free(), ...input };
  };
  const booked = (input: object = {}) => idOf('createAppointment', visit(input), 'appointment');
  const classReason = (input: object = {}) => reason({ reasonType: 'CLASS', ...input });
  const sessionInput = (reasonId: string, input: object = {}) => {
    const { locationId, staffId } = clinic;
    return { reasonId, locationId, staffId, capacity: 2, starts: [free()], ...input };
  };
  const session = async (reasonId: string, input: object = {}): Promise<string> =>
    (await made('createClassSchedule', sessionInput(reasonId, input), 'classSchedules'))[0].id;
  const waiting = async (input: object): Promise<string> =>
    idOf('joinWaitlist', { clientId: await person(), ...input }, 'waitlistEntry');

  return {
    gateway,
    get clinic() {
      return clinic;
    },
    get clientKey() {
      return clientKey;
    },
    free,
    made,
    idOf,
    someone,
    person,
    reason,
    visit,
    booked,
    classReason,
    sessionInput,
    session,
    waiting,
  };
}

/** Tables that a refused request may write: ids that it took, and the use of a publishable key. */
const UNRELATED = new Set(['id_block', 'public_usage']);

/** Returns a digest of the rows of each table. */
export async function contentsOf({ gateway }: TestGateway): Promise<Record<string, string>> {
  const { db } = gateway;
  const tables = await db.all<{ name: string }>(
    gateway.db.dialect === 'postgres'
      ? sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
      : sql`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%'`,
  );
  const digests = await Promise.all(
    tables
      .filter(({ name }) => !UNRELATED.has(name))
      .map(async ({ name }) => {
        const rows = (await db.all(sql`SELECT * FROM ${raw(`"${name}"`)}`))
          .map((row) => JSON.stringify(row))
          .sort();
        return [name, createHash('sha256').update(rows.join('\n')).digest('hex')] as const;
      }),
  );
  return Object.fromEntries(digests);
}
