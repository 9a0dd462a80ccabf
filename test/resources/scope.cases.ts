import { Role } from '../../src/context';
import { addClinic, addReason, change, refusal } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import type { TestGateway } from '../support/harness/gateway';
import type { ResourcesFixture } from './resources.fixture';

export function scopeCases(gateway: TestGateway, fixture: ResourcesFixture): void {
  const { add, read, count } = fixture;

  it.each([
    ['createResource', { name: '' }, 'INVALID_INPUT', 'name'],
    ['createResource', { name: 'x'.repeat(256) }, 'INVALID_INPUT', 'name'],
    ['createResource', { name: 'x', quantity: 0 }, 'INVALID_INPUT', 'quantity'],
    ['createResource', { name: 'x', quantity: -1 }, 'INVALID_INPUT', 'quantity'],
    ['createResource', { name: 'x', locationId: 'Staff:1' }, 'INVALID_INPUT', 'locationId'],
    ['createResource', { name: 'x', locationId: 'Location:2147483647' }, 'NOT_FOUND', 'locationId'],
    ['createResourceBundle', { name: 'x', items: [] }, 'INVALID_INPUT', 'items'],
    [
      'createResourceBundle',
      { name: 'x', items: [{ resourceId: 'Resource:1', units: 0 }] },
      'INVALID_INPUT',
      'units',
    ],
    [
      'createResourceBundle',
      { name: 'x', items: [{ resourceId: 'Resource:2147483647' }] },
      'NOT_FOUND',
      'resourceId',
    ],
    ['updateResource', { id: 'Resource:2147483647', name: 'x' }, 'NOT_FOUND', 'id'],
    ['updateResource', { id: 'Resource:2147483647', quantity: null }, 'INVALID_INPUT', 'quantity'],
    ['setReasonResources', { reasonId: 'Reason:2147483647', needs: [] }, 'NOT_FOUND', 'reasonId'],
  ])('%s refuses %j', async (mutation, input, code, field) => {
    const before = await count();
    expect(await refusal(gateway, mutation, input)).toEqual([code, field]);
    expect(await count()).toEqual(before);
  });

  it('are found by the reasons that need them, directly or as part of a bundle', async () => {
    const [mat, ball, unused] = [
      await add({ name: 'Mat' }),
      await add({ name: 'Ball' }),
      await add({ name: 'Unused' }),
    ];
    const { resourceBundle } = await change(
      gateway,
      'createResourceBundle',
      { name: 'Gymnastics', items: [{ resourceId: ball }] },
      'resourceBundle { id }',
    );
    const needing = async (id: string) => {
      const reasonId = await addReason(gateway, { reasonDesc: 'Gym', visitMinutes: 30 });
      const needs = [{ options: [{ id }] }];
      expect((await change(gateway, 'setReasonResources', { reasonId, needs })).userErrors).toEqual(
        [],
      );
      return reasonId;
    };
    const [onMat, withBall] = [await needing(mat), await needing(resourceBundle.id)];
    const found = async (reasonIds: string[], key = gateway.business.secretKey) =>
      (
        await gateway.data(
          `query ($filter: ResourceFilter) { resources(filter: $filter) { nodes { id } } }`,
          { filter: { reasonIds } },
          { key },
        )
      ).resources.nodes.map(({ id }: { id: string }) => id);
    expect(await found([onMat])).toEqual([mat]);
    expect(await found([withBall])).toEqual([ball]);
    expect(await found([onMat, withBall])).toEqual([ball, mat]);
    expect(await found([])).toEqual([]);
    expect(await found([onMat, withBall])).not.toContain(unused);
    const other = await gateway.addBusiness({ name: 'Other gym', timeZone: 'Europe/Berlin' });
    expect(await found([onMat, withBall], other.secretKey)).toEqual([]);
  });

  it('are written by administrators and, at their locations, location super users; read by staff; and never across businesses', async () => {
    const local = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(fixture.annex)],
    });
    const own = await add({ name: 'Local', locationId: fixture.annex }, local);
    expect(
      (await change(gateway, 'updateResource', { id: own, name: 'Locally' }, '', local)).userErrors,
    ).toEqual([]);
    expect(
      await refusal(
        gateway,
        'createResource',
        { name: 'x', locationId: fixture.clinic.locationId },
        local,
      ),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'locationId']);
    expect(
      await refusal(gateway, 'updateResource', { id: fixture.room, name: 'x' }, local),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(
        gateway,
        'createResourceBundle',
        { name: 'x', items: [{ resourceId: fixture.room }] },
        local,
      ),
    ).toEqual(['NOT_FOUND', 'resourceId']);
    expect(
      await refusal(
        gateway,
        'setReasonResources',
        { reasonId: fixture.clinic.reasonId, needs: [] },
        local,
      ),
    ).toEqual(['FORBIDDEN', undefined]);

    const staff = await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) });
    expect(
      (
        await gateway.data(
          '{ resources(filter: { search: "Treadmill" }) { totalCount } }',
          {},
          { key: staff },
        )
      ).resources.totalCount,
    ).toBe(1);
    expect(
      await refusal(gateway, 'createResource', { name: 'x', locationId: fixture.annex }, staff),
    ).toEqual(['FORBIDDEN', undefined]);

    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
    for (const key of [client, gateway.business.publishableKey]) {
      const { data, errors } = await gateway.run(
        `query ($id: ID!, $reason: ID!) {
          resource(id: $id) { id } node(id: $id) { id } resources { totalCount }
          resourceBundles { totalCount } reason(id: $reason) { resourceNeeds { options { units } } }
        }`,
        { id: fixture.room, reason: fixture.clinic.reasonId },
        { key },
      );
      expect(data).toEqual({
        resource: null,
        node: null,
        resources: null,
        resourceBundles: null,
        reason: { resourceNeeds: null },
      });
      expect(errors).toMatchObject([
        { path: ['resources'], extensions: { code: 'FORBIDDEN' } },
        { path: ['resourceBundles'], extensions: { code: 'FORBIDDEN' } },
      ]);
      expect(
        await refusal(gateway, 'createResource', { name: 'x', locationId: fixture.annex }, key),
      ).toEqual(['FORBIDDEN', undefined]);
    }

    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    expect(
      await gateway.data(
        `query ($id: ID!) {
          resource(id: $id) { id } node(id: $id) { id } resources { totalCount }
          resourceBundles { totalCount }
        }`,
        { id: fixture.room },
        { key: foreign },
      ),
    ).toEqual({
      resource: null,
      node: null,
      resources: { totalCount: 0 },
      resourceBundles: { totalCount: 0 },
    });
    const theirs = await addClinic(gateway, 'theirs', foreign);
    expect(
      await refusal(gateway, 'updateResource', { id: fixture.room, name: 'x' }, foreign),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(gateway, 'createResource', { name: 'x', locationId: fixture.annex }, foreign),
    ).toEqual(['NOT_FOUND', 'locationId']);
    expect(
      await refusal(
        gateway,
        'createResourceBundle',
        { name: 'x', items: [{ resourceId: fixture.room }] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'resourceId']);
    expect(
      await refusal(
        gateway,
        'setReasonResources',
        { reasonId: theirs.reasonId, needs: [{ options: [{ id: fixture.room }] }] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(
        gateway,
        'setReasonResources',
        { reasonId: fixture.clinic.reasonId, needs: [] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'reasonId']);
    expect((await read(fixture.room)).name).toBe('Room 1');
  });
}
