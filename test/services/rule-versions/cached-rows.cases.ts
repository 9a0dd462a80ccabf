import { tableNames } from '../../support/schema/tables';
import { Role } from '../../../src/context';
import { sql } from '../../../src/db/sql';
import { addReason, BOOK, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { wentDirectly } from '../../support/fixtures/direct';
import type { TestGateway } from '../../support/harness/gateway';
import { tablesThatRaise, type RuleVersionsFixture } from './rule-versions.fixture';

/** Names of tables, among the names of subqueries after FROM. */
const TABLES = new RegExp(`^(?:${tableNames().join('|')})$`);

export function cachedRowsCases(gateway: TestGateway, fixture: RuleVersionsFixture): void {
  const { inTransaction } = fixture;

  /** Tables that optimistic bookings read again for each booking, or that only scope a viewer. */
  const SEEN = [
    'appointment',
    'appointment_add_on',
    'appointment_blocked_staff',
    // Reasons, staff and clients that a location super user sees. A new session raises the version
    // by its subject.
    'class_schedule',
    'client_location',
    'client_staff',
    'message',
    'recurring_appointment',
    // Compared in the statement that writes.
    'database_epoch',
    'appointment_staff',
    'claim',
    'client',
    'event',
    'idempotency_key',
    'log_head',
    'rule_version',
  ];

  it('covers exactly the tables whose rows are cached', async () => {
    const { db } = gateway.gateway;
    const catalog = new Set(
      (
        await db.all<{ name: string }>(
          gateway.dialect === 'postgres'
            ? sql`SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
            : sql`SELECT name FROM sqlite_master WHERE type = 'table'`,
        )
      ).map(({ name }) => name),
    );
    const read = new Set<string>();
    const { addOnId, staffId, otherStaffId, locationId, clientId } = fixture.clinic;
    const personalId = await addReason(gateway, {
      reasonDesc: 'Lunch',
      reasonType: 'PERSONAL',
      visitMinutes: 30,
    });
    const keys = await Promise.all([
      gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }),
      gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(locationId)] }),
      gateway.key(Role.CLIENT, { clientId: numberOf(clientId) }),
    ]);
    const wants: [object, string?][] = [
      [{}],
      [{ locationId: undefined }],
      [{ addOnReasonIds: [addOnId] }],
      [{ coordinatorStaffId: otherStaffId }],
      [{ fields: [{ field: { code: 'DIET' }, value: 'vegan' }] }],
      [{ durationMinutes: 30 }],
      [{ reasonId: personalId, clientId: undefined }],
      [
        {
          clientId: undefined,
          client: { firstName: 'Jon', lastName: 'Snow a', emailAddress: 'jsnow-a@castleblack.mil' },
        },
      ],
      ...keys.map((key, index): [object, string] => [
        index === 2 ? { clientId: undefined } : {},
        key,
      ]),
    ];
    for (const [index, [input, key]] of wants.entries()) {
      const make = (hour: number) =>
        gateway.counted(
          BOOK,
          {
            input: {
              locationId,
              reasonId: fixture.clinic.reasonId,
              staffId,
              clientId,
              start: new Date(Date.UTC(2031, 2, 1 + index, hour)).toISOString(),
              idempotencyKey: `${index} ${hour}`,
              ...input,
            },
          },
          key ? { key } : {},
        );
      // The first booking finds changed rules, and the second one caches them.
      await inTransaction((tx) =>
        tx.run(
          sql`UPDATE reason SET sort_weight = sort_weight + 1 WHERE business_id = ${fixture.own}`,
        ),
      );
      await make(9);
      const { data, statements } = await make(14);
      expect([index, data.createAppointment.userErrors, wentDirectly(statements)]).toEqual([
        index,
        [],
        true,
      ]);
      for (const [, name] of statements
        .join('\n')
        .matchAll(/\b(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?/g))
        if (catalog.has(name as string)) read.add(name as string);
    }
    expect([...read].filter((name) => !SEEN.includes(name)).sort()).toEqual(
      await tablesThatRaise(db),
    );
  });

  it.each([Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT])(
    'is kept of all that a %s books from without reading it again',
    async (role) => {
      const { db } = gateway.gateway;
      const { reasonId, staffId, locationId, clientId } = fixture.clinic;
      const key = await gateway.key(role, {
        staffId: role === Role.STAFF_USER ? numberOf(staffId) : null,
        clientId: role === Role.CLIENT ? numberOf(clientId) : null,
        locationIds: role === Role.LOCATION_SUPER_USER ? [numberOf(locationId)] : [],
      });
      const yogaId = await addReason(gateway, {
        reasonDesc: `Yoga ${role}`,
        reasonType: 'CLASS',
        visitMinutes: 60,
        staffIds: [staffId],
      });
      await change(gateway, 'createClassSchedule', {
        reasonId: yogaId,
        staffId,
        locationId,
        capacity: 5,
        starts: ['2031-05-01T03:00:00Z'],
      });
      let day = 1 + 3 * Object.values(Role).indexOf(role);
      const make = async () => {
        const start = new Date(Date.UTC(2031, 4, (day += 1), 14)).toISOString();
        const input = { locationId, reasonId, staffId, start };
        const { data, statements } = await gateway.counted(
          BOOK,
          { input: role === Role.CLIENT ? input : { ...input, clientId } },
          { key },
        );
        expect(data.createAppointment.userErrors).toEqual([]);
        return statements;
      };
      // The first request of a viewer reads what it needs; the second one keeps it.
      await make();
      const reading = await make();
      const known = await make();

      const remembered = reading.filter((text) => !known.includes(text)).join('\n');
      const tables = [...remembered.matchAll(/\b(?:FROM|JOIN)\s+"?(\w+)"?/g)].map(
        ([, name]) => name as string,
      );
      const raising = await tablesThatRaise(db);

      expect([wentDirectly(reading), wentDirectly(known)]).toEqual([true, true]);
      expect(tables).toContain('reason');
      // The version is read with the rules.
      const expected = [...raising, 'rule_version'];
      expect(
        [...new Set(tables)].filter((name) => TABLES.test(name) && !expected.includes(name)),
      ).toEqual([]);
    },
  );
}
