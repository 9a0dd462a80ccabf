// Five businesses with their staff, places, reasons, clients and appointments over two years, in the tables that the gateway's own migrations made.
const DAY = 86_400_000;
export const START = Date.UTC(2031, 0, 1);
const VISIT = 1_800_000;

export const BUSINESSES = 5;
/** Numbers of rows of each business. */
export const STAFF = 40;
export const LOCATIONS = 4;
export const REASONS = 20;

/** Derives the numbers of rows from the total number of appointments. Ids continue across businesses. */
export function sizeOf(appointments) {
  const perStaff = Math.ceil(appointments / (BUSINESSES * STAFF));
  const clients = Math.max(10, Math.round(appointments / 5 / BUSINESSES));
  return {
    perStaff,
    perBusiness: perStaff * STAFF,
    appointments: perStaff * STAFF * BUSINESSES,
    clients,
    freeFrom: START + 800 * DAY,
  };
}

/** The differences between the SQL of the two databases. */
const DIALECTS = {
  postgres: {
    numbers: (name, count) => `(SELECT generate_series(0, ${count} - 1) AS ${name}) AS ${name}s`,
    date: (ms, format) =>
      `to_char(to_timestamp((${ms}) / 1000) AT TIME ZONE 'UTC', '${format === 'date' ? 'YYYY-MM-DD' : 'YYYY-MM-DD"T"HH24:MI:SS'}')`,
    pad: (number) => `lpad((${number})::text, 3, '0')`,
    big: (number) => `(${number})::bigint`,
    yes: 'true',
    no: 'false',
  },
  sqlite: {
    numbers: (name, count) =>
      `(WITH RECURSIVE r(${name}) AS (SELECT 0 UNION ALL SELECT ${name} + 1 FROM r WHERE ${name} + 1 < ${count}) SELECT ${name} FROM r) AS ${name}s`,
    date: (ms, format) =>
      `strftime('${format === 'date' ? '%Y-%m-%d' : '%Y-%m-%dT%H:%M:%S'}', (${ms}) / 1000, 'unixepoch')`,
    pad: (number) => `printf('%03d', ${number})`,
    big: (number) => `(${number})`,
    yes: '1',
    no: '0',
  },
};

/** Fills the tables of five empty businesses, named by their ids. `run` sends one statement. */
export async function fill(run, dialect, appointments, businesses, { claims = true } = {}) {
  const { perStaff, perBusiness, clients } = sizeOf(appointments);
  const { numbers, date, pad, big, yes, no } = DIALECTS[dialect];
  const from = (name, count) => numbers(name, count);
  const day = Math.max(1, perStaff / 730);
  for (const [index, business] of businesses.entries()) {
    const [staff0, place0, reason0, client0, appointment0] = [
      STAFF,
      LOCATIONS,
      REASONS,
      clients,
      perBusiness,
    ].map((count) => index * count + 1);
    await run(`INSERT INTO location (business_id, id, location_name, location_type, time_zone_code, "primary", active, created_at, modified_at)
      SELECT ${business}, ${place0} + g, 'Location ' || ${pad('g')}, 'OFFICE', 'UTC', g = 0, ${yes}, 0, 0 FROM ${from('g', LOCATIONS)}`);
    await run(
      `INSERT INTO subject (business_id, id, kind, capacity) SELECT ${business}, ${staff0} + g, 'STAFF', 1 FROM ${from('g', STAFF)}`,
    );
    await run(`INSERT INTO staff (business_id, id, subject_id, user_name, first_name, last_name, full_name, time_zone_code, accepts_appointments, active, created_at, modified_at)
      SELECT ${business}, ${staff0} + g, ${staff0} + g, 'staff' || g, 'Staff', ${pad('g')}, 'Staff ' || ${pad('g')}, 'UTC', ${yes}, ${yes}, 0, 0 FROM ${from('g', STAFF)}`);
    await run(`INSERT INTO schedule_period (business_id, id, staff_id, valid_from, weekdays, weeks_of_month, ranges, created_at, modified_at, modified_by)
      SELECT ${business}, ${staff0} + g, ${staff0} + g, '2000-01-01', '["MONDAY","TUESDAY","WEDNESDAY","THURSDAY","FRIDAY","SATURDAY","SUNDAY"]', '[]', '[{"start":0,"end":1440}]', 0, 0, 'bench'
      FROM ${from('g', STAFF)}`);
    await run(`INSERT INTO reason (business_id, id, reason_type, status, reason_desc, visit_minutes, buffer_before, buffer_after, allow_online, reschedule_type, currency, taxable, allow_pre_pay,
        sort_weight, created_at, modified_at, modified_by)
      SELECT ${business}, ${reason0} + g, 'SERVICE', 'ACTIVE', 'Reason ' || g, 30, 0, 0, ${yes}, 'FLEXIBLE', 'USD', ${no}, ${no}, g, 0, 0, 'bench' FROM ${from('g', REASONS)}`);
    await run(`INSERT INTO client (business_id, id, status, deleted, first_name, last_name, full_name, email, alert_notes, external_ids, job_requisitions, tags, allow_wait_list_text,
        invitation_opt_in, search_text, created_at, created_by, modified_at, modified_by)
      SELECT ${business}, ${client0} + g, 'ACTIVE', ${no}, 'Client', '' || g, 'Client ' || g, 'c' || g || '@example.org', '[]', '{}', '[]', '[]', ${no}, ${no}, 'client ' || g, 0, 'bench', 0, 'bench'
      FROM ${from('g', clients)}`);
    // Some visits a day, one every hour and a half, for two years; more for a higher number of appointments.
    const start = `${START} + (${big('n')} * 730 / ${perStaff}) * ${DAY} + (n % ${Math.ceil(day) + 1}) * ${big(Math.floor(DAY / (Math.ceil(day) + 1)))}`;
    await run(`INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at, time_zone_code,
        local_start, time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours, remind_client_sms_hours,
        remind_staff_sms_hours, client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
      SELECT ${business}, ${appointment0} + s * ${perStaff} + n, 1, ${place0} + s % ${LOCATIONS}, ${reason0} + n % ${REASONS}, ${staff0} + s, ${client0} + (s * 7919 + n * 31) % ${clients}, 'OPEN', 'OPEN',
        ${start}, ${start} + ${VISIT}, ${start}, ${start} + ${VISIT}, 'UTC', ${date(start, 'time')}, '2026a', ${date(start, 'date')}, ${date(start, 'date')}, ${no}, ${no}, 'USD', 0, 0, 0, 0, 0, 0, 0,
        'bench', 0, 'bench'
      FROM ${from('s', STAFF)} CROSS JOIN ${from('n', perStaff)}`);
  }
  if (claims) {
    await run(`INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      SELECT business_id, id, staff_id, staff_start_at, staff_end_at, 1, ${no}, ${yes} FROM appointment`);
  }
  // Without reminders, as in the rows above and in those of the other servers.
  await run(
    `UPDATE business SET longest_ms = ${VISIT}, client_reminder_hours = 0, staff_reminder_hours = 0, remind_client_sms_hours = 0, remind_staff_sms_hours = 0`,
  );
  for (const [kind, count] of [
    ['appointment', perBusiness],
    ['client', clients],
    ['staff', STAFF],
    ['schedule_period', STAFF],
    ['subject', STAFF],
    ['location', LOCATIONS],
    ['reason', REASONS],
  ]) {
    await run(
      `INSERT INTO id_block (kind, next) VALUES ('${kind}', ${count * BUSINESSES + 1}) ON CONFLICT (kind) DO UPDATE SET next = excluded.next`,
    );
  }
}
