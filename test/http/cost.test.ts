import { addClinic, book } from '../support/fixtures/clinic';
import { costing } from '../support/harness/costing';
import { onEachDatabase } from '../support/harness/gateway';
import { runOver, TRANSPORTS } from '../support/harness/transports';

const AVAILABLE = 50_000;
const LIST = 'query ($n: Int) { appointments(first: $n) { nodes { client { fullName } } } }';
/** Costs 4 · 10,201 + 8,901 + 2 · 101 + 1 + n. */
const NESTED = `query ($n: Int) {
  a: locations(first: 100) { nodes { appointments(first: 100) { nodes { id } } } }
  b: locations(first: 100) { nodes { appointments(first: 100) { nodes { id } } } }
  c: locations(first: 100) { nodes { appointments(first: 100) { nodes { id } } } }
  d: locations(first: 100) { nodes { appointments(first: 100) { nodes { id } } } }
  e: locations(first: 100) { nodes { appointments(first: 87) { nodes { id } } } }
  f: locations(first: 100) { nodes { id } }
  g: locations(first: 100) { nodes { id } }
  h: locations(first: $n) { nodes { id } }
}`;

onEachDatabase('the cost in the extensions of a response', (gateway) => {
  let appointmentId: string;
  beforeAll(async () => {
    const { appointment } = await book(gateway, await addClinic(gateway), '2033-05-06T15:00:00Z');
    appointmentId = appointment.id;
  });

  describe.each(TRANSPORTS)('over %s', (transport) => {
    it.each([true, false])('is that of the page sizes sent, planned: %s', async (isPlanned) => {
      gateway.gateway.planner.isEnabled = isPlanned;

      const answers = [];
      for (const n of [2, 3])
        answers.push(await runOver(gateway, transport, { query: LIST, variables: { n } }));
      gateway.gateway.planner.isEnabled = true;

      const data = { appointments: { nodes: [{ client: { fullName: expect.any(String) } }] } };
      expect(answers).toEqual([
        { data, ...costing(5) },
        { data, ...costing(7) },
      ]);
    });

    it('is in the response of a mutation and beside errors of fields', async () => {
      const query = `mutation ($id: ID!) {
        updateAppointment(input: { id: $id, note: "x" }) { appointment { note } }
      }`;
      const changed = await runOver(gateway, transport, {
        query,
        variables: { id: appointmentId },
      });
      const failed = await runOver(gateway, transport, {
        query: '{ appointments(first: 101) { totalCount } }',
      });

      expect(changed).toMatchObject(costing(2));
      expect(failed).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
        ...costing(21),
      });
    });

    it('is in the refusal of one object more than the limit', async () => {
      const costOf = async (n: number) => {
        const answer: any = await runOver(gateway, transport, { query: NESTED, variables: { n } });
        return [answer.errors?.[0].extensions, answer.extensions];
      };

      const [atLimit, above] = [await costOf(92), await costOf(93)];

      expect(atLimit).toEqual([undefined, costing(AVAILABLE).extensions]);
      const { cost } = costing(AVAILABLE + 1).extensions;
      // A WebSocket's error message has no place beside the errors.
      expect(above).toEqual([
        { code: 'QUERY_TOO_COMPLEX', cost },
        transport === 'WebSocket' ? undefined : { cost },
      ]);
    });

    it('is absent where no operation was measured', async () => {
      for (const query of ['{', '{ nothing }', 'query A { ping } query B { ping }'])
        expect(await runOver(gateway, transport, { query })).not.toHaveProperty('extensions');
    });
  });

  it('is in the refusal of a subscription as an event stream', async () => {
    const query = `subscription {
      bookingNotifications { appointment { location {
        a: appointments(first: 100) { nodes { location { appointments(first: 100) { nodes { client { staff: fullName } location { appointments(first: 100) { nodes { id } } } } } } } }
      } } }
    }`;

    const answer: any = await runOver(gateway, 'SSE', { query });

    expect(answer.errors[0].extensions.code).toBe('QUERY_TOO_COMPLEX');
    expect(answer.extensions).toEqual({ cost: answer.errors[0].extensions.cost });
  });
});
