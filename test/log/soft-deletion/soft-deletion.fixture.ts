import { Role } from '../../../src/context';
import {
  addClinic,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { keysOf } from '../../support/fixtures/keys';
import type { TestGateway } from '../../support/harness/gateway';

/** One type of row that is deleted softly: how to make one, and how it is read. */
export interface Deletable {
  readonly type: string;
  /** Field of the payload, and of the query by id. */
  readonly field: string;
  readonly query: string;
  readonly list: string;
  /** Filter of the list that includes deleted rows. */
  readonly all: object;
  readonly add: () => Promise<string>;
  /** The input that makes a restored row active. */
  readonly activation: object | null;
  /** Roles, other than administrators, that may delete a row of the clinic. */
  readonly roles: readonly Role[];
}

/** Rows, and requests that delete and list them. */
export function softDeletionFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let elsewhere: Clinic;
  let keyElsewhere: string;
  let count = 0;

  const added = async (mutation: string, input: object, field: string): Promise<string> =>
    (await change(gateway, mutation, input, `${field} { id }`))[field].id;
  const addResource = () =>
    added('createResource', { name: 'Room', locationId: clinic.locationId }, 'resource');

  const TYPES: readonly Deletable[] = [
    {
      type: 'Client',
      field: 'client',
      query: 'client',
      list: 'clients',
      all: { includeDeleted: true },
      add: () =>
        added('createClient', { firstName: 'Gone', lastName: `${(count += 1)}` }, 'client'),
      activation: null,
      roles: [],
    },
    {
      type: 'Location',
      field: 'location',
      query: 'location',
      list: 'locations',
      all: { includeDeleted: true },
      add: () => addLocation(gateway, { locationName: `Gone ${(count += 1)}`, timeZone: 'UTC' }),
      activation: { active: true },
      roles: [],
    },
    {
      type: 'Reason',
      field: 'reason',
      query: 'reason',
      list: 'reasons',
      all: { statuses: ['ACTIVE', 'DEACTIVE', 'DELETED'] },
      add: () => addReason(gateway, { reasonDesc: `Gone ${(count += 1)}`, visitMinutes: 45 }),
      activation: { status: 'ACTIVE' },
      roles: [],
    },
    {
      type: 'Resource',
      field: 'resource',
      query: 'resource',
      list: 'resources',
      all: { includeDeleted: true },
      add: addResource,
      activation: { active: true },
      roles: [Role.LOCATION_SUPER_USER],
    },
    {
      type: 'ResourceBundle',
      field: 'resourceBundle',
      query: 'resourceBundle',
      list: 'resourceBundles',
      all: { includeDeleted: true },
      add: async () =>
        added(
          'createResourceBundle',
          { name: 'Rooms', items: [{ resourceId: await addResource() }] },
          'resourceBundle',
        ),
      activation: { active: true },
      roles: [Role.LOCATION_SUPER_USER],
    },
    {
      type: 'Staff',
      field: 'staff',
      query: 'staffMember',
      list: 'staff',
      all: { includeDeleted: true },
      add: () => addStaff(gateway, `gone${(count += 1)}`, 'UTC', [clinic.locationId]),
      activation: { active: true },
      roles: [],
    },
  ];
  const table = TYPES.map((given) => [given.type, given] as const);

  const listed = async ({ list, all }: Deletable, id: string, filter: object = {}) => {
    const name = `${list[0]!.toUpperCase()}${list.slice(1)}`;
    const filterType = { staff: 'StaffFilter' }[list] ?? `${name.replace(/s$/, '')}Filter`;
    const data = await gateway.data(
      `query ($usual: ${filterType}, $all: ${filterType}) {
        usual: ${list}(filter: $usual) { nodes { id } } all: ${list}(filter: $all) { nodes { id } }
      }`,
      { usual: { ids: [id], ...filter }, all: { ids: [id], ...all } },
    );
    return [data.usual.nodes.length, data.all.nodes.length];
  };
  const codeOf = async (mutation: string, input: object, key?: string) =>
    (await refusal(gateway, mutation, input, key))[0];
  const eventsOf = async (id: string): Promise<string[]> => {
    await gateway.logged();
    const { changes } = await gateway.data(
      'query ($filter: ChangeFilter) { changes(filter: $filter) { nodes { type } } }',
      { filter: { ids: [id] } },
    );
    return changes.nodes.map(({ type }: any) => type);
  };

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'own');
    elsewhere = await addClinic(gateway, 'elsewhere');
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    keys = await keysOf(gateway, clinic);
    keyElsewhere = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(elsewhere.locationId)],
    });
  });

  return {
    get clinic() {
      return clinic;
    },
    get keys() {
      return keys;
    },
    get elsewhere() {
      return elsewhere;
    },
    get keyElsewhere() {
      return keyElsewhere;
    },
    /** Returns a number that no other row has in its name. */
    next: () => (count += 1),
    added,
    addResource,
    types: TYPES,
    table,
    listed,
    codeOf,
    eventsOf,
  };
}

export type SoftDeletionFixture = ReturnType<typeof softDeletionFixture>;
