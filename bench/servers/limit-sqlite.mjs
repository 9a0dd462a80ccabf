// The limit on SQLite: the same statements by better-sqlite3, in a bare server.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const Database = createRequire(`${process.env.GATEWAY}/package.json`)('better-sqlite3');
const db = new Database(process.env.SQLITE_FILE);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -65536');

const time = (column) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;
const NAMED = `'id', 'Appointment:' || a.id, 'status', a.status, 'start', ${time('a.start_at')}, 'client', json_object('fullName', c.full_name),
  'staff', json_object('fullName', s.full_name), 'location', json_object('locationName', l.location_name), 'reason', json_object('reasonDesc', r.reason_desc)`;
const JOINS = `JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
  JOIN location l ON l.business_id = a.business_id AND l.id = a.location_id JOIN reason r ON r.business_id = a.business_id AND r.id = a.reason_id`;

const reading = (text) => {
  const statement = db.prepare(text);
  return (input) => statement.get(input).json;
};

function booking() {
  const id = db.prepare('SELECT coalesce(max(id), 0) + 1000000000 AS id FROM appointment').get().id;
  let next = id;
  const appointment = db.prepare(`INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at,
      time_zone_code, local_start, time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours,
      remind_client_sms_hours, remind_staff_sms_hours, client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
    VALUES ($business, $id, 1, $locationId, $reasonId, $staffId, $clientId, 'OPEN', 'OPEN', $start, $start + 1800000, $start, $start + 1800000, 'UTC', '2031-01-01T00:00:00', '2026a', '2031-01-01',
      '2031-01-01', 0, 0, 'USD', 0, 0, 0, 0, 0, 0, 0, 'limit', 0, 'limit')`);
  const claim = db.prepare('INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive) VALUES ($business, $id, $staffId, $start, $start + 1800000, 1, 0, 1)');
  const number = db.prepare('UPDATE log_head SET last_seq = last_seq + 1 WHERE business_id = $business RETURNING last_seq AS seq');
  const event = db.prepare(`INSERT INTO event (business_id, position, seq, type, appointment_id, occurred_at, actor, actor_role, reason, changes, snapshot)
    VALUES ($business, $seq, $seq, 'CREATED', $id, 0, 'limit', 'ADMINISTRATOR', NULL, '{}', '{}')`);
  const answer = db.prepare(`SELECT json_object('data', json_object('createAppointment', json_object('appointment', json_object('id', 'Appointment:' || a.id, 'start', ${time('a.start_at')},
    'client', json_object('fullName', c.full_name), 'staff', json_object('fullName', s.full_name)), 'userErrors', json('[]')))) AS json
    FROM appointment a JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id WHERE a.business_id = $business AND a.id = $id`);
  const book = db.transaction((given) => {
    const input = { ...given, id: (next += 1) };
    appointment.run(input);
    claim.run(input);
    event.run({ business: input.business, id: input.id, seq: number.get({ business: input.business }).seq });
    return answer.get({ business: input.business, id: input.id }).json;
  });
  return (input) => book.immediate(input);
}

const ANSWERS = {
  q1: reading(`SELECT json_object('data', json_object('appointment', json_object(${NAMED}))) AS json FROM appointment a ${JOINS} WHERE a.business_id = $business AND a.id = $id`),
  q2: reading(`SELECT json_object('data', json_object('appointments', json_object('nodes', (SELECT json_group_array(json_object(${NAMED}))
    FROM (SELECT * FROM appointment WHERE business_id = $business AND location_id = $id ORDER BY start_at, id LIMIT 50) a ${JOINS}),
    'totalCount', (SELECT count(*) FROM appointment WHERE business_id = $business AND location_id = $id)))) AS json`),
  q3: reading(`SELECT json_object('data', json_object('staff', json_object('nodes', (SELECT json_group_array(json_object('fullName', s.full_name, 'appointments', json_object('nodes', (
      SELECT json_group_array(json_object('id', 'Appointment:' || a.id, 'client', json_object('fullName', c.full_name), 'reason', json_object('reasonDesc', r.reason_desc)))
      FROM (SELECT * FROM appointment WHERE business_id = $business AND staff_id = s.id ORDER BY start_at, id LIMIT 10) a
      JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN reason r ON r.business_id = a.business_id AND r.id = a.reason_id))))
    FROM (SELECT * FROM staff WHERE business_id = $business ORDER BY full_name, id LIMIT 20) s)))) AS json`),
  m1: booking(),
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { name, ...input } = JSON.parse(body);
  let json;
  try {
    json = ANSWERS[name](input);
  } catch (error) {
    json = JSON.stringify({ errors: [{ message: error.message }] });
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(json);
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
