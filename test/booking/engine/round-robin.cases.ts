import { addHours, addReason, addStaff, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { MINUTE, at, type EngineFixture } from './engine.fixture';

export function roundRobinCases(gateway: TestGateway, fixture: EngineFixture): void {
  const { make, times, codes } = fixture;

  describe('round robin', () => {
    const crew = async (mark: string, count: number) => {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const id = await addStaff(gateway, `${mark}${index}`, 'America/New_York', [
          fixture.clinic.locationId,
        ]);
        await addHours(gateway, id);
        ids.push(id);
      }
      return ids;
    };
    const anybody = (reasonId: string, start: string, input: object = {}, key?: string) =>
      make(reasonId, start, { staffId: undefined, ...input }, key);
    const shares = async (reasonId: string, ids: string[], starts: string[]) => {
      const counts = new Map(ids.map((id) => [id, 0]));
      for (let first = 0; first < starts.length; first += 10) {
        for (const { appointment } of await Promise.all(
          starts.slice(first, first + 10).map((start) => anybody(reasonId, start)),
        ))
          counts.set(appointment.staff.id, counts.get(appointment.staff.id)! + 1);
      }
      return [...counts.values()];
    };
    const hours = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        new Date(at('2032-03-02T06:00:00Z') + index * 65 * MINUTE).toISOString(),
      );

    it('BALANCED gives three equal staff 100 of 300 bookings each, and a cancellation returns its credit', async () => {
      const ids = await crew('even', 3);
      const reasonId = await addReason(gateway, {
        reasonDesc: 'Even',
        visitMinutes: 60,
        roundRobin: 'BALANCED',
        staffIds: ids,
      });
      expect(await shares(reasonId, ids, hours(300))).toEqual([100, 100, 100]);
      const { nodes } = (
        await gateway.data(
          `query ($s: [ID!], $r: [ID!]) {
            appointments(first: 3, filter: { staffIds: $s, reasonIds: $r }) {
              nodes { id noPreference }
            }
          }`,
          { s: [ids[1]], r: [reasonId] },
        )
      ).appointments;
      expect(nodes[0].noPreference).toBe(true);
      for (const { id } of nodes) await change(gateway, 'cancelAppointment', { id });
      const next = [];
      for (const start of ['2032-03-27T06:00:00Z', '2032-03-27T08:00:00Z', '2032-03-27T10:00:00Z'])
        next.push((await anybody(reasonId, start)).appointment.staff.id);
      expect(next).toEqual([ids[1], ids[1], ids[1]]);
    });

    it('BALANCED prefers, among equals, the staff member who was booked longest ago, by the time of booking', async () => {
      const ids = await crew('turns', 2);
      const reasonId = await addReason(gateway, {
        reasonDesc: 'Turns',
        visitMinutes: 60,
        roundRobin: 'BALANCED',
        staffIds: ids,
      });
      const now = at('2032-08-01T12:00:00Z');
      // The second staff member is booked first, for the later time.
      gateway.time = now;
      await make(reasonId, '2032-08-20T14:00:00Z', { staffId: ids[1] });
      gateway.time = now + MINUTE;
      await make(reasonId, '2032-08-10T14:00:00Z', { staffId: ids[0] });
      gateway.time = now + 2 * MINUTE;
      const { appointment } = await anybody(reasonId, '2032-08-15T14:00:00Z');
      gateway.time = null;

      expect(appointment.staff.id).toBe(ids[1]);
    });

    it('BALANCED divides weights of 200 and 100 two to one, and a lower priority serves if the higher is occupied', async () => {
      const ids = await crew('weighed', 2);
      const reasonId = await addReason(gateway, {
        reasonDesc: 'Weighed',
        visitMinutes: 60,
        roundRobin: 'BALANCED',
        staffIds: ids,
      });
      await change(gateway, 'setReasonStaff', {
        reasonId,
        staff: [
          { staffId: ids[0], weight: 200 },
          { staffId: ids[1], weight: 100 },
        ],
      });
      expect(await shares(reasonId, ids, hours(60))).toEqual([40, 20]);
      const other = await addReason(gateway, {
        reasonDesc: 'First',
        visitMinutes: 60,
        roundRobin: 'BALANCED',
        staffIds: ids,
      });
      await change(gateway, 'setReasonStaff', {
        reasonId: other,
        staff: [
          { staffId: ids[0], priority: 1 },
          { staffId: ids[1], priority: 0 },
        ],
      });
      const start = '2032-06-01T14:00:00Z';
      expect([
        (await anybody(other, start)).appointment.staff.id,
        (await anybody(other, start)).appointment.staff.id,
        codes(await anybody(other, start)),
      ]).toEqual([ids[1], ids[0], ['TIME_UNAVAILABLE']]);
    });

    it('COMBINED and RANDOM choose any free staff member; NONE lets the caller choose', async () => {
      const ids = await crew('free', 3);
      const combined = await addReason(gateway, {
        reasonDesc: 'Combined',
        visitMinutes: 60,
        roundRobin: 'COMBINED',
        staffIds: ids,
      });
      const random = await addReason(gateway, {
        reasonDesc: 'Random',
        visitMinutes: 60,
        roundRobin: 'RANDOM',
        staffIds: ids,
      });
      const publicly = {
        clientId: undefined,
        client: { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@winterfell.example' },
      };
      const found = await Promise.all(
        [combined, random, combined, random].map((reasonId, index) =>
          anybody(
            reasonId,
            '2032-07-01T14:00:00Z',
            publicly,
            index % 2 ? gateway.business.publishableKey : undefined,
          ),
        ),
      );
      expect(
        new Set(
          found
            .filter(({ appointment }) => appointment)
            .map(({ appointment }) => appointment.staff.id),
        ),
      ).toEqual(new Set(ids));
      expect(found.flatMap(codes)).toEqual(['TIME_UNAVAILABLE']);
      expect(
        await refusal(gateway, 'createAppointment', {
          reasonId: fixture.clinic.reasonId,
          locationId: fixture.clinic.locationId,
          clientId: fixture.clinic.clientId,
          start: '2032-07-01T14:00:00Z',
        }),
      ).toEqual(['INVALID_INPUT', 'staffId']);
      expect(
        (await times({ reasonId: combined, from: '2032-07-02', to: '2032-07-02' }))[0].units.map(
          ({ staff }: any) => staff.id,
        ),
      ).toEqual(ids);
    });
  });
}
