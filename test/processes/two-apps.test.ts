import { addRuledClinic, wentDirectly, type RuledClinic } from '../support/fixtures/direct';
import { book } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { POSTGRES } from '../support/harness/scratch';

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'two apps in one process on %s',
  (dialect) => {
    const [one, other] = [new TestGateway(dialect), new TestGateway(dialect)];
    const clinics = new Map<TestGateway, RuledClinic>();
    let day = 0;

    beforeAll(async () => {
      for (const gateway of [one, other]) {
        gateway.time = Date.parse('2030-12-01T12:00:00Z');
        gateway.options = { backgroundWork: false };
        await gateway.start();
        clinics.set(gateway, await addRuledClinic(gateway, 'a'));
      }
    });
    afterAll(() => Promise.all([one, other].map((gateway) => gateway.stop())));

    async function isDirect(gateway: TestGateway): Promise<boolean | null> {
      const clinic = clinics.get(gateway) as RuledClinic;
      const { statements } = await gateway.counted(
        `mutation ($input: CreateAppointmentInput!) {
          createAppointment(input: $input) { userErrors { code } }
        }`,
        {
          input: {
            locationId: clinic.locationId,
            reasonId: clinic.reasonId,
            clientId: clinic.clientId,
            staffId: clinic.staffId,
            start: new Date(Date.UTC(2031, 0, (day += 1), 15)).toISOString(),
          },
        },
      );
      return wentDirectly(statements);
    }

    it('have the same ids, so that a state keyed by them would mix', () => {
      expect(clinics.get(one)?.staffId).toBe(clinics.get(other)?.staffId);
      expect(one.business.business.rowId).toBe(other.business.business.rowId);
    });

    it('cache rules separately', async () => {
      for (let count = 0; count < 3; count += 1) await isDirect(one);
      expect(await isDirect(one)).toBe(true);
      expect([await isDirect(other), await isDirect(other), await isDirect(other)]).toContain(true);
    });

    it('back off separately', async () => {
      const { contention } = one.gateway;
      contention.backOffMs = 60_000;
      for (let subjectId = 0; subjectId < 100; subjectId += 1) contention.markContended(subjectId);

      expect([await isDirect(one), await isDirect(other)]).toEqual([false, true]);
    });

    it('lock separately', async () => {
      other.gateway.contention.locksAll = true;
      expect(await isDirect(other)).toBe(false);
      other.gateway.contention.locksAll = false;
    });

    it('resolve keys separately', async () => {
      const viewer = '{ viewer { role } }';
      await one.data(viewer);
      const { status } = await other.run(viewer, {}, { key: one.business.secretKey });

      expect(status).toBe(401);
      expect((await one.run(viewer)).status).toBe(200);
    });

    it('notify their own listeners only', async () => {
      const clinic = clinics.get(other) as RuledClinic;
      const listen = ({ gateway: { signals } }: TestGateway) => {
        const heard: string[] = [];
        const forget = [
          signals.committed.on(() => heard.push('committed')),
          signals.appended.on(({ type }) => heard.push(type)),
          signals.commandEnded.on(({ code }) => heard.push(code)),
          signals.statementSent.on(
            (text) => /INTO "appointment" /.test(text) && heard.push('sent'),
          ),
        ];
        return { heard, forget: () => forget.forEach((end) => end()) };
      };
      const [here, there] = [listen(one), listen(other)];

      await book(other, clinic, new Date(Date.UTC(2031, 0, (day += 1), 15)).toISOString());

      expect(here.heard).toEqual([]);
      expect(there.heard).toEqual(['sent', 'committed', 'CREATED', 'OK']);
      expect(one.gateway.log).not.toBe(other.gateway.log);
      [here, there].forEach(({ forget }) => forget());
    });
  },
);
