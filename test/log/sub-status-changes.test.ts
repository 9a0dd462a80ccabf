import { Role } from '../../src/context';
import { change, refusal } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const CHANGES = `query ($filter: ChangeFilter) {
  changes(filter: $filter, first: 100) {
    nodes {
      type nodeId visibility actorName actor { displayName }
      node { id ... on AppointmentSubStatus { code label deleted version } }
      changes { field from to }
    }
  }
}`;

onEachDatabase('changes of sub-statuses', (gateway) => {
  const idOf = (code: string, businessId = gateway.business.business.rowId) =>
    `AppointmentSubStatus:${businessId}.${code}`;
  const read = async (filter: object, key?: string) => {
    await gateway.logged();
    return (await gateway.data(CHANGES, { filter }, key ? { key } : {})).changes.nodes;
  };
  const create = (code: string, key?: string) =>
    change(
      gateway,
      'createAppointmentSubStatus',
      { code, label: 'First', status: 'OPEN' },
      'subStatus { version }',
      key,
    );

  it('reports creation, change, deletion and restoration with their author', async () => {
    const code = 'ROOM_1';
    await create(code);
    await change(gateway, 'updateAppointmentSubStatus', { code, label: 'Second' });
    await change(gateway, 'deleteAppointmentSubStatus', { code });
    await change(gateway, 'restoreAppointmentSubStatus', { code });

    const nodes = await read({ ids: [idOf(code)] });

    const event = (type: string, label: string, deleted: boolean, changes: object[]) => ({
      type: `APPOINTMENT_SUB_STATUS_${type}`,
      nodeId: idOf(code),
      actorName: 'First key',
      actor: { displayName: 'First key' },
      visibility: type === 'CREATED' ? 'ENTERED' : 'STAYED',
      node: { id: idOf(code), code, label, deleted, version: expect.any(Number) },
      changes,
    });
    expect(nodes).toEqual([
      event('CREATED', 'First', false, []),
      event('UPDATED', 'Second', false, [{ field: 'label', from: 'First', to: 'Second' }]),
      event('DELETED', 'Second', true, [{ field: 'deleted', from: 'false', to: 'true' }]),
      event('UPDATED', 'Second', false, [{ field: 'deleted', from: 'true', to: 'false' }]),
    ]);
    expect(nodes.map(({ node }: any) => node.version)).toEqual([1, 2, 3, 4]);
  });

  it('reports nothing for a repeated deletion, an unchanged label and a refused change', async () => {
    const code = 'ROOM_2';
    await create(code);
    await change(gateway, 'updateAppointmentSubStatus', { code, label: 'First' });
    await change(gateway, 'deleteAppointmentSubStatus', { code });
    await change(gateway, 'deleteAppointmentSubStatus', { code });

    const late = await refusal(gateway, 'updateAppointmentSubStatus', { code, label: 'Late' });
    const taken = await refusal(gateway, 'createAppointmentSubStatus', {
      code,
      label: 'Again',
      status: 'OPEN',
    });

    expect([late[0], taken[0]]).toEqual(['RULE_VIOLATED', 'CONFLICT']);
    expect((await read({ ids: [idOf(code)] })).map(({ type }: any) => type)).toEqual([
      'APPOINTMENT_SUB_STATUS_CREATED',
      'APPOINTMENT_SUB_STATUS_DELETED',
    ]);
  });

  it('are read by staff of the business, and by no other role or business', async () => {
    const code = 'ROOM_3';
    await create(code);
    const other = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    await create(code, other.secretKey);
    const types = ['APPOINTMENT_SUB_STATUS_CREATED'];
    const staffKey = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [1] });

    const ids = async (key: string, filter: object = { types }) =>
      (await read(filter, key)).map(({ nodeId }: any) => nodeId);

    expect(await ids(staffKey)).toContain(idOf(code));
    expect(await ids(other.secretKey)).toEqual([idOf(code, other.business.rowId)]);
    expect(await ids(other.secretKey, { ids: [idOf(code)] })).toEqual([]);
    const { errors } = await gateway.run(
      CHANGES,
      { filter: { types } },
      { key: gateway.business.publishableKey },
    );
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });
});
