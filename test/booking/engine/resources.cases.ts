import { addClinic, addHours, addStaff, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { EngineFixture } from './engine.fixture';

export function resourcesCases(gateway: TestGateway, fixture: EngineFixture): void {
  const { addResource, needs, reasonFor, make, times, codes } = fixture;

  describe('resources', () => {
    it('are occupied as long as staff are, one of the suitable ones, and released', async () => {
      const [one, two, reasonId] = [
        await addResource('Room 1'),
        await addResource('Room 2'),
        await reasonFor({ bufferAfter: 30 }),
      ];
      await needs(reasonId, [{ id: one }, { id: two }]);
      const day = { reasonId, from: '2031-02-03', to: '2031-02-03' };
      const first = await make(reasonId, '2031-02-03T14:00:00Z');
      const second = await make(reasonId, '2031-02-03T14:00:00Z', {
        staffId: fixture.clinic.otherStaffId,
      });
      expect([first, second].map(({ appointment }) => appointment.resources)).toEqual([
        [{ id: one, name: 'Room 1' }],
        [{ id: two, name: 'Room 2' }],
      ]);
      expect(first.appointment.resource).toEqual({ id: one });
      expect(
        (
          await gateway.data(
            'query ($id: ID!) { resource(id: $id) { appointments { nodes { id } } } }',
            { id: two },
          )
        ).resource.appointments.nodes,
      ).toEqual([{ id: second.appointment.id }]);
      expect(
        (
          await gateway.data(
            'query ($ids: [ID!]) { appointments(filter: { resourceIds: $ids }) { totalCount } }',
            { ids: [one, two] },
          )
        ).appointments.totalCount,
      ).toBe(2);
      const third = await addStaff(gateway, 'third', 'America/New_York', [
        fixture.clinic.locationId,
      ]);
      await addHours(gateway, third);
      const any = await reasonFor({ staffIds: [third] });
      await needs(any, [{ id: one }, { id: two }]);
      // Both rooms are in use until the buffer ends.
      expect(codes(await make(any, '2031-02-03T15:00:00Z', { staffId: third }))).toEqual([
        'TIME_UNAVAILABLE',
      ]);
      expect(codes(await make(any, '2031-02-03T15:30:00Z', { staffId: third }))).toEqual([]);
      const starts = (await times({ ...day, reasonId: any })).map(({ start }: any) =>
        start.slice(11, 16),
      );
      expect(starts.filter((start: string) => start >= '12:30' && start <= '16:30')).toEqual([
        '12:30',
        '13:00',
        '16:30',
      ]);
      await change(gateway, 'cancelAppointment', { id: second.appointment.id });
      expect(
        (await make(any, '2031-02-03T14:00:00Z', { staffId: third })).appointment.resources,
      ).toEqual([{ id: two, name: 'Room 2' }]);
      expect(
        codes(
          await change(gateway, 'setAppointmentStatus', {
            id: second.appointment.id,
            status: 'OPEN',
          }),
        ),
      ).toEqual(['TIME_UNAVAILABLE']);
    });

    it('serve one of two concurrent bookings by different staff that need one room', async () => {
      const [room, reasonId] = [await addResource('Only room'), await reasonFor()];
      await needs(reasonId, [{ id: room }]);
      const answers = await Promise.all(
        [fixture.clinic.staffId, fixture.clinic.otherStaffId].map((staffId) =>
          make(reasonId, '2031-02-04T14:00:00Z', { staffId }),
        ),
      );
      expect(answers.map(codes).sort()).toEqual([[], ['TIME_UNAVAILABLE']]);
    });

    it('are counted: three treadmills serve three clients, and a bundle occupies all of its parts', async () => {
      const [treadmills, hall, reasonId, whole] = [
        await addResource('Treadmills', 3),
        await addResource('Hall'),
        await reasonFor(),
        await reasonFor({ reasonDesc: 'Class in the hall' }),
      ];
      const { resourceBundle } = await change(
        gateway,
        'createResourceBundle',
        {
          name: 'Gym',
          items: [
            { resourceId: treadmills, units: 2 },
            { resourceId: hall, units: 1 },
          ],
        },
        'resourceBundle { id }',
      );
      await needs(reasonId, [{ id: treadmills, units: 2 }]);
      await needs(whole, [{ id: resourceBundle.id }]);
      expect(
        (await make(whole, '2031-02-05T14:00:00Z')).appointment.resources
          .map(({ name }: any) => name)
          .sort(),
      ).toEqual(['Hall', 'Treadmills']);
      expect(
        codes(
          await make(reasonId, '2031-02-05T14:30:00Z', { staffId: fixture.clinic.otherStaffId }),
        ),
      ).toEqual(['TIME_UNAVAILABLE']);
      await needs(reasonId, [{ id: treadmills }]);
      expect(
        codes(
          await make(reasonId, '2031-02-05T14:30:00Z', { staffId: fixture.clinic.otherStaffId }),
        ),
      ).toEqual([]);
    });

    it('move with an appointment: the same resource if it is free, else another suitable one', async () => {
      const [one, two, reasonId] = [
        await addResource('Chair 1'),
        await addResource('Chair 2'),
        await reasonFor(),
      ];
      await needs(reasonId, [{ id: one }, { id: two }]);
      await make(reasonId, '2031-02-06T14:00:00Z', {
        staffId: fixture.clinic.otherStaffId,
        resourceIds: [two],
      });
      const {
        appointment: { id, resource },
      } = await make(reasonId, '2031-02-06T16:00:00Z', { resourceIds: [two] });
      expect(resource.id).toBe(two);
      const to = async (start: string) =>
        change(
          gateway,
          'rescheduleAppointment',
          { id, start },
          'appointment { resources { id } history { nodes { type changes { field from to } } } }',
        );
      expect((await to('2031-02-06T18:00:00Z')).appointment.resources).toEqual([{ id: two }]);
      const { appointment } = await to('2031-02-06T14:00:00Z');
      expect(appointment.resources).toEqual([{ id: one }]);
      expect(appointment.history.nodes.at(-1).changes).toContainEqual({
        field: 'resources',
        from: two,
        to: one,
      });
      await change(gateway, 'createDateOverride', { ownerId: one, date: '2031-02-07', ranges: [] });
      expect((await to('2031-02-07T14:00:00Z')).appointment.resources).toEqual([{ id: two }]);
    });

    it('are chosen freely by staff, and by others only among those that the reason needs', async () => {
      const [projector, reasonId] = [await addResource('Projector'), await reasonFor()];
      expect(
        (await make(reasonId, '2031-02-10T14:00:00Z', { resourceIds: [projector] })).appointment
          .resource,
      ).toEqual({ id: projector });
      expect(
        await refusal(
          gateway,
          'createAppointment',
          {
            reasonId,
            locationId: fixture.clinic.locationId,
            staffId: fixture.clinic.staffId,
            start: '2031-02-10T16:00:00Z',
            resourceIds: [projector],
          },
          fixture.clientKey,
        ),
      ).toEqual(['NOT_FOUND', 'resourceIds']);
      const foreign = (await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' }))
        .secretKey;
      const theirs = await addClinic(gateway, 'foreign', foreign);
      expect(
        codes(
          await change(
            gateway,
            'createAppointment',
            {
              reasonId: theirs.reasonId,
              locationId: theirs.locationId,
              staffId: theirs.staffId,
              start: '2031-02-10T14:00:00Z',
              resourceIds: [projector],
            },
            '',
            foreign,
          ),
        ),
      ).toEqual(['NOT_FOUND']);
    });
  });
}
