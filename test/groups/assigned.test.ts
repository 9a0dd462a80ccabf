import { Role } from '../../src/context';
import { book, change, refusal } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { expectIntegrity } from '../support/harness/integrity';
import { groupsFixture } from './groups.fixture';

const GROUPS = `locationGroup { id name } locationSuperGroup { id } reasonGroup { id }`;

onEachDatabase('the groups of an appointment', (gateway) => {
  const fixture = groupsFixture(gateway);
  const { must, addGroup } = fixture;
  let day = 5;
  const visit = (input: object) => {
    const { locationId, reasonId, staffId, clientId } = fixture.clinic;
    day += 1;
    const start = `2031-01-${String(day).padStart(2, '0')}T15:00:00Z`;
    return { locationId, reasonId, staffId, clientId, start, ...input };
  };
  const refused = (input: object, key?: string) =>
    refusal(gateway, 'createAppointment', visit(input), key);
  const count = async (): Promise<number> =>
    (await gateway.data('{ appointments { totalCount } }')).appointments.totalCount;
  const readBy = async (id: string, key?: string): Promise<any> =>
    (
      await gateway.data(
        `query ($id: ID!) { appointment(id: $id) { ${GROUPS} } }`,
        { id },
        key ? { key } : {},
      )
    ).appointment;

  afterEach(() => expectIntegrity(gateway));

  it('are assigned by the booking, and kept when they are deleted', async () => {
    const { clinic } = fixture;
    const locationGroupId = await addGroup('LOCATION', [clinic.locationId], 'Downtown');
    const inner = await addGroup('SUPER', [locationGroupId]);
    const locationSuperGroupId = await addGroup('SUPER', [inner]);
    const reasonGroupId = await addGroup('REASON', [clinic.reasonId]);
    const named = { locationGroupId, locationSuperGroupId, reasonGroupId };

    const { appointment } = await must(
      'createAppointment',
      visit(named),
      `appointment { id ${GROUPS} }`,
    );
    await must('deleteGroup', { id: locationGroupId }, 'group { id }');

    const groups = {
      locationGroup: { id: locationGroupId, name: 'Downtown' },
      locationSuperGroup: { id: locationSuperGroupId },
      reasonGroup: { id: reasonGroupId },
    };
    expect(appointment).toEqual({ id: appointment.id, ...groups });
    expect(await readBy(appointment.id)).toEqual(groups);
    const clientId = Number(clinic.clientId.split(':')[1]);
    expect(await readBy(appointment.id, await gateway.key(Role.CLIENT, { clientId }))).toEqual(
      groups,
    );
    expect(await refused({ locationGroupId })).toEqual(['RULE_VIOLATED', 'locationGroupId']);
  });

  it('are none for a booking without them', async () => {
    const { appointment } = await book(gateway, fixture.clinic, '2031-01-06T16:00:00Z');

    expect(await readBy(appointment.id)).toEqual({
      locationGroup: null,
      locationSuperGroup: null,
      reasonGroup: null,
    });
  });

  it('must be of the right type and contain the location and the reason', async () => {
    const { clinic, annexId } = fixture;
    const here = await addGroup('LOCATION', [clinic.locationId]);
    const there = await addGroup('LOCATION', [annexId]);
    const region = await addGroup('SUPER', [there]);
    const nothing = await addGroup('REASON');
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const theirs = await change(
      gateway,
      'createGroup',
      { name: 'Theirs', groupType: 'LOCATION' },
      'group { id }',
      other.secretKey,
    );
    const before = await count();

    const attempts: [object, string, string][] = [
      [{ locationGroupId: there }, 'RULE_VIOLATED', 'locationGroupId'],
      [{ locationGroupId: region }, 'RULE_VIOLATED', 'locationGroupId'],
      [{ locationSuperGroupId: here }, 'RULE_VIOLATED', 'locationSuperGroupId'],
      [{ locationSuperGroupId: region }, 'RULE_VIOLATED', 'locationSuperGroupId'],
      [
        { locationGroupId: here, locationSuperGroupId: region },
        'RULE_VIOLATED',
        'locationSuperGroupId',
      ],
      [{ reasonGroupId: nothing }, 'RULE_VIOLATED', 'reasonGroupId'],
      [{ reasonGroupId: here }, 'RULE_VIOLATED', 'reasonGroupId'],
      [{ locationGroupId: theirs.group.id }, 'NOT_FOUND', 'locationGroupId'],
      [{ locationGroupId: clinic.locationId }, 'INVALID_INPUT', 'locationGroupId'],
    ];
    for (const [input, code, field] of attempts)
      expect([input, await refused(input)]).toEqual([input, [code, field]]);
    expect(await count()).toBe(before);
  });

  it('are named by bookings with a publishable key, which sees no deleted ones', async () => {
    const { clinic } = fixture;
    const id = await addGroup('REASON', [clinic.reasonId]);
    const client = { firstName: 'P', lastName: 'Public', emailAddress: 'p@example.org' };
    const input = { reasonGroupId: id, clientId: undefined, client };
    const key = gateway.business.publishableKey;

    const accepted = await refused(input, key);
    await must('deleteGroup', { id }, 'group { id }');

    expect(accepted).toEqual([undefined, undefined]);
    expect(await refused(input, key)).toEqual(['NOT_FOUND', 'reasonGroupId']);
  });
});
