import type { TestGateway } from './gateway';

export interface Clinic {
  locationId: string;
  reasonId: string;
  staffId: string;
  otherStaffId: string;
  clientId: string;
}

const must = (payload: any) => {
  if (payload.userErrors.length) throw new Error(JSON.stringify(payload.userErrors));
  return payload;
};

export async function addStaff(
  gateway: TestGateway,
  userName: string,
  timeZone = 'America/New_York',
  locationIds: string[] = [],
  key?: string,
): Promise<string> {
  const { createStaff } = await gateway.data(
    'mutation ($input: CreateStaffInput!) { createStaff(input: $input) { staff { id } userErrors { message } } }',
    {
      input: {
        userName,
        firstName: userName,
        lastName: 'Jones',
        email: `${userName}@example.org`,
        timeZone,
        locationIds,
      },
    },
    key ? { key } : {},
  );
  return must(createStaff).staff.id;
}

export async function addReason(
  gateway: TestGateway,
  input: object,
  key?: string,
): Promise<string> {
  const { createReason } = await gateway.data(
    'mutation ($input: CreateReasonInput!) { createReason(input: $input) { reason { id } userErrors { message } } }',
    { input },
    key ? { key } : {},
  );
  return must(createReason).reason.id;
}

export async function addLocation(
  gateway: TestGateway,
  input: object,
  key?: string,
): Promise<string> {
  const { createLocation } = await gateway.data(
    'mutation ($input: CreateLocationInput!) { createLocation(input: $input) { location { id } userErrors { message } } }',
    { input },
    key ? { key } : {},
  );
  return must(createLocation).location.id;
}

export async function addClient(
  gateway: TestGateway,
  input: object,
  key?: string,
): Promise<string> {
  const { createClient } = await gateway.data(
    'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } userErrors { message } } }',
    { input },
    key ? { key } : {},
  );
  return must(createClient).client.id;
}

/** Adds hours of a staff member or a location. Defaults to every day and all day. */
export async function addHours(
  gateway: TestGateway,
  ownerId: string,
  input: object = {},
  key?: string,
): Promise<void> {
  const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
  must(
    await change(
      gateway,
      'createSchedulePeriod',
      {
        ownerId,
        validFrom: '2020-01-01',
        weekdays,
        ranges: [{ start: '00:00', end: '24:00' }],
        ...input,
      },
      '',
      key,
    ),
  );
}

/** Adds a staff member who works all day and serves the clinic's reason. */
export async function hire(
  gateway: TestGateway,
  { reasonId }: Pick<Clinic, 'reasonId'>,
  userName: string,
  timeZone?: string,
  locationIds?: string[],
  hours: object | null = {},
): Promise<string> {
  const staffId = await addStaff(gateway, userName, timeZone, locationIds);
  if (hours) await addHours(gateway, staffId, hours);
  const { reason } = await gateway.data(
    'query ($id: ID!) { reason(id: $id) { serviceStaff { staff { id } } } }',
    { id: reasonId },
  );
  must(
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [...reason.serviceStaff.map(({ staff }: any) => ({ staffId: staff.id })), { staffId }],
    }),
  );
  return staffId;
}

/**
 * Adds a location, a reason of 45 minutes, two staff who work all day, and a client. Names contain
 * `mark`, so that a suite can have several clinics.
 */
export async function addClinic(
  gateway: TestGateway,
  mark = 'a',
  key?: string,
  { hours = true } = {},
): Promise<Clinic> {
  const locationId = await addLocation(
    gateway,
    { locationName: `Office ${mark}`, timeZone: 'America/New_York' },
    key,
  );
  const staffId = await addStaff(gateway, `drjones-${mark}`, 'America/New_York', [locationId], key);
  const otherStaffId = await addStaff(
    gateway,
    `drwho-${mark}`,
    'America/New_York',
    [locationId],
    key,
  );
  for (const ownerId of hours ? [staffId, otherStaffId] : [])
    await addHours(gateway, ownerId, {}, key);
  const reasonId = await addReason(
    gateway,
    {
      reasonDesc: `Check-up ${mark}`,
      visitMinutes: 45,
      slotStepMinutes: 15,
      price: '80.00',
      staffIds: [staffId, otherStaffId],
    },
    key,
  );
  const clientId = await addClient(
    gateway,
    { firstName: 'Jon', lastName: `Snow ${mark}`, emailAddress: `jsnow-${mark}@castleblack.mil` },
    key,
  );
  return { locationId, reasonId, staffId, otherStaffId, clientId };
}

export const BOOK = `mutation ($input: CreateAppointmentInput!) {
  createAppointment(input: $input) {
    appointment { id version start end status staff { id } }
    userErrors { __typename code message path }
  }
}`;

/** Books, and returns the payload. */
export async function book(
  gateway: TestGateway,
  clinic: Clinic,
  start: string,
  input: object = {},
  key?: string,
): Promise<any> {
  const { locationId, reasonId, staffId, clientId } = clinic;
  const { createAppointment } = await gateway.data(
    BOOK,
    { input: { locationId, reasonId, staffId, clientId, start, ...input } },
    key ? { key } : {},
  );
  return createAppointment;
}

/**
 * Runs a mutation with one input and returns its payload. `selection` is selected in addition to
 * the user errors.
 */
export async function change(
  gateway: TestGateway,
  mutation: string,
  input: object,
  selection = '',
  key?: string,
): Promise<any> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const data = await gateway.data(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} userErrors { __typename code message path } } }`,
    { input },
    key ? { key } : {},
  );
  return data[mutation];
}

/**
 * Returns the refusal of a mutation, as a GraphQL error or in its payload: its code and the last
 * step of its path.
 */
export async function refusal(
  gateway: TestGateway,
  mutation: string,
  input: object,
  key?: string,
): Promise<(string | undefined)[]> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await gateway.run(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code path } } }`,
    { input },
    key ? { key } : {},
  );
  const found: any = errors?.[0]?.extensions ?? data?.[mutation]?.userErrors[0];
  return [found?.code, (found?.violations?.[0]?.path ?? found?.path ?? []).at(-1)];
}
