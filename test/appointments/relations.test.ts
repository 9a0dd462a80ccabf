import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';
import { pagesCases } from './relations.cases';

/** Relations between businesses, locations, staff, reasons and clients, in each direction. */
onEachDatabase('relations between the nouns', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let foreignKey: string;
  /** Serves at both locations; the second one has a reason and a client of its own. */
  let shared: string;
  let elsewhere: { locationId: string; reasonId: string; clientId: string };
  let helpedId: string;
  let deletedId: string;
  let seriesId: string;
  const names = new Map<string, string>();

  const named = (ids: readonly { id: string }[]): string[] =>
    ids.map(({ id }) => names.get(id) ?? id).sort();
  const client = async (name: string): Promise<string> => {
    const id = await addClient(gateway, { firstName: name, lastName: 'Tully' });
    names.set(id, name);
    return id;
  };
  const must = async (payload: Promise<any>): Promise<any> => {
    const found = await payload;
    expect(found.userErrors).toEqual([]);
    return found;
  };

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'mine');
    const locationId = await addLocation(gateway, {
      locationName: 'Elsewhere',
      timeZone: 'America/New_York',
    });
    shared = await addStaff(gateway, 'shared', 'America/New_York', [clinic.locationId, locationId]);
    await addHours(gateway, shared, { locationId });
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Elsewhere only',
      visitMinutes: 30,
      staffIds: [shared],
    });
    elsewhere = { locationId, reasonId, clientId: await client('elsewhere') };
    helpedId = await client('helped');
    deletedId = await client('deleted');
    for (const [id, name] of [
      [clinic.clientId, 'mine'],
      [clinic.reasonId, 'check-up'],
      [reasonId, 'elsewhere only'],
    ] as const)
      names.set(id, name);
    await must(book(gateway, clinic, '2031-01-06T14:00:00Z'));
    await must(
      book(gateway, { ...clinic, clientId: helpedId }, '2031-01-07T14:00:00Z', {
        staffId: clinic.otherStaffId,
        additionalStaffIds: [clinic.staffId],
      }),
    );
    const { appointment } = await must(
      book(gateway, { ...clinic, clientId: deletedId }, '2031-01-08T14:00:00Z'),
    );
    await must(change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'DELETED' }));
    for (const [index, clientId] of [clinic.clientId, elsewhere.clientId].entries())
      await must(
        book(
          gateway,
          { ...clinic, ...elsewhere, staffId: shared, clientId },
          `2031-01-1${index}T15:00:00Z`,
        ),
      );
    const { recurringAppointment } = await must(
      change(
        gateway,
        'createRecurringAppointment',
        {
          locationId: clinic.locationId,
          reasonId: clinic.reasonId,
          staffId: clinic.otherStaffId,
          clientId: clinic.clientId,
          start: '2033-01-10T15:00:00Z',
          rrule: 'FREQ=DAILY;COUNT=2',
        },
        'recurringAppointment { id }',
      ),
    );
    seriesId = recurringAppointment.id;
    await must(
      change(gateway, 'setReasonStaff', {
        reasonId,
        staff: [{ staffId: shared }, { staffId: clinic.staffId, active: false }],
      }),
    );
    keys = await keysOf(gateway, clinic);
    foreignKey = (
      await gateway.addBusiness({ name: 'Foreign', timeZone: 'Europe/Berlin', currency: 'EUR' })
    ).secretKey;
    const theirs = await addClinic(gateway, 'theirs', foreignKey);
    await book(gateway, theirs, '2031-01-06T14:00:00Z', {}, foreignKey);
  });

  /** Ids of rows; null without the row, and the code of a refusal. */
  type Shown = string[] | 'FORBIDDEN' | null;
  const ids = async (open: string, field: string, key: string): Promise<Shown> => {
    const { data, errors } = await gateway.run(
      `{ row: ${open} { ${field} { totalCount nodes { id } } } }`,
      {},
      { key },
    );
    if (errors) {
      expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['row', field], 'FORBIDDEN'],
      ]);
      expect(data.row).toEqual({ [field]: null });
      return 'FORBIDDEN';
    }
    if (!data?.row) return null;
    expect(data.row[field].totalCount).toBe(data.row[field].nodes.length);
    return named(data.row[field].nodes);
  };

  const EXPECTED: [field: string, open: () => string, Record<Exclude<Role, Role.GUEST>, Shown>][] =
    [
      [
        'clients',
        () => `staffMember(id: "${clinic.staffId}")`,
        {
          ADMINISTRATOR: ['helped', 'mine'],
          LOCATION_SUPER_USER: ['helped', 'mine'],
          STAFF_USER: ['helped', 'mine'],
          CLIENT: ['mine'],
          PUBLIC: 'FORBIDDEN',
        },
      ],
      [
        'clients',
        () => `staffMember(id: "${shared}")`,
        {
          ADMINISTRATOR: ['elsewhere', 'mine'],
          // Sees the client "mine", and no appointment of it at the other location.
          LOCATION_SUPER_USER: [],
          STAFF_USER: [],
          CLIENT: ['mine'],
          PUBLIC: 'FORBIDDEN',
        },
      ],
      [
        'reasons',
        () => `client(id: "${clinic.clientId}")`,
        {
          ADMINISTRATOR: ['check-up', 'elsewhere only'],
          LOCATION_SUPER_USER: ['check-up'],
          STAFF_USER: ['check-up'],
          CLIENT: ['check-up', 'elsewhere only'],
          PUBLIC: null,
        },
      ],
      [
        'reasons',
        () => `client(id: "${deletedId}")`,
        {
          ADMINISTRATOR: [],
          LOCATION_SUPER_USER: [],
          STAFF_USER: [],
          CLIENT: null,
          PUBLIC: null,
        },
      ],
      [
        'reasons',
        () => `staffMember(id: "${clinic.staffId}")`,
        {
          ADMINISTRATOR: ['check-up', 'elsewhere only'],
          LOCATION_SUPER_USER: ['check-up', 'elsewhere only'],
          STAFF_USER: ['check-up'],
          CLIENT: ['check-up'],
          PUBLIC: ['check-up'],
        },
      ],
      [
        'reasons',
        () => `location(id: "${clinic.locationId}")`,
        {
          ADMINISTRATOR: ['check-up'],
          LOCATION_SUPER_USER: ['check-up'],
          STAFF_USER: ['check-up'],
          CLIENT: ['check-up'],
          PUBLIC: ['check-up'],
        },
      ],
      [
        'reasons',
        () => `location(id: "${elsewhere.locationId}")`,
        {
          ADMINISTRATOR: ['elsewhere only'],
          LOCATION_SUPER_USER: ['elsewhere only'],
          STAFF_USER: [],
          CLIENT: ['elsewhere only'],
          PUBLIC: ['elsewhere only'],
        },
      ],
    ];

  it.each(EXPECTED.map(([field, open, roles], index) => [index, field, open, roles] as const))(
    'case %i: %s shows each role what its own lists show',
    async (_index, field, open, roles) => {
      for (const [role, expected] of Object.entries(roles))
        expect([role, await ids(open(), field, keys[role as Role])]).toEqual([role, expected]);
      expect(await ids(open(), field, foreignKey)).toBeNull();
    },
  );

  it('a series is listed of its client and of the business, in the scope of its appointments', async () => {
    for (const [role, expected] of [
      [Role.ADMINISTRATOR, [seriesId]],
      [Role.LOCATION_SUPER_USER, [seriesId]],
      [Role.STAFF_USER, []],
      [Role.CLIENT, [seriesId]],
    ] as const) {
      const open = `client(id: "${clinic.clientId}")`;
      expect([role, await ids(open, 'recurringAppointments', keys[role])]).toEqual([
        role,
        expected,
      ]);
      const { recurringAppointments: all } = await gateway.data(
        '{ recurringAppointments { totalCount nodes { id } } }',
        {},
        { key: keys[role] },
      );
      expect([role, all]).toEqual([
        role,
        { totalCount: expected.length, nodes: expected.map((id) => ({ id })) },
      ]);
    }
    for (const role of [Role.GUEST, Role.PUBLIC])
      expect(
        (await gateway.run('{ recurringAppointments { totalCount } }', {}, { key: keys[role] }))
          .errors?.[0],
      ).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    const count = async (filter: object, key?: string) =>
      (
        await gateway.data(
          'query ($filter: RecurringAppointmentFilter) { recurringAppointments(filter: $filter) { totalCount } }',
          { filter },
          key ? { key } : {},
        )
      ).recurringAppointments.totalCount;
    const mine = {
      ids: [seriesId],
      clientIds: [clinic.clientId],
      reasonIds: [clinic.reasonId],
      staffIds: [clinic.otherStaffId],
      locationIds: [clinic.locationId],
    };
    expect(await count(mine)).toBe(1);
    expect(await count(mine, foreignKey)).toBe(0);
    for (const other of [
      { clientIds: [helpedId] },
      { reasonIds: [elsewhere.reasonId] },
      { staffIds: [clinic.staffId] },
      { locationIds: [elsewhere.locationId] },
      { ids: [] },
    ])
      expect([other, await count({ ...mine, ...other })]).toEqual([other, 0]);
  });

  pagesCases(gateway, {
    get clinic() {
      return clinic;
    },
    get keys() {
      return keys;
    },
    get foreignKey() {
      return foreignKey;
    },
    names,
    named,
  });
});
