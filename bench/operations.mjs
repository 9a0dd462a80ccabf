// The four operations in the form of each server, and the values of the responses that must agree.
import { answered } from './load.mjs';

const NAMED =
  'id status start client { fullName } staff { fullName } location { locationName } reason { reasonDesc }';

const GATEWAY = {
  q1: `query ($id: ID!) { appointment(id: $id) { ${NAMED} } }`,
  q2: `query ($id: ID!) { appointments(first: 50, filter: { locationIds: [$id] }) { totalCount nodes { ${NAMED} } } }`,
  page: `query ($id: ID!) { appointments(first: 50, filter: { locationIds: [$id] }) { nodes { ${NAMED} } } }`,
  q3: '{ staff(first: 20) { nodes { fullName appointments(first: 10) { nodes { id client { fullName } reason { reasonDesc } } } } } }',
  m1: 'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id start client { fullName } staff { fullName } } userErrors { code } } }',
};

const MERCURIUS = {
  q1: `query ($business: Int!, $id: Int!) { appointment(business: $business, id: $id) { ${NAMED} } }`,
  q2: `query ($business: Int!, $id: Int!) { appointments(business: $business, locationId: $id, first: 50) { totalCount nodes { ${NAMED} } } }`,
  q3: 'query ($business: Int!) { staff(business: $business, first: 20) { fullName appointments(first: 10) { id client { fullName } reason { reasonDesc } } } }',
  m1: `mutation ($business: Int!, $locationId: Int!, $reasonId: Int!, $staffId: Int!, $clientId: Int!, $start: Float!) {
    createAppointment(business: $business, locationId: $locationId, reasonId: $reasonId, staffId: $staffId, clientId: $clientId, start: $start) { id start client { fullName } staff { fullName } } }`,
};

const THEIRS = `rowId status startAt client: clientByBusinessIdAndClientId { fullName } staff: staffByBusinessIdAndStaffId { fullName }
  location: locationByBusinessIdAndLocationId { locationName } reason: reasonByBusinessIdAndReasonId { reasonDesc }`;
const POSTGRAPHILE = {
  q1: `query ($business: Int!, $id: Int!) { appointment: appointmentByBusinessIdAndRowId(businessId: $business, rowId: $id) { ${THEIRS} } }`,
  q2: `query ($business: Int!, $id: Int!) { appointments: allAppointments(first: 50, condition: { businessId: $business, locationId: $id }, orderBy: [START_AT_ASC, ROW_ID_ASC]) { totalCount nodes { ${THEIRS} } } }`,
  q3: `query ($business: Int!) { staff: allStaff(first: 20, condition: { businessId: $business }, orderBy: [FULL_NAME_ASC, ROW_ID_ASC]) { nodes { fullName
    appointments: appointmentsByBusinessIdAndStaffId(first: 10, orderBy: [START_AT_ASC, ROW_ID_ASC]) { nodes { rowId client: clientByBusinessIdAndClientId { fullName } reason: reasonByBusinessIdAndReasonId { reasonDesc } } } } } }`,
  m1: `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { rowId startAt client: clientByBusinessIdAndClientId { fullName } staff: staffByBusinessIdAndStaffId { fullName } } } }`,
};

const day = (start) => new Date(start).toISOString().slice(0, 19);
let rowId = 2_000_000_000;

/** Path and body of a request, by the server's name. */
export const ask = {
  gateway: (name, input) => ({
    path: '/graphql',
    body: {
      query: GATEWAY[name],
      variables:
        name === 'm1'
          ? {
              input: {
                locationId: `Location:${input.locationId}`,
                reasonId: `Reason:${input.reasonId}`,
                staffId: `Staff:${input.staffId}`,
                clientId: `Client:${input.clientId}`,
                start: new Date(input.start).toISOString(),
              },
            }
          : name === 'q3'
            ? {}
            : { id: `${name === 'q1' ? 'Appointment' : 'Location'}:${input.id}` },
    },
  }),
  limit: (name, input) => ({ path: '/', body: { name, ...input } }),
  mercurius: (name, input) => ({
    path: '/graphql',
    body: { query: MERCURIUS[name], variables: input },
  }),
  postgraphile: (name, input) => ({
    path: '/graphql',
    body: {
      query: POSTGRAPHILE[name],
      variables:
        name === 'm1'
          ? {
              input: {
                appointment: {
                  businessId: input.business,
                  rowId: (rowId += 1),
                  version: 1,
                  locationId: input.locationId,
                  reasonId: input.reasonId,
                  staffId: input.staffId,
                  clientId: input.clientId,
                  status: 'OPEN',
                  subStatusCode: 'OPEN',
                  startAt: String(input.start),
                  endAt: String(input.start + 1_800_000),
                  staffStartAt: String(input.start),
                  staffEndAt: String(input.start + 1_800_000),
                  timeZoneCode: 'UTC',
                  localStart: day(input.start),
                  timeZoneData: '2026a',
                  locationStartDate: day(input.start).slice(0, 10),
                  locationEndDate: day(input.start).slice(0, 10),
                  override: false,
                  noPreference: false,
                  currency: 'USD',
                  clientReminderHours: 0,
                  staffReminderHours: 0,
                  remindClientSmsHours: 0,
                  remindStaffSmsHours: 0,
                  clientRescheduleCount: 0,
                  staffRescheduleCount: 0,
                  createdAt: '0',
                  createdBy: 'postgraphile',
                  modifiedAt: '0',
                  modifiedBy: 'postgraphile',
                },
              },
            }
          : input,
    },
  }),
};

/** Whether a response is the expected one; the gateway returns refusals as data. */
const NONE_REFUSED = Buffer.from('"userErrors":[]');
export const accepts = (isGateway, name) =>
  name === 'm1' && isGateway
    ? (answer) => answered(answer) && answer.body.indexOf(NONE_REFUSED) >= 0
    : answered;

const ALL = ['id', 'status', 'start', 'client', 'staff', 'location', 'reason'];
const FIELDS = {
  q1: ALL,
  q2: ALL,
  page: ALL,
  q3: ['id', 'client', 'reason'],
  m1: ['start', 'client', 'staff'],
};

/** Returns the values of a response in one form for every server, without the id of a new booking. @throws Error if a value is missing */
export function valuesOf(name, text) {
  const { data, errors } = JSON.parse(text);
  if (errors) throw new Error(`${name}: ${text.slice(0, 500)}`);
  const one = (row) => {
    const all = {
      id: row.id ?? `Appointment:${row.rowId}`,
      status: row.status,
      start: row.start ?? (row.startAt && new Date(Number(row.startAt)).toISOString()),
      client: row.client?.fullName,
      staff: row.staff?.fullName,
      location: row.location?.locationName,
      reason: row.reason?.reasonDesc,
    };
    return Object.fromEntries(
      FIELDS[name].map((field) => {
        if (all[field] === undefined)
          throw new Error(`${name}: no ${field} in ${text.slice(0, 500)}`);
        return [field, all[field]];
      }),
    );
  };
  const nodes = (list) => (list.nodes ?? list).map(one);
  switch (name) {
    case 'q1':
      return one(data.appointment);
    case 'q2':
      return { total: Number(data.appointments.totalCount), nodes: nodes(data.appointments) };
    case 'page':
      return nodes(data.appointments);
    case 'q3':
      return (data.staff.nodes ?? data.staff).map((person) => ({
        fullName: person.fullName,
        nodes: nodes(person.appointments),
      }));
    case 'm1':
      return one(data.createAppointment.appointment ?? data.createAppointment);
  }
}
