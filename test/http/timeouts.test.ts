import type { ApolloServerPlugin } from '@apollo/server';
import { Client as PgClient } from 'pg';
import { addClinic, book } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { runOver, TRANSPORTS } from '../support/harness/transports';
import { costing } from '../support/harness/costing';

const LIMIT_MS = 1_000;
const OVERDUE = [
  {
    message: 'The query exceeded its time limit of 1 s. Select less data, or use smaller pages.',
    extensions: { code: 'BUSY' },
  },
];

/** The field before whose resolver the process is busy for longer than the time limit. */
let slowField: string | null = null;
/** Fields that resolvers began to resolve, by type and name. */
const begun: string[] = [];
const slowness: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      executionDidStart: async () => ({
        willResolveField({ info: { parentType, fieldName } }) {
          const name = `${parentType.name}.${fieldName}`;
          begun.push(name);
          if (name !== slowField) return;
          for (const end = performance.now() + LIMIT_MS + 1; performance.now() < end;);
        },
      }),
    };
  },
};

onEachDatabase('the time limit of an operation', (gateway) => {
  let appointmentId: string;
  const restart = async (planner: '0' | '1') => {
    Object.assign(gateway.scratch.env, { PLANNER: planner, QUERY_TIMEOUT_MS: String(LIMIT_MS) });
    await gateway.restart({ apolloPlugins: [slowness] });
  };

  beforeAll(async () => {
    appointmentId = (await book(gateway, await addClinic(gateway), '2033-05-06T15:00:00Z'))
      .appointment.id;
  });
  const clients: PgClient[] = [];
  const connected = async (connectionString: string) => {
    const client = new PgClient({ connectionString });
    clients.push(client);
    await client.connect();
    return client;
  };
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    slowField = null;
    begun.length = 0;
  });

  const QUERY = `query {
    appointments(first: 1) { nodes { client { fullName } location { locationName } } }
  }`;
  const send = (query: string, variables?: Record<string, unknown>) =>
    runOver(gateway, 'HTTP', { query, variables });
  /** Runs the query and returns its answer with the statements sent, and sent after it. */
  const counted = async (query: string) => {
    const sent: string[] = [];
    const forget = gateway.gateway.signals.statementSent.on((text) => void sent.push(text));
    const answer = await send(query);
    await new Promise(setImmediate);
    forget();
    return {
      answer,
      read: (table: string) => sent.some((text) => text.includes(`"${table}" AS`)),
    };
  };

  it('stops the remaining fields and statements of a query', async () => {
    await restart('0');
    const whole = await counted(QUERY);
    slowField = 'Appointment.client';

    const { answer, read } = await counted(QUERY);

    expect(whole.answer.data.appointments.nodes).toHaveLength(1);
    expect(['appointment', 'client', 'location'].map(whole.read)).toEqual([true, true, true]);
    expect(answer).toEqual({ data: null, errors: OVERDUE, ...costing(expect.any(Number)) });
    expect(['appointment', 'client', 'location'].map(read)).toEqual([true, false, false]);
  });

  it('does not end a mutation, which commits and says so', async () => {
    await restart('0');
    slowField = 'Mutation.updateAppointment';
    const update = `mutation ($id: ID!) {
      updateAppointment(input: { id: $id, note: "kept" }) { appointment { note } }
    }`;

    const answer = await send(update, { id: appointmentId });
    slowField = null;

    expect(answer).toEqual({
      data: { updateAppointment: { appointment: { note: 'kept' } } },
      ...costing(2),
    });
    const read = 'query ($id: ID!) { appointment(id: $id) { note } }';
    expect((await send(read, { id: appointmentId })).data.appointment.note).toBe('kept');
  });

  if (gateway.dialect === 'postgres')
    describe.each(['1', '0'] as const)('with PLANNER=%s', (planner) => {
      it.each(TRANSPORTS)(
        'cancels the statement in flight over %s, and leaves its connection usable',
        async (transport) => {
          await restart(planner);
          await send(QUERY);
          const url = gateway.config.databaseUrl as string;
          const [blocker, rival, observer] = await Promise.all([url, url, url].map(connected));
          const waiting = async () => {
            const { rows } = await observer!.query<{ pid: number }>(
              "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
            );
            return rows.map(({ pid }) => pid);
          };
          const pid = (rival as unknown as { processID: number }).processID;
          await blocker!.query('BEGIN; LOCK TABLE location IN ACCESS EXCLUSIVE MODE');
          // The rival has the lock_timeout of the gateway's sessions and waits before them.
          await rival!.query('SET lock_timeout = 3000');
          const rivalAnswer = rival!.query('SELECT count(*) FROM location').catch(() => undefined);
          while (!(await waiting()).includes(pid));

          const answer = await runOver(gateway, transport, { query: QUERY });
          let pids = await waiting();
          while (pids.some((other) => other !== pid)) pids = await waiting();

          expect(answer).toEqual({ data: null, errors: OVERDUE, ...costing(expect.any(Number)) });
          expect(pids).toEqual([pid]);
          await blocker!.query('ROLLBACK');
          await rivalAnswer;
          for (let turn = 0; turn < 12; turn += 1)
            expect(await send(QUERY)).not.toHaveProperty('errors');
        },
      );
    });
});
