import { resourceNeedsOf } from '../../src/features/resources/resource-needs';
import { change, refusal } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import type { TestGateway } from '../support/harness/gateway';
import type { ResourcesFixture } from './resources.fixture';

export function needsCases(gateway: TestGateway, fixture: ResourcesFixture): void {
  const { add, count } = fixture;

  it('form bundles within one location', async () => {
    const { resourceBundle } = await change(
      gateway,
      'createResourceBundle',
      {
        name: 'Stress test',
        items: [{ resourceId: fixture.room }, { resourceId: fixture.treadmills, units: 2 }],
      },
      `resourceBundle {
        id name active location { locationName } items { units resource { name } }
      }`,
    );
    expect(resourceBundle).toEqual({
      id: expect.stringMatching(/^ResourceBundle:\d+$/),
      name: 'Stress test',
      active: true,
      location: { locationName: 'Office a' },
      items: [
        { units: 1, resource: { name: 'Room 1' } },
        { units: 2, resource: { name: 'Treadmill' } },
      ],
    });
    const { resourceBundle: changed } = await change(
      gateway,
      'updateResourceBundle',
      { id: resourceBundle.id, name: 'Run', items: [{ resourceId: fixture.treadmills, units: 3 }] },
      'resourceBundle { name items { units } }',
    );
    expect(changed).toEqual({ name: 'Run', items: [{ units: 3 }] });
    const elsewhere = await add({ name: 'Elsewhere', locationId: fixture.annex });
    const before = await count();
    expect(
      await refusal(gateway, 'createResourceBundle', {
        name: 'x',
        items: [{ resourceId: fixture.room }, { resourceId: elsewhere }],
      }),
    ).toEqual(['RULE_VIOLATED', 'items']);
    expect(
      await refusal(gateway, 'createResourceBundle', {
        name: 'x',
        items: [{ resourceId: fixture.treadmills, units: 4 }],
      }),
    ).toEqual(['RULE_VIOLATED', 'units']);
    expect(
      await refusal(gateway, 'createResourceBundle', {
        name: 'x',
        items: [{ resourceId: fixture.room }, { resourceId: fixture.room }],
      }),
    ).toEqual(['INVALID_INPUT', 'items']);
    expect(
      await refusal(gateway, 'updateResourceBundle', {
        id: resourceBundle.id,
        items: [{ resourceId: elsewhere }],
      }),
    ).toEqual(['RULE_VIOLATED', 'items']);
    expect(await count()).toEqual(before);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { resourceBundle(id: $id) { items { resource { name } } } }',
          { id: resourceBundle.id },
        )
      ).resourceBundle.items,
    ).toEqual([{ resource: { name: 'Treadmill' } }]);
  });

  it('are needs of a reason: each need by the first of its options, bundles as all of their parts', async () => {
    const second = await add({ name: 'Room 2', locationId: fixture.clinic.locationId });
    const {
      resourceBundle: { id: bundle },
    } = await change(
      gateway,
      'createResourceBundle',
      { name: 'Both', items: [{ resourceId: second }, { resourceId: fixture.treadmills }] },
      'resourceBundle { id }',
    );
    const needs = [
      { options: [{ id: fixture.room }, { id: bundle }] },
      { options: [{ id: fixture.treadmills, units: 2 }] },
    ];
    const { reason } = await change(
      gateway,
      'setReasonResources',
      { reasonId: fixture.clinic.reasonId, needs },
      `reason {
        resourceNeeds {
          options {
            units takes { ... on Resource { name } ... on ResourceBundle { name items { units } } }
          }
        }
      }`,
    );
    expect(reason.resourceNeeds).toEqual([
      {
        options: [
          { units: 1, takes: { name: 'Room 1' } },
          { units: 1, takes: { name: 'Both', items: [{ units: 1 }, { units: 1 }] } },
        ],
      },
      { options: [{ units: 2, takes: { name: 'Treadmill' } }] },
    ]);
    const reasonId = numberOf(fixture.clinic.reasonId);
    const businessId = gateway.business.business.rowId;
    const needed = async () =>
      (await resourceNeedsOf(gateway.gateway.db, businessId, [reasonId, 999]))
        .get(reasonId)!
        .map((need) =>
          need.map(({ bundleId, takes }) => [
            bundleId === null ? null : `ResourceBundle:${bundleId}`,
            ...takes.map(({ resourceId, units, quantity }) => [
              `Resource:${resourceId}`,
              units,
              quantity,
            ]),
          ]),
        );
    expect(await needed()).toEqual([
      [
        [null, [fixture.room, 1, 1]],
        [bundle, [fixture.treadmills, 1, 3], [second, 1, 1]],
      ],
      [[null, [fixture.treadmills, 2, 3]]],
    ]);
    await change(gateway, 'updateResource', { id: second, active: false });
    expect(await needed()).toEqual([
      [[null, [fixture.room, 1, 1]]],
      [[null, [fixture.treadmills, 2, 3]]],
    ]);
    await change(gateway, 'updateResource', { id: fixture.room, active: false });
    expect((await needed())[0]).toEqual([]);
    for (const id of [fixture.room, second])
      await change(gateway, 'updateResource', { id, active: true });
    expect(
      await refusal(gateway, 'setReasonResources', {
        reasonId: fixture.clinic.reasonId,
        needs: [{ options: [{ id: fixture.treadmills, units: 4 }] }],
      }),
    ).toEqual(['RULE_VIOLATED', 'units']);
    expect(
      await refusal(gateway, 'setReasonResources', {
        reasonId: fixture.clinic.reasonId,
        needs: [{ options: [{ id: bundle, units: 2 }] }],
      }),
    ).toEqual(['RULE_VIOLATED', 'units']);
    expect(
      await refusal(gateway, 'setReasonResources', {
        reasonId: fixture.clinic.reasonId,
        needs: [{ options: [] }],
      }),
    ).toEqual(['INVALID_INPUT', 'options']);
    expect(await needed()).toHaveLength(2);
    await change(gateway, 'setReasonResources', { reasonId: fixture.clinic.reasonId, needs: [] });
    expect(await needed()).toEqual([]);
  });

  it('have needs and parts that are read in one statement for each level', async () => {
    const { statements } = await gateway.counted(
      `{
        resourceBundles { nodes { items { units resource { name } } } }
        reasons { nodes { resourceNeeds { options { units } } } }
      }`,
    );
    // The bundles with their parts and the reasons; then the needs of these.
    expect(statements.map((text) => text.includes('resource_need_option'))).toEqual([false, true]);
  });
}
