import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  book,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { mutationRecipes } from '../../support/fixtures/mutations/recipes';
import type { TestGateway } from '../../support/harness/gateway';
import { VALUES, type Case } from './values';

/** Set-up and requests that the cases of the suite share. */
export function mutationPayloadsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let cases: Case[];

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const { reasonId, staffId, otherStaffId, locationId, clientId } = clinic;
    const {
      appointment: { id },
    } = await book(gateway, clinic, '2034-01-01T15:00:00Z');
    const otherClientId = await addClient(gateway, { firstName: 'Arya', lastName: 'Stark' });
    const otherLocationId = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
    const addOnId = await addReason(gateway, {
      reasonDesc: 'Oil',
      reasonType: 'ADDON',
      visitMinutes: 5,
    });
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Room', quantity: 1 },
      'resource { id }',
    );
    const ofReason = { field: 'reason', type: 'Reason', id: reasonId };
    cases = [
      {
        mutation: 'updateAppointment',
        input: { id },
        field: 'appointment',
        type: 'Appointment',
        id,
        inputs: [
          { additionalStaffIds: [otherStaffId], note: 'one' },
          { additionalStaffIds: [], note: 'two' },
        ],
        selection: 'note additionalStaff { id } history { nodes { type } }',
      },
      {
        mutation: 'updateAppointment',
        input: { id },
        field: 'appointment',
        type: 'Appointment',
        id,
        inputs: [{ clientId: otherClientId }, { clientId }],
        selection: 'client { id fullName appointments { totalCount } }',
      },
      {
        mutation: 'updateStaff',
        input: { id: otherStaffId },
        field: 'staff',
        type: 'Staff',
        id: otherStaffId,
        inputs: [
          { locationIds: [otherLocationId], firstName: 'One' },
          { locationIds: [locationId, otherLocationId], firstName: 'Two' },
        ],
        selection: 'firstName locations { id }',
      },
      {
        mutation: 'updateClient',
        input: { id: clientId },
        field: 'client',
        type: 'Client',
        id: clientId,
        inputs: [{ firstName: 'Aegon' }, { firstName: 'Jon' }],
        selection: 'fullName appointments { nodes { client { fullName } } }',
      },
      {
        mutation: 'setViewableClients',
        input: { clientId },
        field: 'client',
        type: 'Client',
        id: clientId,
        inputs: [{ viewableClientIds: [otherClientId] }, { viewableClientIds: [] }],
        selection: 'viewableClients { id }',
      },
      {
        mutation: 'setReasonStaff',
        input: { reasonId },
        ...ofReason,
        inputs: [{ staff: [{ staffId }] }, { staff: [{ staffId }, { staffId: otherStaffId }] }],
        selection: 'serviceStaff { nodes { staff { id } } }',
      },
      {
        mutation: 'setReasonLocations',
        input: { reasonId },
        ...ofReason,
        inputs: [{ locations: [{ locationId: otherLocationId }] }, { locations: [{ locationId }] }],
        selection: 'serviceLocations { location { id } }',
      },
      {
        mutation: 'setReasonAddOns',
        input: { reasonId },
        ...ofReason,
        inputs: [{ addOnIds: [addOnId] }, { addOnIds: [] }],
        selection: 'addOns { id }',
      },
      {
        mutation: 'setReasonResources',
        input: { reasonId },
        ...ofReason,
        inputs: [{ needs: [{ options: [{ id: resource.id }] }] }, { needs: [] }],
        selection: 'resourceNeeds { options { units } }',
      },
      {
        mutation: 'updateReason',
        input: { id: reasonId },
        ...ofReason,
        inputs: [{ reasonDesc: 'One' }, { reasonDesc: 'Two' }],
        selection: 'reasonDesc appointments(first: 1) { nodes { reason { reasonDesc } } }',
      },
      {
        mutation: 'updateLocation',
        input: { id: locationId },
        field: 'location',
        type: 'Location',
        id: locationId,
        inputs: [{ locationName: 'One' }, { locationName: 'Two' }],
        selection: 'locationName staff { nodes { locations { locationName } } }',
      },
    ];
    await change(gateway, 'createAppointmentSubStatus', {
      code: 'PAYLOAD',
      label: 'x',
      status: 'OPEN',
    });
    const recipes = mutationRecipes(gateway, () => clinic);
    for (const [mutation, given] of Object.entries(VALUES)) {
      const { keeps, recipe = mutation, renewed, ...values } = given;
      const [, inputOf] = recipes.find(([name]) => name === recipe)!;
      const { idempotencyKey: _, ...made } = (await inputOf()) as Record<string, unknown>;
      const input = keeps ? Object.fromEntries(keeps.map((name) => [name, made[name]])) : made;
      const { id: rowId = null } = (made.entry ?? made) as { id?: string };
      cases.push({ ...values, mutation, input, id: rowId, ...(renewed ? { renew: inputOf } : {}) });
    }
  });

  return {
    get clinic() {
      return clinic;
    },
    get cases() {
      return cases;
    },
  };
}

export type MutationPayloadsFixture = ReturnType<typeof mutationPayloadsFixture>;
