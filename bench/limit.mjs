// The limit: each operation as one statement whose JSON the database makes. No GraphQL, no rights, no checks.
import { createServer } from 'node:http';
import { Pool, types } from 'pg';

types.setTypeParser(20, Number);
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.DATABASE_POOL ?? 10) });

const time = (column) => `to_char(to_timestamp(${column} / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const NAMED = `'id', 'Appointment:' || a.id, 'status', a.status, 'start', ${time('a.start_at')}, 'client', json_build_object('fullName', c.full_name),
  'staff', json_build_object('fullName', s.full_name), 'location', json_build_object('locationName', l.location_name), 'reason', json_build_object('reasonDesc', r.reason_desc)`;
const JOINS = `JOIN client c ON c.business_id = a.business_id AND c.id = a.client_id JOIN staff s ON s.business_id = a.business_id AND s.id = a.staff_id
  JOIN location l ON l.business_id = a.business_id AND l.id = a.location_id JOIN reason r ON r.business_id = a.business_id AND r.id = a.reason_id`;

const STATEMENTS = {
  q1: { text: `SELECT json_build_object('data', json_build_object('appointment', json_build_object(${NAMED})))::text AS json FROM appointment a ${JOINS} WHERE a.business_id = 1 AND a.id = $1`, values: ({ id }) => [id] },
  q2: {
    text: `SELECT json_build_object('data', json_build_object('appointments', json_build_object('totalCount',
      (SELECT count(*) FROM appointment WHERE business_id = 1 AND location_id = $1), 'nodes', (SELECT json_agg(json_build_object(${NAMED}) ORDER BY a.start_at, a.id)
      FROM (SELECT * FROM appointment WHERE business_id = 1 AND location_id = $1 ORDER BY start_at, id LIMIT 50) a ${JOINS}))))::text AS json`, values: ({ id }) => [id],
  },
  q3: {
    text: `SELECT json_build_object('data', json_build_object('staff', json_build_object('nodes', json_agg(json_build_object('fullName', s.full_name, 'appointments', json_build_object('nodes', x.nodes))
      ORDER BY s.full_name COLLATE "C", s.id))))::text AS json
      FROM (SELECT * FROM staff WHERE business_id = 1 ORDER BY full_name COLLATE "C", id LIMIT 20) s CROSS JOIN LATERAL (
        SELECT json_agg(json_build_object('id', 'Appointment:' || a.id, 'client', json_build_object('fullName', c.full_name), 'reason', json_build_object('reasonDesc', r.reason_desc)) ORDER BY a.start_at, a.id) AS nodes
        FROM (SELECT * FROM appointment WHERE business_id = 1 AND staff_id = s.id ORDER BY start_at, id LIMIT 10) a
        JOIN client c ON c.business_id = 1 AND c.id = a.client_id JOIN reason r ON r.business_id = 1 AND r.id = a.reason_id) x`, values: () => [],
  },
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { name, ...input } = JSON.parse(body);
  const { text, values } = STATEMENTS[name];
  const { rows } = await pool.query({ name, text, values: values(input) });
  response.writeHead(200, { 'content-type': 'application/json' }).end(rows[0].json);
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })));
