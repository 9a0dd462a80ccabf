import { Lookups1763700000193 } from '../../src/db/migrations/1763700000193-lookups';
import { dataSource } from '../../src/data-source';
import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';

/** Lookups of clients, staff and locations. */
onEachDatabase('lookups of clients, staff and locations', (gateway) => {
  let clinic: Clinic;
  let arya: string;
  let keys: Record<Role, string>;
  let foreignKey: string;

  const LIST =
    'query ($filter: ClientFilter) { clients(filter: $filter) { totalCount nodes { id } } }';
  const found = async (filter: object, key = gateway.business.secretKey): Promise<string[]> => {
    const { clients } = await gateway.data(LIST, { filter }, { key });
    expect(clients.totalCount).toBe(clients.nodes.length);
    return clients.nodes.map(({ id }: { id: string }) => id);
  };
  const crm = (id: string) => ({ externalIds: [{ system: 'crm', id }] });

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const input = {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'Arya@Winterfell.example',
      externalIds: [
        { system: 'crm', id: 'A-1' },
        { system: 'stripe', id: 'cus_1' },
      ],
    };
    arya = await addClient(gateway, input);
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    await change(gateway, 'setViewableClients', {
      clientId: clinic.clientId,
      viewableClientIds: [arya],
    });
    keys = await keysOf(gateway, clinic);
    foreignKey = (
      await gateway.addBusiness({ name: 'Foreign', timeZone: 'Europe/Berlin', currency: 'EUR' })
    ).secretKey;
    await addClient(gateway, input, foreignKey);
  });

  it('by emailAddresses match whole addresses in any case, in one business', async () => {
    expect(await found({ emailAddresses: ['ARYA@winterfell.example'] })).toEqual([arya]);
    expect(
      (await found({ emailAddresses: ['arya@winterfell.example', 'jsnow-a@castleblack.mil'] }))
        .length,
    ).toBe(2);
    expect(await found({ emailAddresses: ['arya@winterfell'] })).toEqual([]);
    expect(await found({ emailAddresses: [] })).toEqual([]);
    const theirs = await found({ emailAddresses: ['arya@winterfell.example'] }, foreignKey);
    expect(theirs).toHaveLength(1);
    expect(theirs).not.toContain(arya);
  });

  it('by externalIds follow each change of the ids', async () => {
    expect(await found(crm('A-1'))).toEqual([arya]);
    expect(await found(crm('a-1'))).toEqual([]);
    expect(await found({ externalIds: [{ system: 'stripe', id: 'A-1' }] })).toEqual([]);
    expect(await found({ externalIds: [] })).toEqual([]);
    expect(
      await found({ externalIds: [...crm('none').externalIds, { system: 'stripe', id: 'cus_1' }] }),
    ).toEqual([arya]);
    expect(await found(crm('A-1'), foreignKey)).not.toContain(arya);

    await change(gateway, 'updateClient', { id: arya, ...crm('A-2') });

    expect(await found(crm('A-1'))).toEqual([]);
    expect(await found({ externalIds: [{ system: 'stripe', id: 'cus_1' }] })).toEqual([]);
    expect(await found(crm('A-2'))).toEqual([arya]);
    await change(gateway, 'deleteClient', { id: arya });
    expect(await found(crm('A-2'))).toEqual([]);
    expect(await found({ ...crm('A-2'), includeDeleted: true })).toEqual([arya]);
  });

  it('by modifiedBetween include the start of the range and exclude its end', async () => {
    const { client } = await gateway.data(`{ client(id: "${clinic.clientId}") { modifiedAt } }`);
    const at = (offset: number) => new Date(Date.parse(client.modifiedAt) + offset).toISOString();
    for (const [range, isFound] of [
      [{ from: at(-1) }, true],
      [{ from: at(0) }, true],
      [{ from: at(1) }, false],
      [{ to: at(-1) }, false],
      [{ to: at(0) }, false],
      [{ to: at(1) }, true],
    ] as const)
      expect([range, await found({ ids: [clinic.clientId], modifiedBetween: range })]).toEqual([
        range,
        isFound ? [clinic.clientId] : [],
      ]);
  });

  it('disclose to a client nothing of another client but its name', async () => {
    const all = { includeDeleted: true };
    expect((await found(all, keys[Role.CLIENT])).sort()).toEqual([arya, clinic.clientId].sort());
    expect(await found({ ...all, search: 'arya' }, keys[Role.CLIENT])).toEqual([arya]);
    for (const filter of [
      { search: 'winterfell' },
      { emailAddresses: ['arya@winterfell.example'] },
      { externalIds: crm('A-2').externalIds },
    ])
      expect([filter, await found({ ...all, ...filter }, keys[Role.CLIENT])]).toEqual([filter, []]);
    for (const range of ['createdBetween', 'modifiedBetween'])
      expect(
        await found({ ...all, [range]: { from: '2020-01-01T00:00:00Z' } }, keys[Role.CLIENT]),
      ).toEqual([clinic.clientId]);
    // Not a client of the staff member.
    for (const role of [Role.STAFF_USER, Role.LOCATION_SUPER_USER])
      expect(
        await found({ ...all, emailAddresses: ['arya@winterfell.example'] }, keys[role]),
      ).toEqual([]);
  });

  it('of staff by reason take active assignments, and of locations by words of the name', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Swordplay',
      visitMinutes: 30,
      staffIds: [clinic.staffId],
    });
    const staffOf = async (ids: string[], key = gateway.business.secretKey) =>
      (
        await gateway.data(
          'query ($ids: [ID!]) { staff(filter: { reasonIds: $ids }) { totalCount nodes { id } } }',
          { ids },
          { key },
        )
      ).staff.nodes.map(({ id }: { id: string }) => id);
    expect(await staffOf([reasonId])).toEqual([clinic.staffId]);
    expect((await staffOf([reasonId, clinic.reasonId])).sort()).toEqual(
      [clinic.staffId, clinic.otherStaffId].sort(),
    );
    expect(await staffOf([reasonId], foreignKey)).toEqual([]);
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [{ staffId: clinic.staffId, active: false }],
    });
    expect(await staffOf([reasonId])).toEqual([]);
    const locationId = await addLocation(gateway, {
      locationName: 'Harrenhal Great_Hall',
      timeZone: 'America/New_York',
    });
    for (const [search, expected] of [
      ['hall HARREN', [locationId]],
      ['great_hall', [locationId]],
      ['gr_at', []],
    ] as const)
      expect(
        (
          await gateway.data(
            'query ($search: String) { locations(filter: { search: $search }) { nodes { id } } }',
            { search },
          )
        ).locations.nodes,
      ).toEqual(expected.map((id) => ({ id })));
  });

  it('take one statement each', async () => {
    for (const filter of [
      { emailAddresses: ['arya@winterfell.example'] },
      crm('A-2'),
      { modifiedBetween: { from: '2020-01-01T00:00:00Z' } },
    ])
      expect([filter, (await gateway.counted(LIST, { filter })).statements.length]).toEqual([
        filter,
        1,
      ]);
  });

  it('by externalIds find clients from before the migration', async () => {
    const source = await dataSource(gateway.config).initialize();
    const runner = source.createQueryRunner();
    const migration = new Lookups1763700000193();

    await migration.down(runner);
    await migration.up(runner);

    expect(await found({ ...crm('A-2'), includeDeleted: true })).toEqual([arya]);
    expect((await source.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    await runner.release();
    await source.destroy();
  });
});
