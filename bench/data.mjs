// One business of 20 staff, 5 locations and 20 reasons, with as many clients as a tenth of its appointments.
const DAY = 86_400_000;
const START = Date.UTC(2031, 0, 1);

export async function fill(client, appointments) {
  const clients = Math.max(10, Math.round(appointments / 10));
  const perStaff = Math.ceil(appointments / 20);
  await client.query('BEGIN');
  await client.query(`INSERT INTO location SELECT 1, g, 'Location ' || lpad(g::text, 3, '0'), 'OFFICE', 'UTC', g = 1, true, NULL, NULL, 0, 0 FROM generate_series(1, 5) g`);
  await client.query(`INSERT INTO subject SELECT 1, g, 'STAFF', 1 FROM generate_series(1, 20) g`);
  await client.query(`INSERT INTO staff (business_id, id, subject_id, user_name, first_name, last_name, full_name, time_zone_code, accepts_appointments, active, created_at, modified_at)
    SELECT 1, g, g, 'staff' || g, 'Staff', lpad(g::text, 3, '0'), 'Staff ' || lpad(g::text, 3, '0'), 'UTC', true, true, 0, 0 FROM generate_series(1, 20) g`);
  await client.query(`INSERT INTO reason (business_id, id, reason_type, status, reason_desc, visit_minutes, buffer_before, buffer_after, allow_online, reschedule_type, currency, taxable, allow_pre_pay, sort_weight, created_at, modified_at, modified_by)
    SELECT 1, g, 'SERVICE', 'ACTIVE', 'Reason ' || g, 30, 0, 0, true, 'FLEXIBLE', 'USD', false, false, g, 0, 0, 'bench' FROM generate_series(1, 20) g`);
  await client.query(`INSERT INTO client (business_id, id, status, deleted, first_name, last_name, full_name, email, alert_notes, external_ids, job_requisitions, tags, allow_wait_list_text, invitation_opt_in, search_text, created_at, created_by, modified_at, modified_by)
    SELECT 1, g, 'ACTIVE', false, 'Client', g::text, 'Client ' || g, 'c' || g || '@example.org', '[]', '{}', '[]', '[]', false, false, 'client ' || g, 0, 'bench', 0, 'bench' FROM generate_series(1, ${clients}) g`);
  // Each staff member is booked every half hour for twelve hours a day.
  const start = `${START} + (n / 24) * ${DAY}::bigint + (n % 24) * 1800000::bigint`;
  await client.query(`INSERT INTO appointment (business_id, id, version, location_id, reason_id, staff_id, client_id, status, sub_status_code, start_at, end_at, staff_start_at, staff_end_at, time_zone_code, local_start,
      time_zone_data, location_start_date, location_end_date, override, no_preference, currency, client_reminder_hours, staff_reminder_hours, remind_client_sms_hours, remind_staff_sms_hours,
      client_reschedule_count, staff_reschedule_count, created_at, created_by, modified_at, modified_by)
    SELECT 1, s * ${perStaff} + n + 1, 1, 1 + (s % 5), 1 + (n % 20), s + 1, 1 + ((s * 7919 + n * 31) % ${clients}), 'OPEN', 'OPEN', ${start}, ${start} + 1800000, ${start}, ${start} + 1800000, 'UTC',
      to_char(to_timestamp((${start}) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), '2026a', to_char(to_timestamp((${start}) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD'),
      to_char(to_timestamp((${start}) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD'), false, false, 'USD', 0, 0, 0, 0, 0, 0, 0, 'bench', 0, 'bench'
    FROM generate_series(0, 19) s CROSS JOIN generate_series(0, ${perStaff - 1}) n`);
  // A hundred thousand claims one by one through the guard take a minute; they are known not to overlap.
  await client.query('ALTER TABLE claim DISABLE TRIGGER claim_within_capacity');
  await client.query(`INSERT INTO claim SELECT 1, id, staff_id, staff_start_at, staff_end_at, 1, false, true FROM appointment`);
  await client.query('ALTER TABLE claim ENABLE TRIGGER claim_within_capacity');
  await client.query(`UPDATE business SET longest_ms = 1800000`);
  await client.query(`INSERT INTO id_block VALUES ('appointment', ${perStaff * 20 + 1}), ('client', ${clients + 1}) ON CONFLICT (kind) DO UPDATE SET next = excluded.next`);
  await client.query('COMMIT');
  await client.query('ANALYZE');
  return { appointments: perStaff * 20, freeFrom: START + (Math.ceil(perStaff / 24) + 1) * DAY };
}
