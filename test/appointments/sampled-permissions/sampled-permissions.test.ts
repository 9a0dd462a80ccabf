import { isOneOf, raw, sql } from '../../../src/db/sql';
import { accessTo } from '../../../src/features/manage-links/manage-token';
import type { Appointment } from '../../../src/features/appointments/model/appointment.entity';
import { SEED } from '../../support/fixtures/random';
import { onEachDatabase } from '../../support/harness/gateway';
import {
  BATCH,
  DAY,
  OWN_SUB_STATUSES,
  samplesFixture,
  STATES,
  type State,
} from './samples.fixture';

jest.setTimeout(1_800_000);

/** Number of appointments and viewers that are compared with their mutations. */
const SAMPLES = Number(process.env.PERMISSION_SAMPLES ?? 400);
const PERMISSION = '{ allowed rule }';
const FIELDS = `id status allowedTransitions { status subStatus }
  viewerCanReschedule ${PERMISSION} viewerCanCancel ${PERMISSION} viewerCanUpdate ${PERMISSION}`;
const CODES: Readonly<Record<string, string>> = {
  ROLE: 'FORBIDDEN',
  STATUS: 'ILLEGAL_TRANSITION',
  HOLD_EXPIRED: 'HOLD_EXPIRED',
};

/** A mutation, and whether the permissions as data say that it changes the appointment. */
interface Attempt {
  readonly mutation: string;
  readonly input: object;
  readonly allowed: boolean;
  readonly rule?: string | null;
}

interface Sample {
  readonly row: Appointment;
  readonly index: number;
  readonly key: string;
  /** Whether the key is of a staff user, who does not see the sessions of others. */
  readonly isStaffUser: boolean;
  /** Whether the role of the key may set a status. */
  readonly setsStatus: boolean;
  readonly isGuest: boolean;
}

