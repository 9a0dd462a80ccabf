import { Role } from '../../../src/context';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
  change,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

/** Codes of user errors whose GraphQL errors have another code. */
const IN_QUERIES: Readonly<Record<string, string>> = {
  INVALID_INPUT: 'BAD_USER_INPUT',
  INSUFFICIENT_PERMISSION: 'FORBIDDEN',
};
const HALF_HOUR = 30 * 60_000;
const NOW = Date.parse('2031-02-01T12:00:00Z');
export const ZONE = 'Europe/Berlin';
export const DAY = '2031-02-04';
const TIMES = `query ($input: AvailabilityInput!) {
  availability(input: $input) {
    availableTimes(first: 1000) { nodes { start units { staff { id } } classSchedule { id } courseSet { id } } }
  }
}`;
const MAKE = `mutation ($input: CreateAppointmentInput!) {
  createAppointment(input: $input) { appointment { id } userErrors { code } }
}`;

/** Set-up and requests that the cases of the suite share. */
export function offeredIsBookableFixture(gateway: TestGateway) {
  let [here, there, cut, addOn, otherAddOn, clientId] = ['', '', '', '', '', ''];
  const staff: string[] = [];
  const things: Record<string, string> = {};
  const keys: Record<string, string> = {};

  beforeAll(async () => {
    gateway.time = NOW;
    here = await addLocation(gateway, { locationName: 'Here', timeZone: ZONE });
    there = await addLocation(gateway, { locationName: 'There', timeZone: ZONE });
    for (const [index, [start, end]] of [
      ['09:00', '13:00'],
      ['10:00', '14:00'],
      ['11:00', '15:00'],
    ].entries()) {
      const id = await addStaff(gateway, `s${index}`, ZONE, index === 2 ? [here, there] : [here]);
      await addHours(gateway, id, { ranges: [{ start, end }] });
      staff.push(id);
    }
    cut = await addReason(gateway, {
      reasonDesc: 'Cut',
      visitMinutes: 60,
      slotStepMinutes: 30,
      durations: [{ minutes: 90 }],
      apptHrMin: 1,
      apptDayMax: 30,
      staffIds: staff,
    });
    addOn = await addReason(gateway, { reasonDesc: 'Wash', visitMinutes: 30, reasonType: 'ADDON' });
    otherAddOn = await addReason(gateway, {
      reasonDesc: 'Dye',
      visitMinutes: 30,
      reasonType: 'ADDON',
    });
    await change(gateway, 'setReasonAddOns', { reasonId: cut, addOnIds: [addOn] });
    for (const [name, quantity, locationId] of [
      ['x', 1, here],
      ['y', 1, here],
      ['z', 2, here],
      ['away', 1, there],
    ] as const) {
      things[name] = (
        await change(gateway, 'createResource', { name, quantity, locationId }, 'resource { id }')
      ).resource.id;
    }
    await change(gateway, 'setReasonResources', {
      reasonId: cut,
      needs: [
        {
          options: [
            { id: things.x, units: 1 },
            { id: things.y, units: 1 },
          ],
        },
        {
          options: [
            { id: things.x, units: 1 },
            { id: things.z, units: 1 },
          ],
        },
      ],
    });
    clientId = await addClient(gateway, {
      firstName: 'Jon',
      lastName: 'Snow',
      emailAddress: 'jon@example.org',
    });
    keys[Role.ADMINISTRATOR] = gateway.business.secretKey;
    keys[Role.LOCATION_SUPER_USER] = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(here)],
    });
    keys['LOCATION_SUPER_USER elsewhere'] = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(there)],
    });
    keys[Role.STAFF_USER] = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(staff[0] as string),
    });
    keys[Role.CLIENT] = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    keys[Role.PUBLIC] = await gateway.key(Role.PUBLIC);
    // Some staff and resources are occupied, so that not everything is offered.
    await make(
      {
        reasonId: cut,
        locationId: here,
        staffId: staff[1],
        start: `${DAY}T09:30:00Z`,
        resourceIds: [things.y],
      },
      Role.ADMINISTRATOR,
    );
  });
  afterAll(() => (gateway.time = null));

  const keyOf = (role: string) => ({ key: keys[role] as string });
  /** Returns the code of a refusal, by the name that a query has for it. */
  const codeOf = ({ errors, data }: any, field: string): string | null => {
    const code = errors?.[0]?.extensions.code ?? data[field].userErrors[0]?.code ?? null;
    return IN_QUERIES[code] ?? code;
  };
  let mark = 0;
  const comes = (role: string) =>
    role === Role.CLIENT
      ? {}
      : [Role.PUBLIC, Role.STAFF_USER, 'LOCATION_SUPER_USER elsewhere'].includes(role)
        ? {
            client: {
              firstName: 'New',
              lastName: `N${(mark += 1)}`,
              emailAddress: `n${mark}@example.org`,
            },
          }
        : { clientId };

  /** Books, records the code of a refusal, and reverts the booking. */
  async function make(input: object, role: string, undo = false): Promise<string | null> {
    const answer = await gateway.run(MAKE, { input: { ...comes(role), ...input } }, keyOf(role));
    const id = answer.data?.createAppointment?.appointment?.id;
    if (id && undo) await change(gateway, 'setAppointmentStatus', { id, status: 'DELETED' });
    return codeOf(answer, 'createAppointment');
  }

  async function offered(
    input: object,
    key: string,
  ): Promise<{ code: string | null; times: Map<string, string[]>; rows: any[] }> {
    const { data, errors } = await gateway.run(
      TIMES,
      { input: { from: DAY, to: DAY, ...input } },
      { key },
    );
    const rows: any[] = data?.availability?.availableTimes?.nodes ?? [];
    return {
      code: (errors?.[0]?.extensions?.code as string) ?? null,
      rows,
      times: new Map(
        rows.map(({ start, units }) => [start, units.map((unit: any) => unit.staff.id)]),
      ),
    };
  }
  const starts = (from: string, hours: number) =>
    Array.from({ length: hours * 2 }, (_, index) =>
      new Date(Date.parse(from) + index * HALF_HOUR).toISOString(),
    );

  const ROLES = [
    'ADMINISTRATOR',
    'LOCATION_SUPER_USER',
    'LOCATION_SUPER_USER elsewhere',
    'STAFF_USER',
    'CLIENT',
    'PUBLIC',
  ];

  return {
    get cut() {
      return cut;
    },
    get here() {
      return here;
    },
    get addOn() {
      return addOn;
    },
    get otherAddOn() {
      return otherAddOn;
    },
    get there() {
      return there;
    },
    get clientId() {
      return clientId;
    },
    staff,
    things,
    keys,
    codeOf,
    make,
    offered,
    starts,
    ROLES,
  };
}

export type OfferedIsBookableFixture = ReturnType<typeof offeredIsBookableFixture>;
