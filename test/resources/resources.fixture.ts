import { addClinic, addLocation, change, type Clinic } from '../support/fixtures/clinic';
import type { TestGateway } from '../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function resourcesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let annex: string;
  let room: string;
  let treadmills: string;

  const add = async (input: object, key?: string): Promise<string> =>
    (await change(gateway, 'createResource', input, 'resource { id }', key)).resource.id;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
    room = await add({ name: 'Room 1', locationId: clinic.locationId });
    treadmills = await add({
      name: 'Treadmill',
      quantity: 3,
      locationId: clinic.locationId,
      description: 'In the hall',
    });
  });

  const read = (id: string) =>
    gateway
      .data(
        `query ($id: ID!) {
          resource(id: $id) {
            id resourceId name description quantity active location { locationName }
          }
        }`,
        { id },
      )
      .then(({ resource }) => resource);
  const count = async () =>
    await gateway.data('{ resources { totalCount } resourceBundles { totalCount } }');

  return {
    get clinic() {
      return clinic;
    },
    get annex() {
      return annex;
    },
    get room() {
      return room;
    },
    get treadmills() {
      return treadmills;
    },
    add,
    read,
    count,
  };
}

export type ResourcesFixture = ReturnType<typeof resourcesFixture>;
