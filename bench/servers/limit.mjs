// The limit on PostgreSQL: each operation as one hand-written statement whose JSON the database makes. No GraphQL, no rights, no checks; a booking
// still writes its claim, under the constraint and trigger that everybody has, and its event.
import { createServer } from 'node:http';
import { Pool, types } from 'pg';

types.setTypeParser(20, Number);
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL ?? 10) });

const time = (column) => `to_char(to_timestamp(${column} / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const day = (start) => `to_char(to_timestamp(${start}::bigint / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
const NAMED = `'id', 'Appointment:' || a.id, 'status', a.status, 'start', ${time('a.start_at')}, 'client', json_build_object('fullName', c.full_name),
  'staff', json_build_object('fullName', s.full_name), 'location', json_build_object('locationName', l.location_name), 'reason', json_build_object('reasonDesc', r.reason_desc)`;
const JOINS = `JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
  JOIN location l ON l.business_id = a.business_id AND l.id = a.location_id JOIN reason r ON r.business_id = a.business_id AND r.id = a.reason_id`;
const page = (where) => `json_build_object('nodes', (SELECT json_agg(json_build_object(${NAMED}) ORDER BY a.start_at, a.id)
  FROM (SELECT * FROM appointment WHERE ${where} ORDER BY start_at, id LIMIT 50) a ${JOINS})`;

const STATEMENTS = {
  q1: {
    text: `SELECT json_build_object('data', json_build_object('appointment', json_build_object(${NAMED})))::text AS json FROM appointment a ${JOINS} WHERE a.business_id = $1 AND a.id = $2`,
    values: ({ business, id }) => [business, id],
  },
  q2: {
    text: `SELECT json_build_object('data', json_build_object('appointments', ${page('business_id = $1 AND location_id = $2')},
      'totalCount', (SELECT count(*) FROM appointment WHERE business_id = $1 AND location_id = $2))))::text AS json`,
    values: ({ business, id }) => [business, id],
  },
  page: {
    text: `SELECT json_build_object('data', json_build_object('appointments', ${page('business_id = $1 AND location_id = $2')})))::text AS json`,
    values: ({ business, id }) => [business, id],
  },
  q3: {
    text: `SELECT json_build_object('data', json_build_object('staff', json_build_object('nodes', json_agg(json_build_object('fullName', s.full_name, 'appointments', json_build_object('nodes', x.nodes))
      ORDER BY s.full_name COLLATE "C", s.id))))::text AS json
      FROM (SELECT * FROM staff WHERE business_id = $1 ORDER BY full_name COLLATE "C", id LIMIT 20) s CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('id', 'Appointment:' || a.id, 'client', json_build_object('fullName', c.full_name), 'reason', json_build_object('reasonDesc', r.reason_desc)) ORDER BY a.start_at, a.id) AS nodes
        FROM (SELECT * FROM appointment WHERE business_id = $1 AND staff_id = s.id ORDER BY start_at, id LIMIT 10) a
        JOIN client c ON c.business_id = $1 AND c.id = a.client_id JOIN reason r ON r.business_id = $1 AND r.id = a.reason_id) x`,
    values: ({ business }) => [business],
  },
  m1: {
    text: `WITH a AS (INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at,
        time_zone_code, local_start, time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours,
        remind_client_sms_hours, remind_staff_sms_hours, client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
      VALUES ($1, nextval('limit_id'), 1, $2, $3, $4, $5, 'OPEN', 'OPEN', $6, $6::bigint + 1800000, $6, $6::bigint + 1800000, 'UTC', ${day('$6')} || 'T00:00:00', '2026a', ${day('$6')}, ${day('$6')},
        false, false, 'USD', 0, 0, 0, 0, 0, 0, $7, 'limit', $7, 'limit') RETURNING *),
    c AS (INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive) SELECT business_id, id, staff_id, start_at, end_at, 1, false, true FROM a),
    e AS (INSERT INTO event (business_id, position, seq, type, appointment_id, occurred_at, actor, actor_role, reason, changes, snapshot)
      SELECT business_id, nextval('event_position'), NULL, 'CREATED', id, $7, 'limit', 'ADMINISTRATOR', NULL, '{}', row_to_json(a) FROM a)
    SELECT json_build_object('data', json_build_object('createAppointment', json_build_object('appointment', json_build_object('id', 'Appointment:' || a.id, 'start', ${time('a.start_at')},
      'client', json_build_object('fullName', c.full_name), 'staff', json_build_object('fullName', s.full_name)), 'userErrors', '[]'::json)))::text AS json
    FROM a JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id`,
    values: ({ business, locationId, reasonId, staffId, clientId, start }) => [business, locationId, reasonId, staffId, clientId, start, Date.now()],
  },
};

await pool.query('CREATE SEQUENCE IF NOT EXISTS limit_id START 1000000000');
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { name, ...input } = JSON.parse(body);
  const { text, values } = STATEMENTS[name];
  const json = await pool.query({ name, text, values: values(input) }).then(({ rows }) => rows[0].json, (error) => JSON.stringify({ errors: [{ message: error.message }] }));
  response.writeHead(200, { 'content-type': 'application/json' }).end(json);
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
