// The limit on SQLite: hand-written statements by better-sqlite3 in a bare server, with the gateway's pragmas.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve } from './bare.mjs';

const Database = createRequire(join(process.env.GATEWAY, 'package.json'))('better-sqlite3');
const db = new Database(join(process.env.DATA_DIR, 'slotgraph.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -65536');

let statements = 0;
const prepare = (text) => {
  const statement = db.prepare(text);
  const counted = (how) => (input) => {
    statements += 1;
    return statement[how](input);
  };
  return { get: counted('get'), run: counted('run') };
};

const time = `strftime('%Y-%m-%dT%H:%M:%fZ', a.start_at / 1000.0, 'unixepoch')`;
const NAMED = `'id', 'Appointment:' || a.id, 'status', a.status, 'start', ${time}, 'client', json_object('fullName', c.full_name),
  'staff', json_object('fullName', s.full_name), 'location', json_object('locationName', l.location_name), 'reason', json_object('reasonDesc', r.reason_desc)`;
const JOINS = `JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
  JOIN location l ON l.business_id = a.business_id AND l.id = a.location_id JOIN reason r ON r.business_id = a.business_id AND r.id = a.reason_id`;

function reading(text) {
  const { get } = prepare(text);
  return (input) => get(input).json;
}

function booking() {
  let { id: last } = db.prepare('SELECT coalesce(max(id), 0) AS id FROM appointment').get();
  const appointment =
    prepare(`INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at,
      time_zone_code, local_start, time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours,
      remind_client_sms_hours, remind_staff_sms_hours, client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
    VALUES ($business, $id, 1, $locationId, $reasonId, $staffId, $clientId, 'OPEN', 'OPEN', $start, $start + 1800000, $start, $start + 1800000, 'UTC',
      strftime('%Y-%m-%dT%H:%M:%S', $start / 1000, 'unixepoch'), '2026a', strftime('%Y-%m-%d', $start / 1000, 'unixepoch'), strftime('%Y-%m-%d', $start / 1000, 'unixepoch'), 0, 0, 'USD',
      0, 0, 0, 0, 0, 0, $now, 'limit', $now, 'limit')`);
  const claim = prepare(
    'INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive) VALUES ($business, $id, $staffId, $start, $start + 1800000, 1, 0, 1)',
  );
  const number = prepare(
    'UPDATE log_head SET last_seq = last_seq + 1 WHERE business_id = $business RETURNING last_seq AS seq',
  );
  const event =
    prepare(`INSERT INTO event (business_id, position, seq, type, appointment_id, occurred_at, actor, actor_role, reason, changes, snapshot)
    VALUES ($business, $seq, $seq, 'CREATED', $id, $now, 'limit', 'ADMINISTRATOR', NULL, '{}', $snapshot)`);
  const answer =
    prepare(`SELECT json_object('data', json_object('createAppointment', json_object('appointment', json_object('id', 'Appointment:' || a.id, 'start', ${time},
    'client', json_object('fullName', c.full_name), 'staff', json_object('fullName', s.full_name)), 'userErrors', json('[]')))) AS json
    FROM appointment a JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id WHERE a.business_id = $business AND a.id = $id`);
  const book = db.transaction((given) => {
    const input = { ...given, id: (last += 1), now: Date.now() };
    appointment.run(input);
    claim.run(input);
    event.run({ ...input, seq: number.get(input).seq, snapshot: JSON.stringify(input) });
    return answer.get(input).json;
  });
  return (input) => book.immediate(input);
}

const ANSWERS = {
  q1: reading(
    `SELECT json_object('data', json_object('appointment', json_object(${NAMED}))) AS json FROM appointment a ${JOINS} WHERE a.business_id = $business AND a.id = $id`,
  ),
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
serve(
  (name, input) => ANSWERS[name](input),
  () => String(statements),
);
