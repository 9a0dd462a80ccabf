import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { connect } from '../../src/db/connect';
import { Ids } from '../../src/db/state/ids';
import { addClinic, BOOK, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../support/harness/process';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

jest.setTimeout(60_000);

(POSTGRES ? describe : describe.skip)(
  `several processes on one PostgreSQL${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let servers: GatewayProcess[];
    let key: string;
    let clinic: Clinic;

    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      const db = await connect(
        (role) => dataSource(loadConfig(scratch.env), role),
        () => undefined,
      );
      key = (
        await createBusiness(db, new Ids(db), Date.now(), { name: 'Instances', timeZone: 'UTC' })
      ).secretKey;
      await db.close();
      servers = await Promise.all([0, 1, 2].map(() => startProcess(scratch.env)));
      clinic = await addClinic(
        Object.assign(new TestGateway('postgres'), {
          gateway: { url: servers[0]!.url },
          business: { secretKey: key },
        }) as unknown as TestGateway,
        'i',
      );
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await scratch.remove();
    });

    const follow = (server: GatewayProcess) => {
      const ids: string[] = [];
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${key}` },
        retryAttempts: 0,
      });
      client.subscribe<any>(
        { query: 'subscription { bookingNotifications(after: "0") { appointment { id } } }' },
        {
          next: ({ data }) => ids.push(data.bookingNotifications.appointment.id),
          error: () => undefined,
          complete: () => undefined,
        },
      );
      return { ids, close: () => client.dispose() };
    };
    let hour = 0;
    const bookOn = async (server: GatewayProcess) => {
      const { locationId, reasonId, staffId, clientId } = clinic;
      const start = new Date(Date.UTC(2031, 0, 1) + 3_600_000 * (hour += 1)).toISOString();
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query: BOOK,
          variables: { input: { locationId, reasonId, staffId, clientId, start } },
        }),
      });
      return ((await response.json()) as any).data.createAppointment.appointment.id as string;
    };
    const until = async (done: () => boolean) => {
      for (
        const end = Date.now() + 20_000;
        !done();
        await new Promise((resolve) => setTimeout(resolve, 10))
      )
        if (Date.now() > end) throw new Error('no event arrived');
    };

    it('deliver events of every process in one order, whichever process numbers the log, and after a kill', async () => {
      const subscribers = servers.map(follow);
      const booked: string[] = [];
      for (let round = 0; round < 10; round += 1)
        for (const server of servers) booked.push(await bookOn(server));
      await until(() => subscribers.every(({ ids }) => ids.length === booked.length));
      for (const { ids } of subscribers) expect(new Set(ids)).toEqual(new Set(booked));
      expect(subscribers[1]!.ids).toEqual(subscribers[0]!.ids);
      expect(subscribers[2]!.ids).toEqual(subscribers[0]!.ids);

      // One of the two processes that are killed in turn is the sequencer's leader.
      for (const index of [0, 1]) {
        await servers[index]!.kill();
        await Promise.resolve(subscribers[index]!.close()).catch(() => undefined);
        for (let round = 0; round < 5; round += 1) booked.push(await bookOn(servers[2]!));
        await until(() => subscribers[2]!.ids.length === booked.length);
      }
      expect(new Set(subscribers[2]!.ids)).toEqual(new Set(booked));
      await subscribers[2]!.close();
    });
  },
);
