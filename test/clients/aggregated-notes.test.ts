import { Role } from '../../src/context';
import { join, keysOf, raw, sql } from '../../src/db/sql';
import { appointments } from '../../src/features/appointments/model/list';
import { addClient, addClinic, book, change, hire, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';

const NOTES = `query ($ids: [ID!], $first: Int, $after: String, $last: Int) {
  clients(filter: { ids: $ids }) { nodes { lastName
    aggregatedNotes(first: $first, after: $after, last: $last) {
      nodes { kind text time appointment { id note } } totalCount pageInfo { endCursor hasNextPage }
    }
  } }
}`;

onEachDatabase('aggregatedNotes', (gateway) => {
  let clinic: Clinic;
  let id: string;
  let visits: string[];

  beforeAll(async () => {
    gateway.time = Date.parse('2030-01-07T12:00:00Z');
    clinic = await addClinic(gateway);
    const second = { ...clinic, staffId: clinic.otherStaffId };
    id = await addClient(gateway, {
      firstName: 'Jon',
      lastName: 'Noted',
      notes: 'Prefers mornings',
    });
    gateway.time += 60_000;
    await change(gateway, 'updateClient', { id, alertNotes: ['Nut allergy'] });
    const visit = async (of: Clinic, start: string, note?: string): Promise<string> => {
      const made = await book(gateway, { ...of, clientId: id }, start, { note });
      return made.appointment.id;
    };
    visits = [
      await visit(clinic, '2030-02-05T15:00:00Z', 'Brings a child'),
      await visit(second, '2030-02-04T15:00:00Z', 'Seen by another'),
      await visit(clinic, '2030-02-06T15:00:00Z'),
    ];
    await change(gateway, 'cancelAppointment', { id: visits[2], note: 'Is ill' });
  });
  afterAll(() => (gateway.time = null));

  const read = async (variables: object = {}, key?: string): Promise<any> => {
    const { clients } = await gateway.data(NOTES, { ids: [id], ...variables }, key ? { key } : {});
    return clients.nodes[0]?.aggregatedNotes;
  };
  const texts = ({ nodes }: any): string[] => nodes.map(({ text }: any) => text);
  const ALL = ['Prefers mornings', 'Nut allergy', 'Seen by another', 'Brings a child', 'Is ill'];

  it('are the notes of the client and of their appointments, by time', async () => {
    const { nodes, totalCount } = await read();

    expect(totalCount).toBe(5);
    expect(
      nodes.map(({ kind, text, time, appointment }: any) => [
        kind,
        text,
        time,
        appointment?.id ?? null,
      ]),
    ).toEqual([
      ['CLIENT', 'Prefers mornings', '2030-01-07T12:00:00.000Z', null],
      ['ALERT', 'Nut allergy', '2030-01-07T12:01:00.000Z', null],
      ['APPOINTMENT', 'Seen by another', '2030-02-04T15:00:00.000Z', visits[1]],
      ['APPOINTMENT', 'Brings a child', '2030-02-05T15:00:00.000Z', visits[0]],
      ['CANCELLATION', 'Is ill', '2030-02-06T15:00:00.000Z', visits[2]],
    ]);
  });

  it('are paginated forwards and backwards', async () => {
    const first = await read({ first: 2 });
    const second = await read({ first: 2, after: first.pageInfo.endCursor });

    expect([texts(first), texts(second)]).toEqual([ALL.slice(0, 2), ALL.slice(2, 4)]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(texts(await read({ last: 2 }))).toEqual(ALL.slice(3));
  });

  it('omit appointments that the viewer may not read, and all for viewers who are not staff', async () => {
    const staffKey = (staffId: string) =>
      gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) });
    const clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(id) });
    const strangerKey = await hire(gateway, clinic, 'stranger').then(staffKey);

    expect(texts(await read({}, await staffKey(clinic.staffId)))).toEqual(
      ALL.filter((text) => text !== 'Seen by another'),
    );
    expect(texts(await read({}, await staffKey(clinic.otherStaffId)))).toEqual(ALL.slice(0, 3));
    expect(await read({}, clientKey)).toMatchObject({ nodes: [], totalCount: 0 });
    expect(await read({}, strangerKey)).toBeUndefined();
    const elsewhere = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [999_999] });
    expect(await read({}, elsewhere)).toBeUndefined();
    const { secretKey: foreign } = await gateway.addBusiness({ name: 'B', timeZone: 'UTC' });
    expect(await read({}, foreign)).toBeUndefined();
  });

  it('of many clients take one statement', async () => {
    const ids = await Promise.all(
      ['A', 'B', 'C'].map((lastName) =>
        addClient(gateway, { firstName: 'Many', lastName, notes: lastName }),
      ),
    );
    const few = await gateway.counted(NOTES, { ids: [id] });
    const many = await gateway.counted(NOTES, { ids: [id, ...ids] });

    expect(many.data.clients.nodes.map((node: any) => texts(node.aggregatedNotes))).toEqual([
      ALL,
      ['A'],
      ['B'],
      ['C'],
    ]);
    expect(many.statements).toHaveLength(few.statements.length);
    expect(
      many.statements.filter((statement) => /FROM "?appointment"? AS "?a"?/.test(statement)),
    ).toHaveLength(1);
  });

  it('are refused beyond 10,000 appointments with notes, and returned up to them', async () => {
    const { table } = appointments;
    const columns = table.columns.map(({ name }) => name);
    /** Inserts copies of an appointment with a note, with ids above its own. */
    const copy = (offsets: readonly number[]) =>
      gateway.gateway.db.transaction((tx) =>
        tx.run(sql`
          INSERT INTO appointment (${join(columns.map((name) => raw(`"${name}"`)))})
          SELECT ${join(columns.map((name) => raw(name === 'id' ? 'a.id + k.key' : `a."${name}"`)))}
          FROM appointment AS a, ${keysOf(offsets)} WHERE a.id = ${numberOf(visits[0]!)}`),
      );
    // Three appointments of the client have a note already.
    await copy(Array.from({ length: 9_997 }, (_, index) => 100_000 + index));

    expect((await read({ first: 1 })).totalCount).toBe(10_002);
    await copy([200_000]);
    const { data, errors } = await gateway.run(NOTES, { ids: [id] });

    expect(data.clients.nodes[0]).toEqual({ lastName: 'Noted', aggregatedNotes: null });
    expect(errors?.map(({ extensions, message }) => [extensions.code, message])).toEqual([
      [
        'QUERY_TOO_COMPLEX',
        'These clients have more than 10000 appointments with notes. Request fewer clients.',
      ],
    ]);
  });
});
