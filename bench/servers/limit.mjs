// The limit on PostgreSQL: each operation as one hand-written, named statement whose value is the answer's text. Text is put together by hand, since
// json_build_object and json_agg take a third longer for a page and add spaces. No GraphQL, no rights, no checks; a booking still writes its claim, under
// the constraint and the trigger of every server, and its event.
import { pool, sent } from './counted.mjs';
import { serve } from './bare.mjs';

const time = `'"' || to_char(timestamp '1970-01-01' + a.start_at * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'`;
const named = (type, name, column) => `'"${type}":{"${name}":' || to_json(${column}) || '}'`;
const object = (...parts) => `'{' || ${parts.join(` || ',' || `)} || '}'`;
const ID = `'"id":"Appointment:' || a.id || '"'`;
const [CLIENT, STAFF, REASON] = [
  named('client', 'fullName', 'c.full_name'),
  named('staff', 'fullName', 's.full_name'),
  named('reason', 'reasonDesc', 'r.reason_desc'),
];
const APPOINTMENT = object(
  ID,
  `'"status":"' || a.status || '"'`,
  `'"start":' || ${time}`,
  CLIENT,
  STAFF,
  named('location', 'locationName', 'l.location_name'),
  REASON,
);
const JOINS = `JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
  JOIN location l ON l.business_id = a.business_id AND l.id = a.location_id JOIN reason r ON r.business_id = a.business_id AND r.id = a.reason_id`;
const OF_LOCATION = 'FROM appointment WHERE business_id = $1 AND location_id = $2';
const PAGE = `(SELECT coalesce(string_agg(${APPOINTMENT}, ',' ORDER BY a.start_at, a.id), '')
  FROM (SELECT business_id, id, status, start_at, client_id, staff_id, location_id, reason_id ${OF_LOCATION} ORDER BY start_at, id LIMIT 50) a ${JOINS})`;
const day = (format) =>
  `to_char(timestamp '1970-01-01' + $6::bigint * interval '1 millisecond', '${format}')`;

const STATEMENTS = {
  q1: {
    text: `SELECT '{"data":{"appointment":' || ${APPOINTMENT} || '}}' AS json FROM appointment a ${JOINS} WHERE a.business_id = $1 AND a.id = $2`,
    values: ({ business, id }) => [business, id],
  },
  q2: {
    text: `SELECT '{"data":{"appointments":{"totalCount":' || (SELECT count(*) ${OF_LOCATION}) || ',"nodes":[' || ${PAGE} || ']}}}' AS json`,
    values: ({ business, id }) => [business, id],
  },
  page: {
    text: `SELECT '{"data":{"appointments":{"nodes":[' || ${PAGE} || ']}}}' AS json`,
    values: ({ business, id }) => [business, id],
  },
  q3: {
    text: `SELECT '{"data":{"staff":{"nodes":[' || string_agg('{"fullName":' || to_json(s.full_name) || ',"appointments":{"nodes":[' || x.nodes || ']}}', ',' ORDER BY s.full_name COLLATE "C", s.id) || ']}}}' AS json
      FROM (SELECT id, full_name FROM staff WHERE business_id = $1 ORDER BY full_name COLLATE "C", id LIMIT 20) s CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(${object(ID, CLIENT, REASON)}, ',' ORDER BY a.start_at, a.id), '') AS nodes
        FROM (SELECT id, start_at, client_id, reason_id FROM appointment WHERE business_id = $1 AND staff_id = s.id ORDER BY start_at, id LIMIT 10) a
        JOIN client c ON c.business_id = $1 AND c.id = a.client_id JOIN reason r ON r.business_id = $1 AND r.id = a.reason_id) x`,
    values: ({ business }) => [business],
  },
  m1: {
    text: `WITH a AS (INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at,
        time_zone_code, local_start, time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours,
        remind_client_sms_hours, remind_staff_sms_hours, client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
      VALUES ($1, nextval('bench_id'), 1, $2, $3, $4, $5, 'OPEN', 'OPEN', $6, $6::bigint + 1800000, $6, $6::bigint + 1800000, 'UTC', ${day('YYYY-MM-DD"T"HH24:MI:SS')}, '2026a', ${day('YYYY-MM-DD')},
        ${day('YYYY-MM-DD')}, false, false, 'USD', 0, 0, 0, 0, 0, 0, $7, 'limit', $7, 'limit') RETURNING *),
    claimed AS (INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive) SELECT business_id, id, staff_id, start_at, end_at, 1, false, true FROM a),
    appended AS (INSERT INTO event (business_id, position, seq, type, appointment_id, occurred_at, actor, actor_role, reason, changes, snapshot)
      SELECT business_id, nextval('event_position'), NULL, 'CREATED', id, $7, 'limit', 'ADMINISTRATOR', NULL, '{}', row_to_json(a) FROM a)
    SELECT '{"data":{"createAppointment":{"appointment":' || ${object(ID, `'"start":' || ${time}`, CLIENT, STAFF)} || ',"userErrors":[]}}}' AS json
    FROM a JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id`,
    values: ({ business, locationId, reasonId, staffId, clientId, start }) => [
      business,
      locationId,
      reasonId,
      staffId,
      clientId,
      start,
      Date.now(),
    ],
  },
};

const connections = pool();
serve(async (name, input) => {
  const { text, values } = STATEMENTS[name];
  return (await connections.query({ name, text, values: values(input) })).rows[0].json;
}, sent);
