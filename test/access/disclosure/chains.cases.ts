import { excessOf, fieldOf, rowsIn, textsIn } from '../../support/schema/edges';
import { DeepWalk, isKept } from '../../support/schema/deep-walk';
import type { TestGateway } from '../../support/harness/gateway';
import { schema, typeOf, rootOf, type DisclosureFixture } from './disclosure.fixture';

/** All clients, and one row of each other type: chains from further rows of a type are equal. */
function startsOf(ids: readonly string[]): string[] {
  const taken = new Map<string, number>();
  return ids.filter((id) => {
    const { name } = typeOf(id);
    taken.set(name, (taken.get(name) ?? 0) + 1);
    return name === 'Client' || (taken.get(name) as number) <= 1;
  });
}

export function chainsCases(gateway: TestGateway, fixture: DisclosureFixture): void {
  const { ownRows } = fixture;

  /** Guests have no query of the objects that their appointment names: their client's keys have. */
  const judgeOf: Readonly<Record<string, string>> = { GUEST: 'CLIENT' };
  /** Fields about the viewer: a guest sees fewer rows than its client, and has other permissions. */
  const ABOUT_VIEWER = [
    'Client.activeAppointmentCount',
    'Appointment.viewerCanReschedule',
    'Appointment.viewerCanCancel',
    'Appointment.viewerCanUpdate',
  ];
  const rolesWalked = ['CLIENT', 'STAFF_USER', 'LOCATION_SUPER_USER', 'PUBLIC', 'GUEST'];
  /** The scope of a row is the same SQL on both databases: the longest chains run on one of them. */
  const DEPTH = gateway.dialect === 'sqlite' ? 4 : 2;
  /** A guest's appointment names objects, and these name no others. */
  const reachOf: Readonly<Record<string, number>> = { GUEST: 1 };

  it.each(rolesWalked)(
    "shows a %s nothing of a row that the row's own query refuses, along any chain of edges",
    async (role) => {
      const key = fixture.keys[role] as string;
      const own = ownRows(fixture.keys[judgeOf[role] ?? role] as string);
      const excess = new Set<string>();
      const texts = new Set<string>();
      let walked = 0;
      const check = async (data: unknown, from: string): Promise<void> => {
        for (const text of textsIn(data)) texts.add(text);
        for (const row of rowsIn(data)) {
          walked += 1;
          for (const found of excessOf(row, await own(row.id), schema))
            if (role !== 'GUEST' || !ABOUT_VIEWER.includes(found))
              excess.add(`${found} by ${from}`);
        }
      };
      const walk = new DeepWalk({
        schema,
        depth: DEPTH,
        run: (query) => gateway.run(query, {}, { key }),
        rootOf,
        check,
      });

      await walk.from(
        role === 'GUEST'
          ? fixture.ids.filter((id) => id.startsWith('Appointment:'))
          : startsOf(fixture.ids),
      );
      for (const list of Object.values(schema.getQueryType()!.getFields()).filter((field) =>
        fieldOf(field, 1).includes('first: 2'),
      )) {
        const { data, errors = [] } = await gateway.run(`{ ${fieldOf(list, 2)} }`, {}, { key });
        for (const { path, extensions } of errors)
          if (path && !isKept(data, path)) walk.erased.add(`${path.join('.')} ${extensions.code}`);
        await check(data, `Query.${list.name}`);
      }

      expect([...excess]).toEqual([]);
      expect([...walk.erased]).toEqual([]);
      expect(walk.reached).toBe(reachOf[role] ?? DEPTH);
      expect(walked).toBeGreaterThan(role === 'GUEST' ? 5 : 100);
      expect([...texts].filter((text) => text.includes('foreign'))).toEqual([]);
      if (role === 'CLIENT' || role === 'GUEST')
        expect([...texts].filter((text) => /-(c0|c2|elsewhere)\b|Namec0/.test(text))).toEqual([]);
      if (role === 'PUBLIC' || role === 'GUEST')
        expect([...texts].filter((text) => /notes-|alert-|internal-/.test(text))).toEqual([]);
    },
  );
}