onEachDatabase(`permissions of random appointments (SEED=${SEED})`, (gateway) => {
  const fixture = samplesFixture(gateway);
  const { random } = fixture;

  /** Sends an operation over HTTP. Unlike `gateway.run`, queries are not compared with resolvers. */
  const send = async (query: string, variables: object, key: string): Promise<any> => {
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
  const ONE = `query ($id: ID!) { appointment(id: $id) { ${FIELDS} } }`;
  const MANY = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Appointment { ${FIELDS} } } }`;

  /** Returns what each viewer reads of its appointment; undefined if it sees none. */
  async function readAll(samples: readonly Sample[]): Promise<Map<number, any>> {
    const said = new Map<number, any>();
    const note = (node: any) => node && said.set(Number(node.id.split(':')[1]), node);
    const byKey = new Map<string, Sample[]>();
    for (const one of samples) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
    await Promise.all(
      [...byKey].map(async ([key, own]) => {
        if (own[0]!.isGuest) note((await send(ONE, { id: own[0]!.row.id }, key)).data?.appointment);
        else
          (await send(MANY, { ids: own.map(({ row }) => row.id) }, key)).data?.nodes.forEach(note);
      }),
    );
    return said;
  }

  /** Whether a transition is said to be allowed. Own sub-statuses follow the rules of their status. */
  function lists(said: any, { row }: Sample, to: State, now: number): boolean {
    const own = OWN_SUB_STATUSES[to.subStatus] !== undefined;
    if (own && to.status === row.status)
      return (
        to.subStatus !== row.subStatusCode &&
        !(['PENDING', 'OPEN', 'COMPLETED'].includes(to.status) && expired(row, now))
      );
    return said.allowedTransitions.some(
      ({ status, subStatus }: State) => status === to.status && (own || subStatus === to.subStatus),
    );
  }
  const expired = ({ status, holdExpiresAt }: Appointment, now: number): boolean =>
    status === 'PENDING' && holdExpiresAt !== null && holdExpiresAt <= now;

  function attemptOf(sample: Sample, said: any, now: number): Attempt {
    const { row, index, setsStatus } = sample;
    const to = random.of(STATES);
    const may = (state: State) => Boolean(said) && lists(said, sample, state, now);
    const permission = (name: string) => ({
      allowed: said?.[name].allowed ?? false,
      rule: said?.[name].rule,
    });
    const step = (mutation: string, subStatus: string): Attempt => ({
      mutation,
      input: {},
      allowed: setsStatus && may({ status: 'OPEN', subStatus }),
    });
    const isSeat = fixture.kindOf(row) === 'seat';
    const moveTo = isSeat
      ? { classScheduleId: fixture.laterSessionId }
      : {
          start: new Date(now + 3 * DAY).toISOString(),
          ...(fixture.staffIds.includes(row.staffId)
            ? {}
            : { staffId: `Staff:${fixture.staffIds[index]}` }),
        };
    const isHold = row.holdExpiresAt !== null && row.subStatusCode === 'PENDING';
    const deleted = { status: 'DELETED', subStatus: 'DELETED' };
    return random.of<() => Attempt>([
      () => ({ mutation: 'cancelAppointment', input: {}, ...permission('viewerCanCancel') }),
      ...(isSeat && sample.isStaffUser
        ? []
        : [
            () => ({
              mutation: 'rescheduleAppointment',
              input: moveTo,
              ...permission('viewerCanReschedule'),
            }),
          ]),
      () => ({
        mutation: 'updateAppointment',
        input: { changeNote: `because ${row.rowId}` },
        ...permission('viewerCanUpdate'),
      }),
      () => ({
        mutation: 'setAppointmentStatus',
        input: to,
        allowed: setsStatus && may(to),
      }),
      () => step('checkInAppointment', 'CHECKEDIN'),
      () => step('startAppointment', 'INPROGRESS'),
      () => ({ mutation: 'releaseHold', input: {}, allowed: isHold && may(deleted) }),
    ])();
  }

  const codeOf = (mutation: string, { data, errors }: any): string | null =>
    errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code ?? null;

  it(`say for ${SAMPLES} appointments, roles and viewers what the mutations then do`, async () => {
    const { staffKeys, asStaff, others } = await fixture.addKeys();
    const guestOf = (row: Appointment, now: number) =>
      accessTo(gateway.gateway.links, row, now).token;
    const outcomes: Record<string, number> = {};
    for (let batch = 0; batch < Math.ceil(SAMPLES / BATCH); batch += 1) {
      const now = (gateway.time = fixture.T0 + batch * 10 * DAY);
      const samples = (await fixture.addBatch(now)).map((row, index): Sample => {
        const role = random.int(12);
        const common = { row, index, isGuest: false, isStaffUser: role < 3 };
        if (role < 2) return { ...common, key: staffKeys[index] as string, setsStatus: true };
        if (role === 2)
          return { ...common, key: staffKeys[(index + 1) % BATCH] as string, setsStatus: true };
        if (role < 6) return { ...common, key: random.of(asStaff), setsStatus: true };
        if (role < 8)
          return { ...common, key: guestOf(row, now), setsStatus: false, isGuest: true };
        return { ...common, key: random.of(others), setsStatus: false };
      });
      const said = await readAll(samples);

      const attempts = await Promise.all(
        samples.map(async (sample) => {
          const { id } = sample.row;
          const attempt = attemptOf(sample, said.get(sample.row.rowId), now);
          const { mutation, input } = attempt;
          const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
          const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code message } } }`;
          const answer = await send(document, { input: { id, ...input } }, sample.key);
          return { sample, attempt, answer, code: codeOf(mutation, answer) };
        }),
      );
      const rows = await gateway.gateway.db.all<{ id: number; version: number }>(
        sql`SELECT id, version FROM appointment AS a WHERE ${isOneOf(
          raw('a.id'),
          samples.map(({ row }) => row.rowId),
        )} AND a.business_id = ${gateway.business.business.rowId}`,
      );
      const versions = new Map(rows.map(({ id, version }) => [id, version]));

      for (const { sample, attempt, answer, code } of attempts) {
        const { row } = sample;
        const view = said.get(row.rowId);
        const changed = versions.get(row.rowId) !== 1;
        const about = JSON.stringify({ row, now, key: sample.key, attempt, view, answer });
        expect([about, changed]).toEqual([about, attempt.allowed]);
        if (changed) expect([about, code]).toEqual([about, null]);
        const repeated = attempt.mutation === 'cancelAppointment' && row.status === 'CANCELLED';
        if (attempt.rule && !repeated)
          expect([about, code]).toEqual([about, CODES[attempt.rule] ?? 'RULE_VIOLATED']);
        const outcome = `${attempt.mutation} ${changed ? 'changed' : (code ?? 'unchanged')}`;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    }
    expect(Object.keys(outcomes).length).toBeGreaterThan(15);
  });
});
