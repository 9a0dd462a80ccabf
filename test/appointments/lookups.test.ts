import { Role } from '../../src/context';
import { addClient, addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';

/** Lookups by the caller's own ids, by instants and by text. */
onEachDatabase('lookups of appointments', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let foreignKey: string;
  let batch: string[];
  let holdId: string;
  let unconfirmedId: string;
  let deletedId: string;

  const LIST =
    'query ($filter: AppointmentFilter) { appointments(filter: $filter) { totalCount nodes { id } } }';
  const found = async (filter: object, key = gateway.business.secretKey): Promise<string[]> => {
    const { appointments } = await gateway.data(LIST, { filter }, { key });
    expect(appointments.totalCount).toBe(appointments.nodes.length);
    return appointments.nodes.map(({ id }: { id: string }) => id);
  };
  const add = async (start: string, input: object = {}, of: Partial<Clinic> = {}) => {
    const { appointment, userErrors } = await book(gateway, { ...clinic, ...of }, start, input);
    expect(userErrors).toEqual([]);
    return appointment.id as string;
  };

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const arya = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
      notes: 'faceless',
    });
    batch = [
      await add('2031-01-06T14:00:00Z', { batchId: 'b-1', externalEventId: 'e-1' }),
      await add('2031-01-07T14:00:00Z', { batchId: 'b-1' }, { clientId: arya }),
    ];
    unconfirmedId = await add('2031-01-08T14:00:00Z', { pendingConfirmation: true });
    deletedId = await add('2031-01-09T14:00:00Z', { batchId: 'b-2', externalEventId: 'e-2' });
    const payload = { id: deletedId, status: 'DELETED' };
    expect((await change(gateway, 'setAppointmentStatus', payload)).userErrors).toEqual([]);
    const { locationId, reasonId, staffId, clientId } = clinic;
    const hold = await change(
      gateway,
      'holdAppointment',
      { locationId, reasonId, staffId, clientId, start: '2031-01-10T14:00:00Z' },
      'appointment { id }',
    );
    holdId = hold.appointment.id;
    keys = await keysOf(gateway, clinic);
    foreignKey = (
      await gateway.addBusiness({ name: 'Foreign', timeZone: 'Europe/Berlin', currency: 'EUR' })
    ).secretKey;
    const theirs = await addClinic(gateway, 'theirs', foreignKey);
    const same = { batchId: 'b-1', externalEventId: 'e-1' };
    await book(gateway, theirs, '2031-01-06T14:00:00Z', same, foreignKey);
  });

  it('by externalEventIds and batchIds leave out deleted ones and other businesses', async () => {
    expect(await found({ batchIds: ['b-1'] })).toEqual(batch);
    expect(await found({ batchIds: ['b-1', 'b-2', 'none'] })).toEqual(batch);
    expect(await found({ batchIds: ['b-2'], includeDeleted: true })).toEqual([deletedId]);
    expect(await found({ externalEventIds: ['e-1', 'e-2'] })).toEqual([batch[0]]);
    expect(await found({ externalEventIds: ['e-2'], statuses: ['DELETED'] })).toEqual([deletedId]);
    expect(await found({ externalEventIds: ['E-1'] })).toEqual([]);
    expect(await found({ externalEventIds: [] })).toEqual([]);
    expect(await found({ externalEventIds: ['e-1'], batchIds: ['b-2'] })).toEqual([]);
    const theirs = await found({ batchIds: ['b-1'], externalEventIds: ['e-1'] }, foreignKey);
    expect(theirs).toHaveLength(1);
    expect(batch).not.toContain(theirs[0]);
  });

  it('show each role the appointments in its scope only', async () => {
    for (const [role, expected] of [
      [Role.LOCATION_SUPER_USER, batch],
      [Role.STAFF_USER, batch],
      [Role.CLIENT, [batch[0]]],
    ] as const)
      expect([role, await found({ batchIds: ['b-1'] }, keys[role])]).toEqual([role, expected]);
    for (const role of [Role.GUEST, Role.PUBLIC])
      expect(
        (await gateway.run(LIST, { filter: { batchIds: ['b-1'] } }, { key: keys[role] })).errors,
      ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it.each(['createdBetween', 'modifiedBetween'])(
    'by %s include the start of the range and exclude its end, to the millisecond',
    async (name) => {
      const field = name === 'createdBetween' ? 'createdAt' : 'modifiedAt';
      const [id] = batch;
      const { appointment } = await gateway.data(`{ appointment(id: "${id}") { ${field} } }`);
      const n = Date.parse(appointment[field]);
      const at = (offset: number) => new Date(n + offset).toISOString();
      for (const [range, isFound] of [
        [{ from: at(-1) }, true],
        [{ from: at(0) }, true],
        [{ from: at(1) }, false],
        [{ to: at(-1) }, false],
        [{ to: at(0) }, false],
        [{ to: at(1) }, true],
        [{ from: at(0), to: at(1) }, true],
        [{ from: at(0), to: at(0) }, false],
        [{}, true],
      ] as const)
        expect([range, await found({ ids: [id], [name]: range })]).toEqual([
          range,
          isFound ? [id] : [],
        ]);
      expect(await found({ ids: [id], [name]: { from: at(0) } }, foreignKey)).toEqual([]);
    },
  );

  it('by search find words of the client, and of names only for callers other than staff', async () => {
    expect(await found({ search: 'arya WINTERFELL faceless' })).toEqual([batch[1]]);
    expect(await found({ search: 'stark snow' })).toEqual([]);
    expect(await found({ search: '%' })).toEqual([]);
    expect((await found({ search: ' ' })).length).toBe((await found({})).length);
    expect(await found({ search: 'arya' }, keys[Role.CLIENT])).toEqual([]);
    expect(await found({ search: 'arya' }, foreignKey)).toEqual([]);
    const own = await found({ search: 'snow' }, keys[Role.CLIENT]);
    expect(own).toContain(batch[0]);
    expect(await found({ search: 'castleblack' }, keys[Role.CLIENT])).toEqual([]);
    expect(await found({ search: 'castleblack' })).toEqual(own);
  });

  it('by onlyHolds and onlyUnconfirmed find those that wait', async () => {
    expect(await found({ onlyHolds: true })).toEqual([holdId]);
    expect(await found({ onlyUnconfirmed: true })).toEqual([unconfirmedId]);
    expect(await found({ onlyHolds: true, onlyUnconfirmed: true })).toEqual([]);
    expect(await found({ onlyHolds: false, onlyUnconfirmed: false })).toEqual(await found({}));
    expect(await found({ onlyHolds: true }, foreignKey)).toEqual([]);
  });

  it('take one statement each, and count as they list', async () => {
    for (const filter of [
      { batchIds: ['b-1'] },
      { externalEventIds: ['e-1', 'e-2'] },
      { modifiedBetween: { from: '2020-01-01T00:00:00Z' } },
      { search: 'snow' },
      { onlyHolds: true },
      { onlyUnconfirmed: true },
    ]) {
      const { data, statements } = await gateway.counted(LIST, { filter });
      expect([filter, statements.length]).toEqual([filter, 1]);
      const { appointmentCounts } = await gateway.data(
        'query ($filter: AppointmentFilter) { appointmentCounts(by: LOCATION, filter: $filter) { count } }',
        { filter },
      );
      const counted = appointmentCounts.reduce((sum: number, row: any) => sum + row.count, 0);
      expect([filter, counted]).toEqual([filter, data.appointments.totalCount]);
    }
  });
});
