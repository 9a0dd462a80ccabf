import { Role } from '../../../src/context';
import { book, change, refusal } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { racesCases } from './races.cases';
import { referencesCases } from './references.cases';
import { softDeletionFixture } from './soft-deletion.fixture';

onEachDatabase('soft deletion', (gateway) => {
  const fixture = softDeletionFixture(gateway);
  const { table, listed, codeOf, eventsOf, next } = fixture;

  it.each(table)(
    'hides a deleted %s from lists, keeps it readable by id, and restores it inactive',
    async (type, given) => {
      const id = await given.add();
      const read = async () =>
        (await gateway.data(`query ($id: ID!) { ${given.query}(id: $id) { id deleted } }`, { id }))[
          given.query
        ];
      expect(await listed(given, id)).toEqual([1, 1]);

      const selection = `${given.field} { id deleted }`;
      const first = await change(gateway, `delete${type}`, { id }, selection);
      const second = await change(gateway, `delete${type}`, { id }, selection);

      expect(first).toEqual({ [given.field]: { id, deleted: true }, userErrors: [] });
      expect(second).toEqual(first);
      expect(await listed(given, id)).toEqual([0, 1]);
      expect(await read()).toEqual({ id, deleted: true });
      if (given.activation)
        expect(await codeOf(`update${type}`, { id, ...given.activation })).toBe('RULE_VIOLATED');

      const restored = await change(gateway, `restore${type}`, { id }, selection);
      const again = await change(gateway, `restore${type}`, { id }, selection);

      expect(restored).toEqual({ [given.field]: { id, deleted: false }, userErrors: [] });
      expect(again).toEqual(restored);
      if (given.activation)
        expect(
          (await change(gateway, `update${type}`, { id, ...given.activation })).userErrors,
        ).toEqual([]);
      expect(await listed(given, id)).toEqual([1, 1]);
      const event = type.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
      expect(await eventsOf(id)).toEqual([
        `${event}_CREATED`,
        `${event}_DELETED`,
        `${event}_UPDATED`,
        ...(given.activation ? [`${event}_UPDATED`] : []),
      ]);
    },
  );

  it.each(table)(
    'refuses a %s of another tenant or location, and roles that may not delete it',
    async (type, { add, roles, query }) => {
      const id = await add();
      const stranger = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
      for (const verb of ['delete', 'restore']) {
        expect(await codeOf(`${verb}${type}`, { id }, stranger.secretKey)).toBe('NOT_FOUND');
        // FORBIDDEN for a role that may not call the mutation at all.
        expect(
          roles.includes(Role.LOCATION_SUPER_USER)
            ? ['NOT_FOUND', 'INSUFFICIENT_PERMISSION']
            : ['NOT_FOUND', 'FORBIDDEN'],
        ).toContain(await codeOf(`${verb}${type}`, { id }, fixture.keyElsewhere));
        for (const role of [Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT, Role.PUBLIC]) {
          const refused = await codeOf(`${verb}${type}`, { id }, fixture.keys[role]);
          if (roles.includes(role)) expect(refused).toBeUndefined();
          // A client without an appointment is visible to none of them.
          else expect(['FORBIDDEN', 'NOT_FOUND']).toContain(refused);
        }
      }
      const { [query]: row } = await gateway.data(
        `query ($id: ID!) { ${query}(id: $id) { deleted } }`,
        { id },
      );
      expect(row).toEqual({ deleted: false });
    },
  );

  it.each(table)('%s: concurrent deletions succeed with one event', async (type, given) => {
    const id = await given.add();
    const input = { id };
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(`delete${type}`, input)));

    expect(codes).toEqual([undefined, undefined, undefined]);
    expect((await eventsOf(id)).filter((event) => event.endsWith('_DELETED'))).toHaveLength(1);
  });

  it('deletes a sub-status of the business: appointments keep it, and no other can get it', async () => {
    const code = `ROOM_${next()}`;
    const input = { code, label: 'In room', status: 'OPEN' };
    await change(gateway, 'createAppointmentSubStatus', input);
    const { appointment } = await book(gateway, fixture.clinic, '2034-04-01T15:00:00Z');
    const set = { id: appointment.id, status: 'OPEN', subStatus: code };
    expect((await change(gateway, 'setAppointmentStatus', set)).userErrors).toEqual([]);
    const codes = async (includeDeleted?: boolean): Promise<string[]> =>
      (
        await gateway.data(
          'query ($all: Boolean) { appointmentSubStatuses(includeDeleted: $all) { code } }',
          { all: includeDeleted },
        )
      ).appointmentSubStatuses.map((row: any) => row.code);

    const renamed = await change(
      gateway,
      'updateAppointmentSubStatus',
      { code, label: 'In the room' },
      'subStatus { label }',
    );
    const deleted = await change(
      gateway,
      'deleteAppointmentSubStatus',
      { code },
      'subStatus { label deleted }',
    );

    expect(renamed.subStatus).toEqual({ label: 'In the room' });
    expect(deleted.subStatus).toEqual({ label: 'In the room', deleted: true });
    expect([(await codes()).includes(code), (await codes(true)).includes(code)]).toEqual([
      false,
      true,
    ]);
    const { appointments } = await gateway.data(
      `query ($code: String!) {
        appointments(filter: { subStatuses: [$code] }) { nodes { subStatus { label deleted } } }
      }`,
      { code },
    );
    expect(appointments.nodes).toEqual([{ subStatus: { label: 'In the room', deleted: true } }]);
    const other = (await book(gateway, fixture.clinic, '2034-04-02T15:00:00Z')).appointment.id;
    expect(await refusal(gateway, 'setAppointmentStatus', { ...set, id: other })).toEqual([
      'INVALID_INPUT',
      'subStatus',
    ]);
    expect(await codeOf('createAppointmentSubStatus', input)).toBe('CONFLICT');
    expect(await codeOf('updateAppointmentSubStatus', { code, label: 'x' })).toBe('RULE_VIOLATED');
    await change(gateway, 'restoreAppointmentSubStatus', { code });
    expect(
      (await change(gateway, 'setAppointmentStatus', { ...set, id: other })).userErrors,
    ).toEqual([]);
    for (const verb of ['update', 'delete', 'restore']) {
      const mutation = `${verb}AppointmentSubStatus`;
      expect(await codeOf(mutation, { code: 'CONFIRMED' })).toBe('RULE_VIOLATED');
      expect(await codeOf(mutation, { code: 'UNKNOWN' })).toBe('NOT_FOUND');
      expect(await codeOf(mutation, { code }, fixture.keys.LOCATION_SUPER_USER)).toBe('FORBIDDEN');
    }
  });
  referencesCases(gateway, fixture);
  if (gateway.dialect === 'postgres') racesCases(gateway, fixture);
});
