// Mercurius with its compiled executor and loaders, over the gateway's tables by plain SQL: no rights, no checks, a booking is an INSERT of the
// appointment only.
import { pool, sent } from './counted.mjs';
import Fastify from 'fastify';
import mercurius from 'mercurius';

const connections = pool();
const all = async (name, text, values) => (await connections.query({ name, text, values })).rows;

const schema = `
  type Client { fullName: String! }
  type Location { locationName: String! }
  type Reason { reasonDesc: String! }
  type Staff { fullName: String! appointments(first: Int!): [Appointment!]! }
  type Appointment { id: ID! status: String! start: String! client: Client staff: Staff! location: Location! reason: Reason! }
  type Page { totalCount: Int! nodes: [Appointment!]! }
  type Query {
    appointment(business: Int!, id: Int!): Appointment
    appointments(business: Int!, locationId: Int!, first: Int!): Page!
    staff(business: Int!, first: Int!): [Staff!]!
  }
  type Mutation { createAppointment(business: Int!, locationId: Int!, reasonId: Int!, staffId: Int!, clientId: Int!, start: Float!): Appointment! }
`;

const COLUMNS = 'business_id, id, status, start_at, client_id, staff_id, location_id, reason_id';
const byId = (table, columns, key) => async (queries) => {
  const { business_id: business } = queries[0].obj;
  const ids = [...new Set(queries.map(({ obj }) => obj[key]))];
  const rows = await all(
    `by-id-${table}`,
    `SELECT business_id, id, ${columns} FROM ${table} WHERE business_id = $1 AND id = ANY($2)`,
    [business, ids],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return queries.map(({ obj }) => found.get(obj[key]) ?? null);
};

const day = (start) => new Date(start).toISOString().slice(0, 19);
const resolvers = {
  Query: {
    appointment: async (_, { business, id }) =>
      (
        await all('one', `SELECT ${COLUMNS} FROM appointment WHERE business_id = $1 AND id = $2`, [
          business,
          id,
        ])
      )[0] ?? null,
    appointments: (_, args) => args,
    staff: (_, { business, first }) =>
      all(
        'staff',
        'SELECT business_id, id, full_name FROM staff WHERE business_id = $1 ORDER BY full_name COLLATE "C", id LIMIT $2',
        [business, first],
      ),
  },
  Page: {
    totalCount: async ({ business, locationId }) =>
      (
        await all(
          'count',
          'SELECT count(*) AS n FROM appointment WHERE business_id = $1 AND location_id = $2',
          [business, locationId],
        )
      )[0].n,
    nodes: ({ business, locationId, first }) =>
      all(
        'page',
        `SELECT ${COLUMNS} FROM appointment WHERE business_id = $1 AND location_id = $2 ORDER BY start_at, id LIMIT $3`,
        [business, locationId, first],
      ),
  },
  Appointment: {
    id: ({ id }) => `Appointment:${id}`,
    start: ({ start_at: at }) => new Date(at).toISOString(),
  },
  Client: { fullName: (row) => row.full_name },
  Staff: { fullName: (row) => row.full_name },
  Location: { locationName: (row) => row.location_name },
  Reason: { reasonDesc: (row) => row.reason_desc },
  Mutation: {
    createAppointment: async (_, { business, locationId, reasonId, staffId, clientId, start }) =>
      (
        await all(
          'book',
          `
      INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at, time_zone_code, local_start,
        time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours, remind_client_sms_hours, remind_staff_sms_hours,
        client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
      VALUES ($1, nextval('bench_id'), 1, $2, $3, $4, $5, 'OPEN', 'OPEN', $6, $7, $6, $7, 'UTC', $8, '2026a', $9, $9, false, false, 'USD', 0, 0, 0, 0, 0, 0, $10, 'mercurius', $10, 'mercurius')
      RETURNING ${COLUMNS}`,
          [
            business,
            locationId,
            reasonId,
            staffId,
            clientId,
            start,
            start + 1_800_000,
            day(start),
            day(start).slice(0, 10),
            Date.now(),
          ],
        )
      )[0],
  },
};

const loaders = {
  Appointment: {
    client: byId('client', 'full_name', 'client_id'),
    staff: byId('staff', 'full_name', 'staff_id'),
    location: byId('location', 'location_name', 'location_id'),
    reason: byId('reason', 'reason_desc', 'reason_id'),
  },
  Staff: {
    async appointments(queries) {
      const { business_id: business } = queries[0].obj;
      const rows = await all(
        'next',
        `SELECT a.* FROM unnest($2::int[]) AS k(id) CROSS JOIN LATERAL (
        SELECT ${COLUMNS} FROM appointment WHERE business_id = $1 AND staff_id = k.id ORDER BY start_at, id LIMIT $3) AS a`,
        [business, queries.map(({ obj }) => obj.id), queries[0].params.first],
      );
      const found = new Map(queries.map(({ obj }) => [obj.id, []]));
      for (const row of rows) found.get(row.staff_id).push(row);
      return queries.map(({ obj }) => found.get(obj.id));
    },
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false });
app.get('/statements', () => sent());
console.log(JSON.stringify({ url: await app.listen({ port: 0, host: '127.0.0.1' }) }));
