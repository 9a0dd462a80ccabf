import { Role } from '../../../src/context';
import { type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';

export interface Place extends Clinic {
  otherLocationId: string;
  otherClientId: string;
  otherReasonId: string;
  key: string;
  businessId: number;
}
export interface Viewer {
  /**
   * The state of the appointment after each of MOVES: E entered, S stayed, L left, . not received.
   */
  readonly expected: string;
  readonly filter?: (place: Place) => Record<string, unknown>;
  readonly grant?: (place: Place) => {
    role: Role;
    staffId?: number;
    clientId?: number;
    locationIds?: number[];
  };
}

const ALL = 'ESSSSSSSSSSSSSSS';
const [OF_STAFF, OF_OTHER_STAFF] = ['ELELESSSSSSSSSSS', '.ESSL...........'];
const [OF_LOCATION, OF_OTHER_LOCATION] = ['ESSSSLESSSSSSSSS', '.....EL.........'];
const [OF_CLIENT, OF_OTHER_CLIENT] = ['ESSSSSSLESSSSSSS', '.......EL.......'];

export const VIEWERS: Readonly<Record<string, Viewer>> = {
  'an administrator without filter': { expected: ALL },
  'a filter by staff': { expected: OF_STAFF, filter: ({ staffId }) => ({ staffIds: [staffId] }) },
  'a filter by the other staff member': {
    expected: OF_OTHER_STAFF,
    filter: ({ otherStaffId }) => ({ staffIds: [otherStaffId] }),
  },
  'a filter by location': {
    expected: OF_LOCATION,
    filter: ({ locationId }) => ({ locationIds: [locationId] }),
  },
  'a filter by the other location': {
    expected: OF_OTHER_LOCATION,
    filter: ({ otherLocationId }) => ({ locationIds: [otherLocationId] }),
  },
  'a filter by client': {
    expected: OF_CLIENT,
    filter: ({ clientId }) => ({ clientIds: [clientId] }),
  },
  'a filter by the other client': {
    expected: OF_OTHER_CLIENT,
    filter: ({ otherClientId }) => ({ clientIds: [otherClientId] }),
  },
  'a filter by reason': {
    expected: 'ESSSSSSSSLESSSSS',
    filter: ({ reasonId }) => ({ reasonIds: [reasonId] }),
  },
  'a filter by the other reason': {
    expected: '.........EL.....',
    filter: ({ otherReasonId }) => ({ reasonIds: [otherReasonId] }),
  },
  'a filter by status': { expected: 'ESSSSSSSSSSSLESL', filter: () => ({ statuses: ['OPEN'] }) },
  'a filter by another status': {
    expected: '............EL..',
    filter: () => ({ statuses: ['CANCELLED'] }),
  },
  'a filter by sub-status': {
    expected: 'ESSSSSSSSSSL.ESL',
    filter: () => ({ subStatuses: ['OPEN'] }),
  },
  'a filter by another sub-status': {
    expected: '...........EL...',
    filter: () => ({ subStatuses: ['CONFIRMED'] }),
  },
  'a filter by staff and location': {
    expected: 'ELELELESSSSSSSSS',
    filter: ({ staffId, locationId }) => ({ staffIds: [staffId], locationIds: [locationId] }),
  },
  'a location super user': {
    expected: OF_LOCATION,
    grant: ({ locationId }) => ({
      role: Role.LOCATION_SUPER_USER,
      locationIds: [numberOf(locationId)],
    }),
  },
  'a location super user of the other location': {
    expected: OF_OTHER_LOCATION,
    grant: ({ otherLocationId }) => ({
      role: Role.LOCATION_SUPER_USER,
      locationIds: [numberOf(otherLocationId)],
    }),
  },
  'a staff user': {
    expected: OF_STAFF,
    grant: ({ staffId }) => ({ role: Role.STAFF_USER, staffId: numberOf(staffId) }),
  },
  'the other staff user': {
    expected: OF_OTHER_STAFF,
    grant: ({ otherStaffId }) => ({ role: Role.STAFF_USER, staffId: numberOf(otherStaffId) }),
  },
  'a staff user with a filter by location': {
    expected: 'ELELELESSSSSSSSS',
    filter: ({ locationId }) => ({ locationIds: [locationId] }),
    grant: ({ staffId }) => ({ role: Role.STAFF_USER, staffId: numberOf(staffId) }),
  },
  'a client': {
    expected: OF_CLIENT,
    grant: ({ clientId }) => ({ role: Role.CLIENT, clientId: numberOf(clientId) }),
  },
  'the other client': {
    expected: OF_OTHER_CLIENT,
    grant: ({ otherClientId }) => ({ role: Role.CLIENT, clientId: numberOf(otherClientId) }),
  },
};
