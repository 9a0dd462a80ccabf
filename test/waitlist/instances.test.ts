import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { claimFindings } from '../../src/features/appointments/integrity';
import { brokenLogs } from '../../src/log/integrity';
import { breaches } from '../../src/features/occupancy/integrity';
import { waitlistFindings } from '../../src/features/waitlist/integrity';
import { connect } from '../../src/db/connect';
import type { Database } from '../../src/db/database';
import { Ids } from '../../src/db/state/ids';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../support/harness/process';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

const PLACES = 10;
const WAITING = 16;

jest.setTimeout(120_000);

(POSTGRES ? describe : describe.skip)(
  `a waitlist that several processes look at${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let db: Database;
    let gateway: TestGateway;
    let servers: GatewayProcess[];
    let clinic: Clinic;

    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      db = await connect(
        (role) => dataSource(loadConfig(scratch.env), role),
        () => undefined,
      );
      const { secretKey } = await createBusiness(db, new Ids(db), Date.now(), {
        name: 'Instances',
        timeZone: 'UTC',
      });
      servers = await Promise.all([0, 1, 2].map(() => startProcess(scratch.env)));
      gateway = Object.assign(new TestGateway('postgres'), {
        gateway: { url: servers[0]!.url },
        business: { secretKey },
      }) as unknown as TestGateway;
      clinic = await addClinic(gateway, 'w');
      clinic.reasonId = await addReason(gateway, {
        reasonDesc: 'Popular',
        visitMinutes: 60,
        allowWaitList: true,
        staffIds: [clinic.staffId],
      });
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await db.close();
      await scratch.remove();
    });

    it('invites one entry to each place, also after two of three processes were killed', async () => {
      const start = (index: number) =>
        new Date(Date.UTC(2031, 0, 1) + 3_600_000 * index).toISOString();
      const booked: string[] = [];
      for (let index = 0; index < PLACES; index += 1)
        booked.push((await book(gateway, clinic, start(index))).appointment.id);
      for (let index = 0; index < WAITING; index += 1) {
        const clientId = await addClient(gateway, {
          firstName: 'Person',
          lastName: String(index),
          emailAddress: `p${index}@example.org`,
        });
        const times = Array.from({ length: PLACES }, (_, place) => start(place));
        expect(
          (
            await change(gateway, 'joinWaitlist', {
              reasonId: clinic.reasonId,
              locationId: clinic.locationId,
              clientId,
              wish: { times },
            })
          ).userErrors,
        ).toEqual([]);
      }
      await change(gateway, 'updateWaitlistSettings', { mode: 'NEXT' });
      const invited = () =>
        db.all<{ entry: number; start: number }>(sql`
      SELECT e.id AS entry, a.start_at AS start FROM waitlist_entry AS e JOIN appointment AS a ON a.business_id = e.business_id AND a.id = e.appointment_id WHERE e.status = 'INVITED'`);
      const until = async (count: number) => {
        for (const end = Date.now() + 30_000; (await invited()).length < count && Date.now() < end;)
          await new Promise((resolve) => setTimeout(resolve, 50));
      };

      const half = PLACES / 2;
      for (const id of booked.slice(0, half)) await change(gateway, 'cancelAppointment', { id });
      await until(1);
      // During an invitation, or directly after it.
      await Promise.all([servers[1]!.kill(), servers[2]!.kill()]);
      for (const id of booked.slice(half)) await change(gateway, 'cancelAppointment', { id });
      await until(PLACES);
      const found = await invited();
      expect([
        found.length,
        new Set(found.map(({ entry }) => entry)).size,
        new Set(found.map(({ start: at }) => at)).size,
      ]).toEqual([PLACES, PLACES, PLACES]);
      const [told] = await db.all<{ count: number }>(
        sql`SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED'`,
      );
      expect(told?.count).toBe(PLACES);
      expect([
        (await breaches(db)).breaches,
        await claimFindings(db),
        await waitlistFindings(db),
        await brokenLogs(db),
      ]).toEqual([[], [], [], []]);
    });
  },
);
