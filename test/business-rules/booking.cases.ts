import { Role } from '../../src/context';
import { addHours, addLocation, addStaff, change } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import type { Attempt, Attempts, RulesFixture } from './rules.fixture';

/** Rules about what may be booked, by whom, with whom and where. */
export function bookingAttempts(fixture: RulesFixture): Attempts {
  const { gateway, idOf, person, reason, visit, someone } = fixture;

  /** Two bookings that differ in some fields. */
  const booking = (
    refused: object,
    accepted: object,
    rest: Omit<Attempt, 'mutation' | 'refused' | 'accepted'>,
  ): Attempt => ({
    mutation: 'createAppointment',
    refused: visit(refused),
    accepted: visit(accepted),
    ...rest,
  });
  const place = (input: object = {}) =>
    addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC', ...input });
  /** Returns a location, and the reason that a staff member serves there. */
  const served = async (locationId: string): Promise<object> => {
    const staffId = await addStaff(gateway, 'elsewhere', 'UTC', [locationId]);
    await addHours(gateway, staffId);
    return { locationId, staffId, reasonId: await reason({ staffIds: [staffId] }) };
  };

  return {
    ROLE: async () => {
      const id = await fixture.booked();
      return {
        mutation: 'cancelAppointment',
        refused: { id },
        accepted: { id },
        path: [],
        message: 'The role PUBLIC may not call cancelAppointment.',
        key: gateway.business.publishableKey,
        acceptedKey: gateway.business.secretKey,
        code: 'FORBIDDEN',
      };
    },
    NOT_ONLINE: async () => {
      const clientId = await person();
      const status = (value: string) =>
        change(gateway, 'updateClient', { id: clientId, status: value });
      await status('BLACKLISTED');
      return booking(
        { clientId: undefined },
        { clientId: undefined },
        {
          key: await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) }),
          path: [],
          message: 'This cannot be booked online. Contact the business.',
          between: () => status('ACTIVE'),
        },
      );
    },
    REASON_INACTIVE: async () => {
      const reasonId = await reason();
      await change(gateway, 'updateReason', { id: reasonId, status: 'DEACTIVE' });
      return booking(
        { reasonId },
        { reasonId },
        {
          path: ['reasonId'],
          message: 'This reason can no longer be booked.',
          between: () => change(gateway, 'updateReason', { id: reasonId, status: 'ACTIVE' }),
        },
      );
    },
    LOCATION_INACTIVE: async () => {
      const locationId = await place();
      const active = (value: boolean) =>
        change(gateway, 'updateLocation', { id: locationId, active: value });
      await active(false);
      const where = await served(locationId);
      return booking(where, where, {
        path: ['locationId'],
        message: 'This location takes no appointments.',
        between: () => active(true),
      });
    },
    NO_LOCATION: async () => {
      const { secretKey: key } = await gateway.addBusiness({ name: 'New', timeZone: 'UTC' });
      const staffId = await addStaff(gateway, 'first', 'UTC', [], key);
      const reasonInput = { reasonDesc: 'Visit', visitMinutes: 30, staffIds: [staffId] };
      const reasonId = await idOf('createReason', reasonInput, 'reason', key);
      const input = { reasonId, staffId, client: someone(), start: fixture.free(), override: true };
      return {
        mutation: 'createAppointment',
        refused: input,
        accepted: input,
        key,
        path: ['locationId'],
        message: 'This business has no location. Create one first.',
        between: () =>
          idOf('createLocation', { locationName: 'First', timeZone: 'UTC' }, 'location', key),
      };
    },
    ADDRESS_REQUIRED: async () => {
      const where = await served(await place({ locationType: 'VARIABLE' }));
      return booking(
        where,
        { ...where, address: 'Main Street 1' },
        { path: ['address'], message: 'This location has no address of its own: give one.' },
      );
    },
    STAFF_NOT_BOOKABLE: async () => {
      const staffId = await addStaff(gateway, 'resting', 'UTC', [fixture.clinic.locationId]);
      const accepts = (acceptsAppointments: boolean) =>
        change(gateway, 'updateStaff', { id: staffId, acceptsAppointments });
      const reasonId = await reason({ staffIds: [staffId] });
      await accepts(false);
      return booking(
        { reasonId, staffId, override: true },
        { reasonId, staffId, override: true },
        {
          path: ['staffId'],
          message: 'takes no appointments.',
          between: () => accepts(true),
        },
      );
    },
    NO_STAFF: async () => {
      const reasonId = await reason({ roundRobin: 'RANDOM' });
      const { staffId, otherStaffId } = fixture.clinic;
      const anyone = { reasonId, staffId: undefined };
      return booking(
        { ...anyone, additionalStaffIds: [staffId] },
        { ...anyone, additionalStaffIds: [otherStaffId] },
        {
          path: ['additionalStaffIds'],
          message: 'All staff who could serve are additional staff already.',
        },
      );
    },
    CLIENT_REQUIRED: async () =>
      booking(
        { clientId: undefined },
        { clientId: undefined, client: someone() },
        {
          key: gateway.business.publishableKey,
          path: ['client'],
          message: 'A client is required: give client with a name and an e-mail address.',
        },
      ),
    CLIENT_CANNOT_BOOK: async () => {
      const clientId = await person();
      const status = (value: string) =>
        change(gateway, 'updateClient', { id: clientId, status: value });
      await status('BLACKLISTED');
      return booking(
        { clientId },
        { clientId },
        {
          path: ['clientId'],
          message: 'This client cannot book.',
          between: () => status('ACTIVE'),
        },
      );
    },
    SCREENING: async () => {
      const screeningQuestion = {
        question: 'Are you well?',
        answers: [
          { text: 'yes', passes: true },
          { text: 'no', passes: false },
        ],
      };
      const reasonId = await reason({ screeningQuestion });
      const own = { reasonId, clientId: undefined };
      return booking(
        { ...own, screeningAnswer: 'no' },
        { ...own, screeningAnswer: 'yes' },
        {
          key: fixture.clientKey,
          path: ['screeningAnswer'],
          message: 'With this answer the reason is not booked online: give screeningAnswer.',
        },
      );
    },
    ADD_ON_ALONE: async () => {
      const addOnId = await reason({ reasonType: 'ADDON' });
      const reasonId = await reason();
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOnId] });
      return booking(
        { reasonId: addOnId },
        { reasonId, addOnReasonIds: [addOnId] },
        { path: ['reasonId'], message: 'An add-on cannot be booked on its own.' },
      );
    },
    ADD_ON_NOT_OFFERED: async () => {
      const addOnId = await reason({ reasonType: 'ADDON' });
      const reasonId = await reason();
      const input = { reasonId, addOnReasonIds: [addOnId] };
      return booking(input, input, {
        path: ['addOnReasonIds'],
        message: 'Visit cannot be booked with this reason.',
        between: () => change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOnId] }),
      });
    },
  };
}
