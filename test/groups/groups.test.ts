import { Role } from '../../src/context';
import { change, addReason, refusal } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { groupsFixture } from './groups.fixture';

onEachDatabase('a group', (gateway) => {
  const fixture = groupsFixture(gateway);
  const { must, addGroup, membersOf } = fixture;

  it('has members of its type, ordered by id', async () => {
    const { clinic, annexId } = fixture;
    const { locationId, reasonId, staffId, otherStaffId } = clinic;

    const places = await addGroup('LOCATION', [annexId, locationId, annexId]);
    const reasons = await addGroup('REASON', [reasonId]);
    const people = await addGroup('STAFF', [otherStaffId, staffId]);
    const all = await addGroup('SUPER', [places]);

    const ofType = (type: string, ...ids: string[]) => ids.map((id) => ({ __typename: type, id }));
    expect(await membersOf(places)).toEqual(ofType('Location', locationId, annexId));
    expect(await membersOf(reasons)).toEqual(ofType('Reason', reasonId));
    expect(await membersOf(people)).toEqual(ofType('Staff', staffId, otherStaffId));
    expect(await membersOf(all)).toEqual(ofType('Group', places));
  });

  it('reads the members of all groups of a list with one read for each type', async () => {
    const { reasonId, staffId, locationId } = fixture.clinic;
    for (let index = 0; index < 3; index += 1) {
      const place = await addGroup('LOCATION', [locationId]);
      await addGroup('REASON', [reasonId]);
      await addGroup('STAFF', [staffId]);
      await addGroup('SUPER', [place]);
    }

    const { statements } = await gateway.counted(
      '{ groups(first: 50) { nodes { id members { __typename ... on Node { id } } } } }',
    );

    // PostgreSQL batches the reads of a turn.
    expect(statements).toHaveLength(gateway.dialect === 'sqlite' ? 5 : 2);
  });

  it('refuses members of another type, of another business, and deleted ones', async () => {
    const { clinic } = fixture;
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const foreign = await change(
      gateway,
      'createGroup',
      { name: 'Theirs', groupType: 'LOCATION' },
      'group { id }',
      other.secretKey,
    );
    const gone = await addReason(gateway, { reasonDesc: 'Gone', visitMinutes: 5 });
    await must('deleteReason', { id: gone }, 'reason { id }');
    const before = await gateway.data('{ groups { totalCount } }');
    const refused = (groupType: string, id: string) =>
      refusal(gateway, 'createGroup', { name: 'A', groupType, memberIds: [id] });

    expect(await refused('LOCATION', clinic.reasonId)).toEqual(['INVALID_INPUT', '0']);
    expect(await refused('REASON', gone)).toEqual(['RULE_VIOLATED', '0']);
    expect(await refused('SUPER', foreign.group.id)).toEqual(['NOT_FOUND', '0']);
    expect(await gateway.data('{ groups { totalCount } }')).toEqual(before);
  });

  it('keeps its members while it is deleted, and super-groups omit it meanwhile', async () => {
    const { locationId } = fixture.clinic;
    const id = await addGroup('LOCATION', [locationId]);
    const outer = await addGroup('SUPER', [id]);

    await must('deleteGroup', { id }, 'group { deleted }');
    const meanwhile = [
      await membersOf(outer),
      await refusal(gateway, 'updateGroup', { id, name: 'B' }),
    ];
    await must('restoreGroup', { id }, 'group { deleted }');

    expect(meanwhile).toEqual([[], ['RULE_VIOLATED', 'id']]);
    expect(await membersOf(outer)).toEqual([{ __typename: 'Group', id }]);
    expect(await membersOf(id)).toEqual([{ __typename: 'Location', id: locationId }]);
  });

  it('is read by all callers and written by administrators', async () => {
    const { clinic, annexId } = fixture;
    const id = await addGroup('LOCATION', [clinic.locationId, annexId]);
    const gone = await addGroup('STAFF');
    await must('deleteGroup', { id: gone }, 'group { id }');
    await must('updateLocation', { id: annexId, active: false }, 'location { id }');
    const keys = {
      public: gateway.business.publishableKey,
      staff: await gateway.key(Role.STAFF_USER, { staffId: Number(clinic.staffId.split(':')[1]) }),
      client: await gateway.key(Role.CLIENT, { clientId: Number(clinic.clientId.split(':')[1]) }),
    };
    const read = (one: string, key: string) =>
      gateway.data('query ($id: ID!) { group(id: $id) { id } }', { id: one }, { key });

    for (const key of [keys.public, keys.client]) {
      expect(await membersOf(id, key)).toEqual([{ __typename: 'Location', id: clinic.locationId }]);
      expect(await read(gone, key)).toEqual({ group: null });
    }
    expect(await membersOf(id, keys.staff)).toHaveLength(2);
    expect(await read(gone, keys.staff)).toEqual({ group: { id: gone } });
    for (const key of Object.values(keys))
      expect(await refusal(gateway, 'updateGroup', { id, memberIds: [] }, key)).toEqual([
        'FORBIDDEN',
        undefined,
      ]);
    const theirs = (await gateway.addBusiness({ name: 'Third', timeZone: 'UTC' })).secretKey;
    expect(await read(id, theirs)).toEqual({ group: null });
    expect(await refusal(gateway, 'deleteGroup', { id }, theirs)).toEqual(['NOT_FOUND', 'id']);
    await must('updateLocation', { id: annexId, active: true }, 'location { id }');
  });

  it('writes its members to the log, before and after', async () => {
    const { clinic, annexId } = fixture;
    const id = await addGroup('LOCATION', [clinic.locationId]);
    await must('updateGroup', { id, memberIds: [annexId] }, 'group { id }');
    await must('deleteGroup', { id }, 'group { id }');
    await gateway.logged();

    const { changes } = await gateway.data(
      `query ($ids: [ID!]) { changes(first: 10, filter: { ids: $ids }) {
        nodes { type changes { field from to } } } }`,
      { ids: [id] },
    );

    const of = (type: string) => changes.nodes.find((one: any) => one.type === type).changes;
    expect(changes.nodes.map(({ type }: any) => type).sort()).toEqual([
      'GROUP_CREATED',
      'GROUP_DELETED',
      'GROUP_UPDATED',
    ]);
    expect(of('GROUP_UPDATED')).toEqual([
      { field: 'members', from: clinic.locationId, to: annexId },
    ]);
  });

  it('never closes a cycle, however the changes of super-groups interleave', async () => {
    const outcomes: unknown[] = [];
    for (let round = 0; round < 5; round += 1) {
      const one = await addGroup('SUPER');
      const other = await addGroup('SUPER');

      const refusals = await Promise.all([
        refusal(gateway, 'updateGroup', { id: one, memberIds: [other] }),
        refusal(gateway, 'updateGroup', { id: other, memberIds: [one] }),
      ]);

      outcomes.push(refusals.map(([code]) => code ?? 'OK').sort());
      const members = [await membersOf(one), await membersOf(other)];
      expect(members.flat()).toHaveLength(1);
    }
    expect(outcomes).toEqual(outcomes.map(() => ['OK', 'RULE_VIOLATED']));
  });
});
