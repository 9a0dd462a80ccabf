import { Role } from '../../src/context';
import { addClinic, change, refusal, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';

const READ = '{ viewer { business { id name locale country currency timeZone { code } } } }';

onEachDatabase('updateBusiness', (gateway) => {
  let clinic: Clinic;
  const read = async (key = gateway.business.secretKey) =>
    (await gateway.data(READ, {}, { key })).viewer.business;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('changes the given fields, and appends one event of them', async () => {
    const before = await read();
    const input = { name: ' Clinic ', timeZone: 'europe/berlin', locale: 'de_AT', country: 'AT' };

    const first = await change(gateway, 'updateBusiness', input, 'business { id }');
    const again = await change(gateway, 'updateBusiness', input, 'business { id }');

    expect([first, again]).toEqual(
      [1, 2].map(() => ({ business: { id: before.id }, userErrors: [] })),
    );
    expect(await read()).toEqual({
      id: before.id,
      name: 'Clinic',
      locale: 'de-AT',
      country: 'AT',
      currency: 'USD',
      timeZone: { code: 'Europe/Berlin' },
    });
    await gateway.logged();
    const { changes } = await gateway.data(
      `query ($filter: ChangeFilter) {
        changes(filter: $filter) {
          nodes { type node { ... on Business { name } } changes { field from to } }
        }
      }`,
      { filter: { ids: [before.id] } },
    );
    expect(changes.nodes).toEqual([
      {
        type: 'BUSINESS_UPDATED',
        node: { name: 'Clinic' },
        changes: expect.arrayContaining([
          { field: 'name', from: 'Test clinic', to: 'Clinic' },
          { field: 'country', from: 'US', to: 'AT' },
        ]),
      },
    ]);
  });

  it.each([Role.ADMINISTRATOR, Role.STAFF_USER, Role.CLIENT])(
    'is reached from staff, locations and custom fields by role %s',
    async (role) => {
      const key = await gateway.key(role, {
        ...(role === Role.STAFF_USER ? { staffId: numberOf(clinic.staffId) } : {}),
        ...(role === Role.CLIENT ? { clientId: numberOf(clinic.clientId) } : {}),
      });
      await change(gateway, 'createCustomField', {
        label: `For ${role}`,
        mode: 'CLIENT',
        dataType: 'TXT',
        visibleOnScheduler: true,
      });
      const { viewer, staff, locations, customFields } = await gateway.data(
        `{
          viewer { business { id } }
          staff { nodes { business { id } } }
          locations { nodes { business { id } } }
          customFields { nodes { business { id } } }
        }`,
        {},
        { key },
      );
      for (const { nodes } of [staff, locations, customFields]) {
        expect(nodes.length).toBeGreaterThan(0);
        expect(new Set(nodes.map((node: any) => node.business.id))).toEqual(
          new Set([viewer.business.id]),
        );
      }
    },
  );

  it.each([
    [{ name: ' ' }, 'name'],
    [{ name: null }, 'name'],
    [{ timeZone: 'Mars/Base' }, 'timeZone'],
    [{ locale: 'x' }, 'locale'],
    [{ country: 'us' }, 'country'],
  ])('refuses %j and writes nothing', async (input, field) => {
    const before = await read();

    const [code, path] = await refusal(gateway, 'updateBusiness', input);

    expect([code, path]).toEqual(['INVALID_INPUT', field]);
    expect(await read()).toEqual(before);
  });

  it('changes the business of the caller only, for administrators only', async () => {
    const { locationId, staffId, clientId } = clinic;
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const before = await read();

    await change(gateway, 'updateBusiness', { name: 'Renamed' }, '', other.secretKey);
    for (const key of [
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(locationId)] }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) }),
      gateway.business.publishableKey,
    ])
      expect((await refusal(gateway, 'updateBusiness', { name: 'x' }, key))[0]).toBe('FORBIDDEN');

    expect(await read()).toEqual(before);
    expect((await read(other.secretKey)).name).toBe('Renamed');
  });
});
