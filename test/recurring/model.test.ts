import * as fc from 'fast-check';
import { claimFindings } from '../../src/features/appointments/integrity';
import { breaches } from '../../src/features/occupancy/integrity';
import { seriesFindings } from '../../src/features/recurring/integrity';
import { addClinic, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const wall = (ms: number) => new Date(ms).toISOString().slice(0, 16);

interface Item {
  readonly id: string;
  place: number;
  at: number;
  open: boolean;
}
interface Series {
  id: string;
  clocks: number[];
  items: Item[];
}
interface Step {
  kind: 'update' | 'cancel' | 'alone';
  scope: 'THIS' | 'THIS_AND_FOLLOWING' | 'ALL';
  series: number;
  item: number;
  minutes: number;
  includeMoved: boolean;
}

/** The documented behaviour in a simple model: wall clocks as numbers, a list for each series. */
function expected(
  series: Series[],
  of: Series,
  named: Item,
  { kind, scope, minutes, includeMoved }: Step,
): { changed: Item[]; refused: boolean } {
  const changed = of.items.filter(
    (item) =>
      item === named ||
      (scope !== 'THIS' &&
        item.open &&
        (scope === 'ALL' || item.place >= named.place) &&
        (includeMoved || item.at === item.place)),
  );
  const before = of.clocks.filter((clock) => clock < named.place).length;
  const refused =
    !named.open ||
    (kind === 'update' && scope === 'THIS_AND_FOLLOWING' && before === of.clocks.length);
  if (refused) return { changed: [], refused };
  if (kind === 'cancel') {
    for (const item of changed) item.open = false;
    if (scope === 'THIS_AND_FOLLOWING' && before > 0) of.clocks = of.clocks.slice(0, before);
    return { changed, refused };
  }
  const shift = minutes * MINUTE;
  const moved = (clocks: number[]) => clocks.map((clock) => clock + shift);
  if (scope === 'THIS') named.at = named.place + shift;
  else for (const item of changed) item.at = item.place += shift;
  if (scope === 'ALL' || (scope === 'THIS_AND_FOLLOWING' && before === 0))
    of.clocks = moved(of.clocks);
  else if (scope === 'THIS_AND_FOLLOWING') {
    series.push({ id: '', clocks: moved(of.clocks.slice(before)), items: changed });
    of.clocks = of.clocks.slice(0, before);
    of.items = of.items.filter((item) => !changed.includes(item));
  }
  return { changed, refused };
}

onEachDatabase('random changes of a series', (gateway) => {
  let clinic: Clinic;
  let year = 2035;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom(
        'update' as const,
        'update' as const,
        'cancel' as const,
        'alone' as const,
      ),
      scope: fc.constantFrom('THIS' as const, 'THIS_AND_FOLLOWING' as const, 'ALL' as const),
      series: fc.nat(5),
      item: fc.nat(7),
      minutes: fc.integer({ min: -40, max: 40 }).map((quarters) => quarters * 15),
      includeMoved: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  );

  /**
   * Returns, by id, the local time in New York of each appointment and whether it is open, and the
   * occurrences of each rule.
   */
  const look = async (ids: string[]) => {
    const { nodes } = (
      await gateway.data(
        `query ($ids: [ID!]) {
          appointments(first: 100, filter: { ids: $ids }) {
            nodes { id status clientStartDate clientStartTime recurringAppointment { id } }
          }
        }`,
        { ids },
      )
    ).appointments;
    return Object.fromEntries(
      nodes.map((row: any) => {
        const time = String(row.clientStartTime).padStart(4, '0');
        return [
          row.id,
          [
            `${row.clientStartDate}T${time.slice(0, 2)}:${time.slice(2)}`,
            row.status === 'OPEN',
            row.recurringAppointment.id,
          ],
        ];
      }),
    );
  };

  it('agree with a model of the scopes', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (asked) => {
        // Across the night on which the UTC offset changes, but never in the skipped or repeated
        // hours.
        const first = Date.UTC((year += 1), 10, 1, 12);
        const made = await change(
          gateway,
          'createRecurringAppointment',
          {
            ...clinic,
            otherStaffId: undefined,
            localStart: wall(first),
            rrule: 'FREQ=DAILY;INTERVAL=2;COUNT=8',
            override: true,
          },
          'recurringAppointment { id } appointments { id }',
        );
        const items: Item[] = made.appointments.map(({ id }: any, index: number) => ({
          id,
          place: first + index * 2 * 1_440 * MINUTE,
          at: first + index * 2 * 1_440 * MINUTE,
          open: true,
        }));
        const series: Series[] = [
          {
            id: made.recurringAppointment.id,
            clocks: items.map(({ place }) => place),
            items: [...items],
          },
        ];
        for (const step of asked) {
          const of = series[step.series % series.length] as Series;
          const named = of.items[step.item % of.items.length] as Item;
          // A single one, by the mutation for one appointment.
          const localStart = wall(named.place + step.minutes * MINUTE);
          const { changed, refused } = expected(
            series,
            of,
            named,
            step.kind === 'alone' ? { ...step, kind: 'update', scope: 'THIS' } : step,
          );
          const common = {
            id: of.id,
            scope: step.scope,
            appointmentId: named.id,
            includeMoved: step.includeMoved,
          };
          const { userErrors, ...answer } =
            step.kind === 'alone'
              ? await change(gateway, 'rescheduleAppointment', {
                  id: named.id,
                  localStart,
                  override: true,
                })
              : step.kind === 'cancel'
                ? await change(
                    gateway,
                    'cancelRecurringAppointment',
                    common,
                    'recurringAppointment { id } appointments { id }',
                  )
                : await change(
                    gateway,
                    'updateRecurringAppointment',
                    { ...common, localStart, override: true },
                    'recurringAppointment { id } appointments { id }',
                  );
          expect([step, userErrors.length > 0]).toEqual([step, refused]);
          if (!refused && step.kind !== 'alone') {
            expect(answer.appointments.map(({ id }: any) => id).sort()).toEqual(
              changed.map(({ id }) => id).sort(),
            );
            const last = series.at(-1) as Series;
            if (!last.id) last.id = answer.recurringAppointment.id;
            expect(answer.recurringAppointment.id).toBe(
              last.items.includes(named) ? last.id : of.id,
            );
          }
          expect(await look(items.map(({ id }) => id))).toEqual(
            Object.fromEntries(
              series.flatMap((one) =>
                one.items.map(({ id, at, open }) => [id, [wall(at), open, one.id]]),
              ),
            ),
          );
        }
        for (const { id, clocks } of series) {
          const { recurringAppointment } = await gateway.data(
            'query ($id: ID!) { recurringAppointment(id: $id) { rrule localStart } }',
            { id },
          );
          expect([
            recurringAppointment.localStart.slice(0, 16),
            /COUNT=(\d+)/.exec(recurringAppointment.rrule)?.[1],
          ]).toEqual([wall(clocks[0] as number), String(clocks.length)]);
        }
      }),
      { numRuns: 15 },
    );
    const { db } = gateway.gateway;
    expect([
      (await breaches(db)).breaches,
      await claimFindings(db),
      await seriesFindings(db),
    ]).toEqual([[], [], []]);
  });
});
