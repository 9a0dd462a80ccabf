import { Role } from '../../src/context';
import { Claim } from '../../src/features/occupancy/claim.entity';
import { breaches } from '../../src/features/occupancy/integrity';
import { resourceNeedsOf } from '../../src/features/resources/resource-needs';
import { sql } from '../../src/db/sql';
import { insert } from '../../src/db/table';
import {
  addClinic,
  addLocation,
  addReason,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

onEachDatabase('rooms and equipment', (gateway) => {
  let clinic: Clinic;
  let annex: string;
  let room: string;
  let treadmills: string;

  const add = async (input: object, key?: string): Promise<string> =>
    (await change(gateway, 'createResource', input, 'resource { id }', key)).resource.id;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
    room = await add({ name: 'Room 1', locationId: clinic.locationId });
    treadmills = await add({
      name: 'Treadmill',
      quantity: 3,
      locationId: clinic.locationId,
      description: 'In the hall',
    });
  });

  const read = (id: string) =>
    gateway
      .data(
        'query ($id: ID!) { resource(id: $id) { id resourceId name description quantity active location { locationName } } }',
        { id },
      )
      .then(({ resource }) => resource);
  const count = async () =>
    await gateway.data('{ resources { totalCount } resourceBundles { totalCount } }');

  it('keep the quantity that a concurrent booking occupies, until it ends', async () => {
    const rowers = await add({ name: 'Rower', quantity: 3, locationId: clinic.locationId });
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Rowing',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
    await change(gateway, 'setReasonResources', {
      reasonId,
      needs: [{ options: [{ id: rowers, units: 2 }] }],
    });
    const [start, end] = ['2031-03-03T15:00:00.000Z', '2031-03-03T16:00:00.000Z'];
    expect(
      (
        await change(
          gateway,
          'createAppointment',
          {
            reasonId,
            locationId: clinic.locationId,
            staffId: clinic.staffId,
            clientId: clinic.clientId,
            start,
          },
          'appointment { id }',
        )
      ).userErrors,
    ).toEqual([]);
    const quantity = async () => (await read(rowers)).quantity;

    for (const time of [Date.parse(start), Date.parse(start) + 60_000, Date.parse(end) - 1]) {
      gateway.time = time;
      expect([time, await refusal(gateway, 'updateResource', { id: rowers, quantity: 1 })]).toEqual(
        [time, ['RULE_VIOLATED', 'quantity']],
      );
      expect(await quantity()).toBe(3);
    }
    expect(await refusal(gateway, 'updateResource', { id: rowers, quantity: 2 })).toEqual([
      undefined,
      undefined,
    ]);
    gateway.time = Date.parse(end);
    expect(await refusal(gateway, 'updateResource', { id: rowers, quantity: 1 })).toEqual([
      undefined,
      undefined,
    ]);
    expect(await quantity()).toBe(1);
    gateway.time = null;
  });

  it('are stored with their quantity, at the primary location by default', async () => {
    expect(await read(treadmills)).toEqual({
      id: treadmills,
      resourceId: numberOf(treadmills),
      name: 'Treadmill',
      description: 'In the hall',
      quantity: 3,
      active: true,
      location: { locationName: 'Office a' },
    });
    expect((await read(await add({ name: 'Anywhere' }))).location.locationName).toBe('Office a');
    const { resource } = await change(
      gateway,
      'updateResource',
      { id: treadmills, quantity: 4, description: null },
      'resource { quantity description }',
    );
    expect(resource).toEqual({ quantity: 4, description: null });
    const [subject] = await gateway.gateway.db.all<{ capacity: number; kind: string }>(sql`
      SELECT s.capacity, s.kind FROM resource AS r JOIN subject AS s ON s.business_id = r.business_id AND s.id = r.subject_id WHERE r.id = ${numberOf(treadmills)}`);
    expect(subject).toEqual({ capacity: 4, kind: 'RESOURCE' });
    await change(gateway, 'updateResource', { id: treadmills, quantity: 3 });
  });

  it('are found by name, location and status, in one statement with their locations', async () => {
    const away = await add({ name: 'Annex room', locationId: annex });
    await change(gateway, 'updateResource', { id: away, active: false });
    const names = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: ResourceFilter) { resources(filter: $filter) { nodes { name } } }',
          { filter },
        )
      ).resources.nodes.map(({ name }: any) => name);
    expect(await names({ locationIds: [annex] })).toEqual(['Annex room']);
    expect(await names({ active: true, search: 'ROOM' })).toEqual(['Room 1']);
    expect(await names({ ids: [room, treadmills] })).toEqual(['Room 1', 'Treadmill']);
    expect(
      (
        await gateway.counted(
          '{ resources { totalCount nodes { name location { locationName } } } }',
        )
      ).statements,
    ).toHaveLength(1);
    const { location } = await gateway.data(
      'query ($id: ID!) { location(id: $id) { resources(filter: { active: false }) { nodes { name } } } nodes(ids: [$id]) { id } }',
      { id: annex },
    );
    expect(location.resources.nodes).toEqual([{ name: 'Annex room' }]);
  });

  it('never become fewer than are booked at one future instant, and verify reports since when there are fewer', async () => {
    const bikes = await add({ name: 'Bike', quantity: 4 });
    const { db } = gateway.gateway;
    const businessId = gateway.business.business.rowId;
    const [{ subjectId } = { subjectId: 0 }] = await db.all<{ subjectId: number }>(
      sql`SELECT subject_id AS "subjectId" FROM resource WHERE id = ${numberOf(bikes)}`,
    );
    const now = Date.now();
    const claim = (appointmentId: number, startMs: number, endMs: number, units: number) =>
      db.transaction((tx) =>
        insert(tx, Claim, {
          businessId,
          appointmentId,
          subjectId,
          startMs: now + startMs,
          endMs: now + endMs,
          units,
          override: false,
          exclusive: false,
        }),
      );
    await claim(9001, -2000, -1000, 4);
    await claim(9002, 3_600_000, 7_200_000, 2);
    await claim(9003, 7_000_000, 9_000_000, 1);
    expect(await refusal(gateway, 'updateResource', { id: bikes, quantity: 2 })).toEqual([
      'RULE_VIOLATED',
      'quantity',
    ]);
    expect((await read(bikes)).quantity).toBe(4);
    expect(
      (await change(gateway, 'updateResource', { id: bikes, quantity: 3 })).userErrors,
    ).toEqual([]);
    expect((await breaches(db)).breaches).toEqual([]);
    await claim(9004, 9_000_000, 9_500_000, 3);
    expect(
      await claim(9005, 9_100_000, 9_200_000, 1).then(
        () => 'let in',
        () => 'refused',
      ),
    ).toBe('refused');
    await db.transaction((tx) =>
      tx.run(
        sql`UPDATE subject SET capacity = 2 WHERE business_id = ${businessId} AND id = ${subjectId}`,
      ),
    );
    expect((await breaches(db)).breaches.map(({ appointmentIds }) => appointmentIds)).toEqual([
      [9002, 9003],
      [9004],
    ]);
    await db.transaction((tx) =>
      tx.run(
        sql`DELETE FROM claim WHERE business_id = ${businessId} AND subject_id = ${subjectId}`,
      ),
    );
  });

  it('form bundles within one location', async () => {
    const { resourceBundle } = await change(
      gateway,
      'createResourceBundle',
      { name: 'Stress test', items: [{ resourceId: room }, { resourceId: treadmills, units: 2 }] },
      'resourceBundle { id name active location { locationName } items { units resource { name } } }',
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
      { id: resourceBundle.id, name: 'Run', items: [{ resourceId: treadmills, units: 3 }] },
      'resourceBundle { name items { units } }',
    );
    expect(changed).toEqual({ name: 'Run', items: [{ units: 3 }] });
    const elsewhere = await add({ name: 'Elsewhere', locationId: annex });
    const before = await count();
    expect(
      await refusal(gateway, 'createResourceBundle', {
        name: 'x',
        items: [{ resourceId: room }, { resourceId: elsewhere }],
      }),
    ).toEqual(['RULE_VIOLATED', 'items']);
    expect(
      await refusal(gateway, 'createResourceBundle', {
        name: 'x',
        items: [{ resourceId: treadmills, units: 4 }],
      }),
    ).toEqual(['RULE_VIOLATED', 'units']);
    expect(
      await refusal(gateway, 'createResourceBundle', {
        name: 'x',
        items: [{ resourceId: room }, { resourceId: room }],
      }),
    ).toEqual(['BAD_USER_INPUT', 'items']);
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
    const second = await add({ name: 'Room 2', locationId: clinic.locationId });
    const {
      resourceBundle: { id: bundle },
    } = await change(
      gateway,
      'createResourceBundle',
      { name: 'Both', items: [{ resourceId: second }, { resourceId: treadmills }] },
      'resourceBundle { id }',
    );
    const needs = [
      { options: [{ id: room }, { id: bundle }] },
      { options: [{ id: treadmills, units: 2 }] },
    ];
    const { reason } = await change(
      gateway,
      'setReasonResources',
      { reasonId: clinic.reasonId, needs },
      'reason { resourceNeeds { options { units takes { ... on Resource { name } ... on ResourceBundle { name items { units } } } } } }',
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
    const reasonId = numberOf(clinic.reasonId);
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
        [null, [room, 1, 1]],
        [bundle, [treadmills, 1, 3], [second, 1, 1]],
      ],
      [[null, [treadmills, 2, 3]]],
    ]);
    await change(gateway, 'updateResource', { id: second, active: false });
    expect(await needed()).toEqual([[[null, [room, 1, 1]]], [[null, [treadmills, 2, 3]]]]);
    await change(gateway, 'updateResource', { id: room, active: false });
    expect((await needed())[0]).toEqual([]);
    for (const id of [room, second]) await change(gateway, 'updateResource', { id, active: true });
    expect(
      await refusal(gateway, 'setReasonResources', {
        reasonId: clinic.reasonId,
        needs: [{ options: [{ id: treadmills, units: 4 }] }],
      }),
    ).toEqual(['RULE_VIOLATED', 'units']);
    expect(
      await refusal(gateway, 'setReasonResources', {
        reasonId: clinic.reasonId,
        needs: [{ options: [{ id: bundle, units: 2 }] }],
      }),
    ).toEqual(['RULE_VIOLATED', 'units']);
    expect(
      await refusal(gateway, 'setReasonResources', {
        reasonId: clinic.reasonId,
        needs: [{ options: [] }],
      }),
    ).toEqual(['BAD_USER_INPUT', 'options']);
    expect(await needed()).toHaveLength(2);
    await change(gateway, 'setReasonResources', { reasonId: clinic.reasonId, needs: [] });
    expect(await needed()).toEqual([]);
  });

  it('have needs and parts that are read in one statement for each level', async () => {
    const { statements } = await gateway.counted(
      '{ resourceBundles { nodes { items { units resource { name } } } } reasons { nodes { resourceNeeds { options { units } } } } }',
    );
    // The bundles with their parts and the reasons; then the needs of these.
    expect(statements.map((text) => text.includes('resource_need_option'))).toEqual([false, true]);
  });

  it.each([
    ['createResource', { name: '' }, 'BAD_USER_INPUT', 'name'],
    ['createResource', { name: 'x'.repeat(256) }, 'BAD_USER_INPUT', 'name'],
    ['createResource', { name: 'x', quantity: 0 }, 'BAD_USER_INPUT', 'quantity'],
    ['createResource', { name: 'x', quantity: -1 }, 'BAD_USER_INPUT', 'quantity'],
    ['createResource', { name: 'x', locationId: 'Staff:1' }, 'BAD_USER_INPUT', 'locationId'],
    ['createResource', { name: 'x', locationId: 'Location:2147483647' }, 'NOT_FOUND', 'locationId'],
    ['createResourceBundle', { name: 'x', items: [] }, 'BAD_USER_INPUT', 'items'],
    [
      'createResourceBundle',
      { name: 'x', items: [{ resourceId: 'Resource:1', units: 0 }] },
      'BAD_USER_INPUT',
      'units',
    ],
    [
      'createResourceBundle',
      { name: 'x', items: [{ resourceId: 'Resource:2147483647' }] },
      'NOT_FOUND',
      'resourceId',
    ],
    ['updateResource', { id: 'Resource:2147483647', name: 'x' }, 'NOT_FOUND', 'id'],
    ['updateResource', { id: 'Resource:2147483647', quantity: null }, 'BAD_USER_INPUT', 'quantity'],
    ['setReasonResources', { reasonId: 'Reason:2147483647', needs: [] }, 'NOT_FOUND', 'reasonId'],
  ])('%s refuses %j', async (mutation, input, code, field) => {
    const before = await count();
    expect(await refusal(gateway, mutation, input)).toEqual([code, field]);
    expect(await count()).toEqual(before);
  });

  it('are written by administrators and, at their locations, location super users; read by staff; and never across businesses', async () => {
    const local = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(annex)] });
    const own = await add({ name: 'Local', locationId: annex }, local);
    expect(
      (await change(gateway, 'updateResource', { id: own, name: 'Locally' }, '', local)).userErrors,
    ).toEqual([]);
    expect(
      await refusal(gateway, 'createResource', { name: 'x', locationId: clinic.locationId }, local),
    ).toEqual(['FORBIDDEN', 'locationId']);
    expect(await refusal(gateway, 'updateResource', { id: room, name: 'x' }, local)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(
      await refusal(
        gateway,
        'createResourceBundle',
        { name: 'x', items: [{ resourceId: room }] },
        local,
      ),
    ).toEqual(['NOT_FOUND', 'resourceId']);
    expect(
      await refusal(gateway, 'setReasonResources', { reasonId: clinic.reasonId, needs: [] }, local),
    ).toEqual(['FORBIDDEN', undefined]);

    const staff = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
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
      await refusal(gateway, 'createResource', { name: 'x', locationId: annex }, staff),
    ).toEqual(['FORBIDDEN', undefined]);

    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    for (const key of [client, gateway.business.publishableKey]) {
      const { data, errors } = await gateway.run(
        'query ($id: ID!, $reason: ID!) { resource(id: $id) { id } node(id: $id) { id } resources { totalCount } resourceBundles { totalCount } reason(id: $reason) { resourceNeeds { options { units } } } }',
        { id: room, reason: clinic.reasonId },
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
        await refusal(gateway, 'createResource', { name: 'x', locationId: annex }, key),
      ).toEqual(['FORBIDDEN', undefined]);
    }

    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    expect(
      await gateway.data(
        'query ($id: ID!) { resource(id: $id) { id } node(id: $id) { id } resources { totalCount } resourceBundles { totalCount } }',
        { id: room },
        { key: foreign },
      ),
    ).toEqual({
      resource: null,
      node: null,
      resources: { totalCount: 0 },
      resourceBundles: { totalCount: 0 },
    });
    const theirs = await addClinic(gateway, 'theirs', foreign);
    expect(await refusal(gateway, 'updateResource', { id: room, name: 'x' }, foreign)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(
      await refusal(gateway, 'createResource', { name: 'x', locationId: annex }, foreign),
    ).toEqual(['NOT_FOUND', 'locationId']);
    expect(
      await refusal(
        gateway,
        'createResourceBundle',
        { name: 'x', items: [{ resourceId: room }] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'resourceId']);
    expect(
      await refusal(
        gateway,
        'setReasonResources',
        { reasonId: theirs.reasonId, needs: [{ options: [{ id: room }] }] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(
        gateway,
        'setReasonResources',
        { reasonId: clinic.reasonId, needs: [] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'reasonId']);
    expect((await read(room)).name).toBe('Room 1');
  });
});
