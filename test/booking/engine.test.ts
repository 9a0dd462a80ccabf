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
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { randomOf, SEED } from '../support/fixtures/random';
import { expectIntegrity } from '../support/harness/integrity';

jest.setTimeout(120_000);

const MINUTE = 60_000;
const at = (iso: string) => Date.parse(iso);

onEachDatabase('the booking engine', (gateway) => {
  let [clinic, clientKey]: [Clinic, string] = [undefined as never, ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
  });
  afterEach(() => expectIntegrity(gateway));

  const addResource = async (
    name: string,
    quantity = 1,
    locationId = clinic.locationId,
  ): Promise<string> =>
    (await change(gateway, 'createResource', { name, quantity, locationId }, 'resource { id }'))
      .resource.id;
  const needs = (reasonId: string, ...options: { id: string; units?: number }[][]) =>
    change(gateway, 'setReasonResources', {
      reasonId,
      needs: options.map((need) => ({ options: need.map(({ id, units = 1 }) => ({ id, units })) })),
    });
  const reasonFor = (input: object = {}) =>
    addReason(gateway, {
      reasonDesc: 'Something',
      visitMinutes: 60,
      slotStepMinutes: 30,
      staffIds: [clinic.staffId, clinic.otherStaffId],
      ...input,
    });
  const make = (reasonId: string, start: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'createAppointment',
      {
        reasonId,
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        start,
        ...input,
      },
      'appointment { id start end price noPreference staff { id } resource { id } resources { id name } addOnReasons { reasonDesc } }',
      key,
    );
  const times = async (input: object, key = clientKey) =>
    (
      await gateway.data(
        'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start end units { staff { id } resource { name } } } } }',
        { input: { locationId: clinic.locationId, ...input } },
        { key },
      )
    ).availability.availableTimes;
  const codes = ({ userErrors }: any) => userErrors.map(({ code }: any) => code);

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
      const second = await make(reasonId, '2031-02-03T14:00:00Z', { staffId: clinic.otherStaffId });
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
      const third = await addStaff(gateway, 'third', 'America/New_York', [clinic.locationId]);
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
        [clinic.staffId, clinic.otherStaffId].map((staffId) =>
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
        codes(await make(reasonId, '2031-02-05T14:30:00Z', { staffId: clinic.otherStaffId })),
      ).toEqual(['TIME_UNAVAILABLE']);
      await needs(reasonId, [{ id: treadmills }]);
      expect(
        codes(await make(reasonId, '2031-02-05T14:30:00Z', { staffId: clinic.otherStaffId })),
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
        staffId: clinic.otherStaffId,
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
          'appointment { resources { id } history { type changes { field from to } } }',
        );
      expect((await to('2031-02-06T18:00:00Z')).appointment.resources).toEqual([{ id: two }]);
      const { appointment } = await to('2031-02-06T14:00:00Z');
      expect(appointment.resources).toEqual([{ id: one }]);
      expect(appointment.history.at(-1).changes).toContainEqual({
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
            locationId: clinic.locationId,
            staffId: clinic.staffId,
            start: '2031-02-10T16:00:00Z',
            resourceIds: [projector],
          },
          clientKey,
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

  describe('durations, add-ons and prices', () => {
    it('are chosen among those that the reason offers', async () => {
      const reasonId = await reasonFor({
        price: '50.00',
        durations: [{ minutes: 90, price: '70.50' }],
      });
      const wash = await addReason(gateway, {
        reasonDesc: 'Wash',
        reasonType: 'ADDON',
        visitMinutes: 15,
        price: '9.99',
      });
      const dye = await addReason(gateway, {
        reasonDesc: 'Dye',
        reasonType: 'ADDON',
        visitMinutes: 30,
      });
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [wash] });
      const { appointment } = await make(
        reasonId,
        '2031-03-03T14:00:00Z',
        { durationMinutes: 90, addOnReasonIds: [wash], clientId: undefined },
        clientKey,
      );
      expect(appointment).toMatchObject({
        end: '2031-03-03T15:45:00.000Z',
        price: '80.49',
        addOnReasons: [{ reasonDesc: 'Wash' }],
      });
      expect(
        await refusal(
          gateway,
          'createAppointment',
          {
            reasonId,
            locationId: clinic.locationId,
            staffId: clinic.staffId,
            start: '2031-03-03T17:00:00Z',
            durationMinutes: 75,
          },
          clientKey,
        ),
      ).toEqual(['BAD_USER_INPUT', 'durationMinutes']);
      expect(
        await refusal(gateway, 'createAppointment', {
          reasonId,
          locationId: clinic.locationId,
          staffId: clinic.staffId,
          start: '2031-03-03T17:00:00Z',
          addOnReasonIds: [dye],
        }),
      ).toEqual(['RULE_VIOLATED', 'addOnReasonIds']);
      expect((await make(reasonId, '2031-03-03T18:00:00Z')).appointment).toMatchObject({
        end: '2031-03-03T19:00:00.000Z',
        price: '50.00',
        addOnReasons: [],
      });
      const [time] = await times({
        reasonId,
        from: '2031-03-04',
        to: '2031-03-04',
        addOnReasonIds: [wash],
      });
      expect(at(time.end) - at(time.start)).toBe(75 * MINUTE);
    });
  });

  it('take the price of the duration, else of the staff member, else of the reason', async () => {
    const reasonId = await reasonFor({
      price: '50.00',
      durations: [{ minutes: 90, price: '70.00' }, { minutes: 30 }],
    });
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [{ staffId: clinic.staffId, price: '65.00' }, { staffId: clinic.otherStaffId }],
    });
    const priceOf = async (start: string, input: object) =>
      (await make(reasonId, start, input)).appointment.price;
    expect(await priceOf('2031-10-06T14:00:00Z', {})).toBe('65.00');
    expect(await priceOf('2031-10-06T14:00:00Z', { staffId: clinic.otherStaffId })).toBe('50.00');
    expect(await priceOf('2031-10-06T16:00:00Z', { durationMinutes: 90 })).toBe('70.00');
    expect(await priceOf('2031-10-06T18:00:00Z', { durationMinutes: 30 })).toBe('65.00');
    expect(await priceOf('2031-10-06T20:00:00Z', { price: '1.00' })).toBe('1.00');
  });

  it('keep buffers of half a day free, which the check refuses before the database does', async () => {
    const long = await reasonFor({ bufferAfter: 720 });
    await make(await reasonFor(), '2031-10-14T00:00:00Z');
    const rejected = jest.fn();
    const forget = gateway.gateway.signals.occupancyRejected.on(rejected);
    expect(codes(await make(long, '2031-10-13T14:00:00Z'))).toEqual(['TIME_UNAVAILABLE']);
    forget();
    expect(rejected).not.toHaveBeenCalled();
  });

  describe('quotas', () => {
    const used = (reasonId: string, date: string) =>
      gateway.data(
        'query ($id: ID!, $date: LocalDate!) { reason(id: $id) { quotaFilled quotaOn(date: $date) { quota quotaType used left from to } } }',
        { id: reasonId, date },
      );

    it('allow exactly two of ten concurrent bookings a day at different times', async () => {
      const reasonId = await reasonFor({ quota: 2, quotaType: 'DAY' });
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          make(reasonId, `2031-04-01T${10 + index}:00:00Z`, {
            staffId: index % 2 ? clinic.staffId : clinic.otherStaffId,
          }),
        ),
      );
      expect(answers.filter(({ appointment }) => appointment)).toHaveLength(2);
      expect(new Set(answers.filter(({ appointment }) => !appointment).flatMap(codes))).toEqual(
        new Set(['QUOTA_REACHED']),
      );
      expect((await used(reasonId, '2031-04-01')).reason.quotaOn).toEqual({
        quota: 2,
        quotaType: 'DAY',
        used: 2,
        left: 0,
        from: '2031-04-01',
        to: '2031-04-01',
      });
      expect(await times({ reasonId, from: '2031-04-01', to: '2031-04-01' })).toEqual([]);
      expect(
        (await times({ reasonId, from: '2031-04-02', to: '2031-04-02' })).length,
      ).toBeGreaterThan(0);
      const { id } = answers.find(({ appointment }) => appointment).appointment;
      await change(gateway, 'cancelAppointment', { id });
      expect(codes(await make(reasonId, '2031-04-01T22:00:00Z'))).toEqual([]);
      expect(codes(await change(gateway, 'setAppointmentStatus', { id, status: 'OPEN' }))).toEqual([
        'QUOTA_REACHED',
      ]);
      const { appointment } = await make(reasonId, '2031-04-02T15:00:00Z');
      expect(
        codes(
          await change(gateway, 'rescheduleAppointment', {
            id: appointment.id,
            start: '2031-04-01T15:00:00Z',
          }),
        ),
      ).toEqual(['QUOTA_REACHED']);
      expect(
        codes(
          await change(gateway, 'rescheduleAppointment', {
            id: appointment.id,
            start: '2031-04-02T17:00:00Z',
          }),
        ),
      ).toEqual([]);
    });

    it('count the local day of the staff member, weeks from Monday, months, years and for ever', async () => {
      const reasonId = await reasonFor({ quota: 1, quotaType: 'DAY' });
      // The 1st and the 2nd in New York, both the 2nd in UTC.
      expect(codes(await make(reasonId, '2031-05-02T03:00:00Z'))).toEqual([]);
      expect(codes(await make(reasonId, '2031-05-02T05:00:00Z'))).toEqual([]);
      expect(codes(await make(reasonId, '2031-05-02T20:00:00Z'))).toEqual(['QUOTA_REACHED']);
      for (const [quotaType, inside, outside] of [
        ['WEEK', '2031-05-11', '2031-05-12'],
        ['MONTH', '2031-05-31', '2031-06-01'],
        ['YEAR', '2031-12-31', '2032-01-01'],
      ] as const) {
        const reason = await reasonFor({ quota: 1, quotaType });
        expect(
          codes(
            await make(reason, '2031-05-05T14:00:00Z', {
              staffId: clinic.otherStaffId,
              override: true,
            }),
          ),
        ).toEqual([]);
        expect(codes(await make(reason, `${inside}T14:00:00Z`))).toEqual(['QUOTA_REACHED']);
        expect(codes(await make(reason, `${outside}T14:00:00Z`, { override: true }))).toEqual([]);
      }
      const ever = await reasonFor({ quota: 1, quotaType: 'LIFETIME' });
      expect(codes(await make(ever, '2033-05-05T14:00:00Z'))).toEqual([]);
      expect(codes(await make(ever, '2039-05-05T14:00:00Z'))).toEqual(['QUOTA_REACHED']);
      expect((await used(ever, '2039-05-05')).reason).toMatchObject({
        quotaFilled: 1,
        quotaOn: { used: 1, left: 0 },
      });
      expect((await used(clinic.reasonId, '2039-05-05')).reason).toEqual({
        quotaFilled: null,
        quotaOn: null,
      });
    });
  });

  it('count quotas of many reasons in one statement', async () => {
    const of = (first: number) =>
      gateway.counted(
        'query ($first: Int) { reasons(first: $first) { nodes { quotaFilled quotaOn(date: "2031-04-01") { used } } } }',
        { first },
      );
    expect((await of(20)).statements.length).toBeLessThanOrEqual(4);
  });

  describe('round robin', () => {
    const crew = async (mark: string, count: number) => {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1) {
        const id = await addStaff(gateway, `${mark}${index}`, 'America/New_York', [
          clinic.locationId,
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
          'query ($s: [ID!], $r: [ID!]) { appointments(first: 3, filter: { staffIds: $s, reasonIds: $r }) { nodes { id noPreference } } }',
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
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          clientId: clinic.clientId,
          start: '2032-07-01T14:00:00Z',
        }),
      ).toEqual(['BAD_USER_INPUT', 'staffId']);
      expect(
        (await times({ reasonId: combined, from: '2032-07-02', to: '2032-07-02' }))[0].units.map(
          ({ staff }: any) => staff.id,
        ),
      ).toEqual(ids);
    });
  });

  it('shows usage of a resource to staff only', async () => {
    const [treadmills, reasonId] = [
      await addResource('Rowing machines', 3),
      await reasonFor({ bufferAfter: 15 }),
    ];
    await needs(reasonId, [{ id: treadmills, units: 2 }]);
    await make(reasonId, '2031-09-01T14:00:00Z');
    const other = await reasonFor();
    await needs(other, [{ id: treadmills }]);
    await make(other, '2031-09-01T14:30:00Z', { staffId: clinic.otherStaffId });
    const USE =
      'query ($input: ResourceAvailabilityInput!) { resourceAvailability(input: $input) { resource { name } freeUnits busy { start end units } } }';
    const input = {
      resourceIds: [treadmills],
      start: '2031-09-01T14:15:00Z',
      end: '2031-09-02T00:00:00Z',
    };
    expect((await gateway.data(USE, { input })).resourceAvailability).toEqual([
      {
        resource: { name: 'Rowing machines' },
        freeUnits: 0,
        busy: [
          { start: '2031-09-01T14:15:00.000Z', end: '2031-09-01T14:30:00.000Z', units: 2 },
          { start: '2031-09-01T14:30:00.000Z', end: '2031-09-01T15:15:00.000Z', units: 3 },
          { start: '2031-09-01T15:15:00.000Z', end: '2031-09-01T15:30:00.000Z', units: 1 },
        ],
      },
    ]);
    expect(
      (await gateway.data(USE, { input: { ...input, start: '2031-09-01T15:30:00Z' } }))
        .resourceAvailability,
    ).toMatchObject([{ freeUnits: 3, busy: [] }]);
    for (const key of [
      clientKey,
      (await gateway.addBusiness({ name: 'Nobody', timeZone: 'UTC' })).secretKey,
    ])
      expect((await gateway.run(USE, { input }, { key })).errors).toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ]);
    expect(
      (await gateway.run(USE, { input: { ...input, end: input.start } })).errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['input', 'end'] } }]);
  });

  it('requires clients to answer the screening question, for times and for bookings, and not staff', async () => {
    const reasonId = await reasonFor({
      screeningQuestion: {
        question: 'Do you take blood thinners?',
        answers: [
          { text: 'No', passes: true },
          { text: 'Yes', passes: false },
        ],
      },
    });
    const day = { reasonId, from: '2031-09-08', to: '2031-09-08' };
    expect([
      (await times(day)).length,
      (await times({ ...day, screeningAnswer: 'Yes' })).length,
    ]).toEqual([0, 0]);
    expect((await times({ ...day, screeningAnswer: 'No' })).length).toBeGreaterThan(0);
    expect((await times(day, gateway.business.secretKey)).length).toBeGreaterThan(0);
    const input = {
      reasonId,
      locationId: clinic.locationId,
      staffId: clinic.staffId,
      start: '2031-09-08T14:00:00Z',
    };
    for (const answer of [{}, { screeningAnswer: 'Yes' }, { screeningAnswer: 'Perhaps' }]) {
      for (const mutation of ['createAppointment', 'holdAppointment'])
        expect(await refusal(gateway, mutation, { ...input, ...answer }, clientKey)).toEqual([
          'RULE_VIOLATED',
          'screeningAnswer',
        ]);
    }
    const {
      appointment: { id },
    } = await change(
      gateway,
      'createAppointment',
      { ...input, screeningAnswer: 'No' },
      'appointment { id }',
      clientKey,
    );
    expect(
      codes(
        await change(
          gateway,
          'rescheduleAppointment',
          { id, start: '2031-09-08T16:00:00Z' },
          '',
          clientKey,
        ),
      ),
    ).toEqual([]);
    expect(codes(await make(reasonId, '2031-09-08T18:00:00Z'))).toEqual([]);
  });

  it('lets one of two bookings of a time wait for confirmation; of concurrent confirmation and decline one succeeds', async () => {
    const reasonId = await reasonFor({ requiresStaffConfirmation: true });
    const input = {
      reasonId,
      locationId: clinic.locationId,
      staffId: clinic.staffId,
      start: '2031-09-15T14:00:00Z',
    };
    const asked = await Promise.all(
      [1, 2].map((index) =>
        change(
          gateway,
          'createAppointment',
          {
            ...input,
            client: {
              firstName: `A${index}`,
              lastName: 'B',
              emailAddress: `a${index}@example.org`,
            },
          },
          'appointment { id status }',
          gateway.business.publishableKey,
        ),
      ),
    );
    expect(asked.map(codes).sort()).toEqual([[], ['TIME_UNAVAILABLE']]);
    const { id } = asked.find(({ appointment }) => appointment).appointment;
    const answers = await Promise.all(
      ['confirmAppointment', 'declineAppointment', 'confirmAppointment'].map(
        async (mutation) =>
          (
            await gateway.data(
              `mutation ($id: ID!) { ${mutation}(input: { id: $id }) { appointment { status } userErrors { code } } }`,
              { id },
            )
          )[mutation],
      ),
    );
    expect(answers.filter(({ appointment }) => appointment)).toHaveLength(1);
    await expectIntegrity(gateway);
  });

  it('returns labels in the requested language', async () => {
    const text = async (input: object) =>
      (
        await gateway.data(
          'query ($input: AvailabilityInput!) { availability(input: $input) { firstAvailable { text } } }',
          {
            input: {
              reasonId: clinic.reasonId,
              locationId: clinic.locationId,
              from: '2031-09-22',
              to: '2031-09-22',
              ...input,
            },
          },
          { key: clientKey },
        )
      ).availability.firstAvailable.text;
    expect(await text({})).toBe(
      'Monday, Sep 22, 2031 at 12:00 – 12:45 AM EDT (drjones-a Jones, drwho-a Jones)',
    );
    expect(await text({ locale: 'de-DE', timeZone: 'Europe/Berlin' })).toContain(
      'Montag, 22. September 2031',
    );
  });

  describe('rules for bookings by staff', () => {
    it('bind staff to hours, locations and assignments, except with an override', async () => {
      const night = await addStaff(gateway, 'night', 'America/New_York', [clinic.locationId]);
      await addHours(gateway, night, { ranges: [{ start: '22:00', end: '02:00' }] });
      const reasonId = await addReason(gateway, {
        reasonDesc: 'At night',
        visitMinutes: 60,
        staffIds: [night],
      });
      const elsewhere = await addLocation(gateway, {
        locationName: 'Elsewhere',
        timeZone: 'America/New_York',
      });
      const of = async (start: string, input: object = {}) =>
        (
          await change(
            gateway,
            'createAppointment',
            {
              reasonId,
              locationId: clinic.locationId,
              staffId: night,
              clientId: clinic.clientId,
              start,
              ...input,
            },
            'appointment { id } userErrors { code ... on TimeUnavailableError { explanation { candidates { refusals { rule } } } } }',
          )
        ).userErrors.map((error: any) => [
          error.code,
          ...(error.explanation?.candidates[0].refusals.map(({ rule }: any) => rule) ?? []),
        ])[0] ?? [];
      expect(await of('2031-08-04T16:00:00Z')).toEqual(['TIME_UNAVAILABLE', 'STAFF_NOT_WORKING']);
      expect(await of('2031-08-05T05:00:00Z')).toEqual([]);
      expect(await of('2031-08-06T03:07:00Z')).toEqual([]);
      expect(await of('2031-08-07T03:00:00Z', { locationId: elsewhere })).toEqual([
        'TIME_UNAVAILABLE',
        'STAFF_NOT_AT_LOCATION',
      ]);
      expect(await of('2031-08-07T15:00:00Z', { staffId: clinic.staffId })).toEqual([
        'TIME_UNAVAILABLE',
        'STAFF_NOT_ASSIGNED',
      ]);
      expect(await of('2031-08-04T16:00:00Z', { override: true })).toEqual([]);
    });

    it('require all of several staff to be free, or book none', async () => {
      const reasonId = await reasonFor();
      await make(clinic.reasonId, '2031-08-11T14:00:00Z', { staffId: clinic.otherStaffId });
      expect(
        codes(
          await make(reasonId, '2031-08-11T14:00:00Z', {
            additionalStaffIds: [clinic.otherStaffId],
          }),
        ),
      ).toEqual(['TIME_UNAVAILABLE']);
      expect(
        codes(
          await make(reasonId, '2031-08-11T15:00:00Z', {
            additionalStaffIds: [clinic.otherStaffId],
          }),
        ),
      ).toEqual([]);
      const together = (
        await times(
          {
            reasonId,
            from: '2031-08-11',
            to: '2031-08-11',
            staffIds: [clinic.staffId],
            additionalStaffIds: [clinic.otherStaffId],
          },
          gateway.business.secretKey,
        )
      ).map(({ start }: any) => start.slice(11, 16));
      expect(together).not.toContain('14:00');
      expect(together).not.toContain('15:00');
      expect(together).toContain('16:00');
    });
  });
});

