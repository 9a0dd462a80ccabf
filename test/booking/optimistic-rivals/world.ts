import { Role } from '../../../src/context';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
  change as run,
} from '../../support/fixtures/clinic';
import { addRuledClinic } from '../../support/fixtures/direct';
import type { TestGateway } from '../../support/harness/gateway';
import { numberOf } from '../../support/fixtures/ids';

export const MINUTE = 60_000;

export interface Step {
  readonly mutation: string;
  readonly input: object;
  readonly by: number;
}
export type World = Awaited<ReturnType<typeof makeWorld>>;

/** Creates an equal business, including ids, in each gateway. */
export async function makeWorld(gateway: TestGateway) {
  const clinic = await addRuledClinic(gateway, 'a');
  const elsewhereId = await addLocation(gateway, {
    locationName: 'Elsewhere',
    timeZone: 'Europe/Amsterdam',
  });
  const farId = await addStaff(gateway, 'far', 'Europe/Amsterdam');
  await addHours(gateway, farId, { ranges: [{ start: '08:00', end: '21:30' }] });
  const staffIds = [clinic.staffId, clinic.otherStaffId, farId];
  const longId = await addReason(gateway, {
    reasonDesc: 'Long',
    visitMinutes: 90,
    bufferAfter: 15,
    price: '120.00',
    durations: [{ minutes: 30, price: '40.00' }],
    staffIds,
  });
  const shyId = await addReason(gateway, {
    reasonDesc: 'Shy',
    visitMinutes: 30,
    apptHrMin: 4,
    requiresStaffConfirmation: true,
    staffIds,
  });
  await run(gateway, 'setReasonStaff', {
    reasonId: longId,
    staff: staffIds.map((staffId, index) => ({
      staffId,
      price: index ? `${100 + index}.00` : null,
    })),
  });
  const otherClientId = await addClient(gateway, {
    firstName: 'Arya',
    lastName: 'Stark',
    emailAddress: 'arya@winterfell.example',
  });
  const keys = [
    gateway.business.secretKey,
    await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
    await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
    await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
    gateway.business.publishableKey,
  ];
  return {
    keys,
    clinic: { ...clinic, elsewhereId, farId, longId, shyId, otherClientId },
    staffIds,
    locationIds: [clinic.locationId, elsewhereId],
    reasonIds: [clinic.reasonId, clinic.reasonId, longId, shyId, clinic.roomReasonId],
  };
}