const EXPLAIN = `query ($input: ExplainAvailabilityInput!) { explainAvailability(input: $input) { bookable start end
  candidates { staff { id } bookable refusals { rule message row { __typename id } resources { name } appointments { id } } smallestChange { kind start durationMinutes minutes } } nearestTimes { start } } }`;

onEachDatabase('an explanation', (gateway) => {
  const NOW = at('2031-01-30T12:00:00Z');
  let [clinic, clientKey, otherClient]: [Clinic, string, string] = [undefined as never, '', ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway, 'why', undefined, { hours: false });
    for (const id of [clinic.staffId, clinic.otherStaffId])
      await addHours(gateway, id, { ranges: [{ start: '09:00', end: '17:00' }] });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    otherClient = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
    });
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const ask = async (input: object, key?: string) =>
    (
      await gateway.data(
        EXPLAIN,
        { input: { reasonId: clinic.reasonId, locationId: clinic.locationId, ...input } },
        key ? { key } : {},
      )
    ).explainAvailability;
  const rulesOf = async (input: object, key = clientKey) =>
    (await ask(input, key)).candidates.map(({ refusals }: any) =>
      refusals.map(({ rule }: any) => rule),
    );

  it('names the rule, its row, the smallest remedy and the nearest times, each of which can be booked', async () => {
    const taken = (
      await book(gateway, { ...clinic, clientId: otherClient }, '2031-02-03T15:00:00Z')
    ).appointment.id;
    const answer = await ask({ start: '2031-02-03T15:15:00Z', staffIds: [clinic.staffId] });
    expect(answer).toMatchObject({ bookable: false, end: '2031-02-03T16:00:00.000Z' });
    expect(answer.candidates).toEqual([
      {
        staff: { id: clinic.staffId },
        bookable: false,
        smallestChange: {
          kind: 'START',
          start: '2031-02-03T15:45:00.000Z',
          durationMinutes: 45,
          minutes: 30,
        },
        refusals: [
          {
            rule: 'STAFF_TAKEN',
            message:
              'The staff member is not free at this time. Choose another time or another staff member.',
            row: { __typename: 'Staff', id: clinic.staffId },
            resources: [],
            appointments: [{ id: taken }],
          },
        ],
      },
    ]);
    expect(answer.nearestTimes.map(({ start }: any) => start.slice(8, 16))).toEqual([
      '02T21:15',
      '03T14:00',
      '03T14:15',
      '03T15:45',
      '03T16:00',
      '03T16:15',
    ]);
    for (const { start } of answer.nearestTimes) {
      const { appointment, userErrors } = await book(gateway, clinic, start, {}, clientKey);
      expect(userErrors).toEqual([]);
      await change(gateway, 'cancelAppointment', { id: appointment.id });
    }
    // A viewer without permission for the obstacle gets no details of it.
    const [candidate] = (
      await ask({ start: '2031-02-03T15:15:00Z', staffIds: [clinic.staffId] }, clientKey)
    ).candidates;
    expect(candidate.refusals).toEqual([
      {
        rule: 'STAFF_TAKEN',
        message: expect.any(String),
        row: { __typename: 'Staff', id: clinic.staffId },
        resources: [],
        appointments: [],
      },
    ]);
    expect(await rulesOf({ start: '2031-02-03T15:15:00Z' })).toEqual([['STAFF_TAKEN'], []]);
    // The appointment's own time is no obstacle to its move.
    expect(
      (
        await ask({
          start: '2031-02-03T15:15:00Z',
          staffIds: [clinic.staffId],
          appointmentId: taken,
        })
      ).bookable,
    ).toBe(true);
    expect(
      (
        await ask(
          { start: '2031-02-03T15:15:00Z', staffIds: [clinic.staffId], appointmentId: taken },
          clientKey,
        )
      ).bookable,
    ).toBe(false);
  });

  it('covers every rule', async () => {
    const one = { staffIds: [clinic.staffId] };
    expect(await rulesOf({ ...one, start: '2031-02-04T14:07:00Z' })).toEqual([['NOT_ALIGNED']]);
    expect(
      await rulesOf({ ...one, start: '2031-02-04T14:07:00Z' }, gateway.business.secretKey),
    ).toEqual([[]]);
    expect(await rulesOf({ ...one, start: '2031-01-29T15:00:00Z' })).toEqual([['NOTICE']]);
    expect(await rulesOf({ ...one, start: '2031-02-04T02:00:00Z' })).toEqual([
      ['STAFF_NOT_WORKING'],
    ]);
    const reason = async (input: object) =>
      addReason(gateway, {
        reasonDesc: 'R',
        visitMinutes: 60,
        staffIds: [clinic.staffId],
        ...input,
      });
    expect(
      await rulesOf({
        ...one,
        reasonId: await reason({ apptDayMax: 3 }),
        start: '2031-02-04T15:00:00Z',
      }),
    ).toEqual([['HORIZON']]);
    expect(
      await rulesOf({
        ...one,
        reasonId: await reason({ apptHrMin: 400 }),
        start: '2031-02-04T15:00:00Z',
      }),
    ).toEqual([['NOTICE']]);
    expect(
      await rulesOf({
        staffIds: [clinic.otherStaffId],
        reasonId: await reason({}),
        start: '2031-02-04T15:00:00Z',
      }),
    ).toEqual([['STAFF_NOT_ASSIGNED']]);
    const custom = await reason({ customWorkSchedule: 'CUSTOM_SCHEDULE' });
    await addHours(gateway, custom, { ranges: [{ start: '10:00', end: '12:00' }] });
    expect(await rulesOf({ ...one, reasonId: custom, start: '2031-02-04T19:00:00Z' })).toEqual([
      ['REASON_NOT_OFFERED'],
    ]);
    const selected = await reason({ customWorkSchedule: 'SELECTED_LOCATIONS' });
    expect(await rulesOf({ ...one, reasonId: selected, start: '2031-02-04T15:00:00Z' })).toEqual([
      ['REASON_NOT_AT_LOCATION'],
    ]);
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Laser', quantity: 1, locationId: clinic.locationId },
      'resource { id }',
    );
    const laser = await reason({});
    await change(gateway, 'setReasonResources', {
      reasonId: laser,
      needs: [{ options: [{ id: resource.id, units: 1 }] }],
    });
    await change(gateway, 'createDateOverride', {
      ownerId: resource.id,
      date: '2031-02-05',
      ranges: [],
    });
    const closedLaser = { ...one, reasonId: laser, start: '2031-02-05T15:00:00Z' };
    expect((await ask(closedLaser)).candidates[0].refusals).toMatchObject([
      {
        rule: 'RESOURCE_TAKEN',
        row: { __typename: 'Resource', id: resource.id },
        resources: [{ name: 'Laser' }],
      },
    ]);
    expect((await ask(closedLaser, clientKey)).candidates[0].refusals).toMatchObject([
      { rule: 'RESOURCE_TAKEN', row: null, resources: [] },
    ]);
    const { dateOverride } = await change(
      gateway,
      'createDateOverride',
      {
        ownerId: clinic.locationId,
        date: '2031-02-06',
        ranges: [{ start: '13:00', end: '14:00' }],
      },
      'dateOverride { id }',
    );
    const closed = (await ask({ ...one, start: '2031-02-06T15:00:00Z' })).candidates[0];
    expect(closed.refusals).toMatchObject([
      { rule: 'LOCATION_CLOSED', row: { __typename: 'DateOverride', id: dateOverride.id } },
    ]);
    expect(closed.smallestChange).toMatchObject({ kind: 'START' });
    await change(gateway, 'updateClient', { id: otherClient, status: 'BLACKLISTED' });
    expect(
      await rulesOf(
        { ...one, clientId: otherClient, start: '2031-02-04T15:00:00Z' },
        gateway.business.secretKey,
      ),
    ).toEqual([['CLIENT_CANNOT_BOOK']]);
    const gone = await addStaff(gateway, 'gone', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, gone);
    await change(gateway, 'updateStaff', { id: gone, acceptsAppointments: false });
    expect(
      (
        await rulesOf(
          { staffIds: [gone], start: '2031-02-04T15:00:00Z' },
          gateway.business.secretKey,
        )
      )[0],
    ).toContain('STAFF_INACTIVE');
  });

  it('offers a shorter duration if that is the smallest remedy, and an override if no time is near', async () => {
    await book(gateway, clinic, '2031-02-10T14:00:00Z', { durationMinutes: 30 });
    await book(gateway, clinic, '2031-02-10T15:00:00Z', { durationMinutes: 420 });
    const [candidate] = (await ask({ staffIds: [clinic.staffId], start: '2031-02-10T14:30:00Z' }))
      .candidates;
    expect(candidate.smallestChange).toEqual({
      kind: 'DURATION',
      start: '2031-02-10T14:30:00.000Z',
      durationMinutes: 30,
      minutes: 15,
    });
    const idle = await addStaff(gateway, 'idle', 'America/New_York', [clinic.locationId]);
    const of = async (key?: string) =>
      (
        await ask(
          {
            reasonId: await addReason(gateway, { reasonDesc: 'I', visitMinutes: 60 }),
            staffIds: [idle],
            start: '2031-02-10T14:30:00Z',
          },
          key,
        )
      ).candidates[0].smallestChange;
    expect(await of()).toMatchObject({ kind: 'OVERRIDE' });
    expect(await of(clientKey)).toBeNull();
  });

  it('contains nothing of another business', async () => {
    const foreign = (await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' }))
      .secretKey;
    const { errors } = await gateway.run(
      EXPLAIN,
      { input: { reasonId: clinic.reasonId, start: '2031-02-10T14:30:00Z' } },
      { key: foreign },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('takes a number of statements independent of the number of candidates', async () => {
    const of = async (staffIds: string[]) =>
      (
        await gateway.counted(EXPLAIN, {
          input: {
            reasonId: clinic.reasonId,
            locationId: clinic.locationId,
            start: '2031-02-12T02:00:00Z',
            staffIds,
          },
        })
      ).statements.length;
    const [one, two] = [
      await of([clinic.staffId]),
      await of([clinic.staffId, clinic.otherStaffId]),
    ];
    expect(two).toBe(one);
  });
});

onEachDatabase(`random businesses (SEED=${SEED})`, (gateway) => {
  it('book what they offer, and refuse everything else with a reason', async () => {
    const random = randomOf(SEED);
    let [booked, refused] = [0, 0];
    for (let round = 0; round < 6; round += 1) {
      const zone = random.of([
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Kathmandu',
      ]);
      const day = random.of(['2031-03-29', '2031-10-25', '2031-03-08', '2031-10-04', '2031-07-01']);
      const mark = `r${round}`;
      const locationId = await addLocation(gateway, { locationName: mark, timeZone: zone });
      const staffIds: string[] = [];
      for (let index = 0; index < 2; index += 1) {
        const id = await addStaff(gateway, `${mark}-${index}`, random.of([zone, 'Asia/Tokyo']), [
          locationId,
        ]);
        const start = random.int(20);
        await addHours(gateway, id, {
          ranges: [
            {
              start: `${String(start).padStart(2, '0')}:${random.of(['00', '20'])}`,
              end: `${String((start + 3 + random.int(6)) % 24).padStart(2, '0')}:00`,
            },
          ],
        });
        staffIds.push(id);
      }
      const reasonId = await addReason(gateway, {
        reasonDesc: mark,
        visitMinutes: 15 + 15 * random.int(4),
        bufferBefore: random.of([0, 10]),
        bufferAfter: random.of([0, 15]),
        slotAlignment: random.of(['WINDOW', 'CLOCK']),
        slotStepMinutes: random.of([null, 10, 30]),
        staffIds,
        ...(random.next() < 0.5 ? { quota: 3, quotaType: 'DAY' } : {}),
      });
      if (random.next() < 0.7) {
        const { resource } = await change(
          gateway,
          'createResource',
          { name: mark, quantity: 1, locationId },
          'resource { id }',
        );
        await change(gateway, 'setReasonResources', {
          reasonId,
          needs: [{ options: [{ id: resource.id, units: 1 }] }],
        });
      }
      const clientKey = await gateway.key(Role.CLIENT, {
        clientId: numberOf(await addClient(gateway, { firstName: mark, lastName: 'X' })),
      });
      const offered = async () =>
        new Map<string, string[]>(
          (
            await gateway.data(
              'query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start units { staff { id } } } } }',
              { input: { reasonId, locationId, from: day, to: day } },
              { key: clientKey },
            )
          ).availability.availableTimes.map(({ start, units }: any) => [
            start,
            units.map(({ staff }: any) => staff.id),
          ]),
        );
      for (let turn = 0; turn < 12; turn += 1) {
        const now = await offered();
        const starts = [...now.keys()];
        const start =
          starts.length && random.next() < 0.5
            ? random.of(starts)
            : new Date(
                at(`${day}T00:00:00Z`) - 12 * 60 * MINUTE + random.int(48 * 12) * 5 * MINUTE,
              ).toISOString();
        const staffId = random.of(staffIds);
        const { appointment, userErrors } = (
          await gateway.data(
            `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id }
          userErrors { code ... on TimeUnavailableError { explanation { candidates { bookable refusals { rule } smallestChange { kind start durationMinutes } } } } } } }`,
            { input: { reasonId, locationId, staffId, start } },
            { key: clientKey },
          )
        ).createAppointment;
        const inDay = at(start) >= at(`${day}T00:00:00Z`) - 15 * 60 * MINUTE;
        if (now.get(start)?.includes(staffId)) {
          expect([start, staffId, userErrors]).toEqual([start, staffId, []]);
          booked += 1;
        } else if (!appointment && inDay) {
          expect(userErrors).toHaveLength(1);
          expect(userErrors[0].explanation.candidates[0].bookable).toBe(false);
          expect(userErrors[0].explanation.candidates[0].refusals.length).toBeGreaterThan(0);
          const least = userErrors[0].explanation.candidates[0].smallestChange;
          if (least?.kind === 'START') {
            const tried = await change(
              gateway,
              'createAppointment',
              { reasonId, locationId, staffId, start: least.start },
              'appointment { id }',
              clientKey,
            );
            expect(codesOf(tried)).toEqual([]);
            if (random.next() < 0.5)
              await change(gateway, 'cancelAppointment', { id: tried.appointment.id });
          }
          refused += 1;
        }
      }
    }
    expect(Math.min(booked, refused)).toBeGreaterThan(5);
    await expectIntegrity(gateway);
  });
  const codesOf = ({ userErrors }: any) => userErrors.map(({ code }: any) => code);
});
