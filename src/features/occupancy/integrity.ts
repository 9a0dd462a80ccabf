import type { Reader } from '../../db/database';
import { sql } from '../../db/sql';

/** A subject that holds more than it can at one instant. */
export interface Breach {
  readonly businessId: number;
  readonly subjectId: number;
  readonly at: number;
  readonly units: number;
  readonly capacity: number;
  readonly appointmentIds: readonly number[];
}

interface Row {
  businessId: number;
  subjectId: number;
  appointmentId: number;
  startMs: number;
  endMs: number;
  units: number;
  override: boolean | number;
  capacity: number;
  lessSince: number | null;
}

const BATCH = 20_000;

/**
 * Reads every claim and proves the law of occupancy: at no instant do the claims of a subject, overrides apart, exceed its capacity.
 * An override may overlap what was there; whatever was claimed beside it later would be a breach that only the log's order shows, so
 * it is left to the triggers. What began before a capacity became less was right by the one before. Sweeps subject by subject, in bounded memory.
 */
export async function breaches(db: Reader): Promise<{ claims: number; breaches: Breach[] }> {
  const found: Breach[] = [];
  let claims = 0;
  let [business, subject, start, appointment] = [0, 0, -8.64e15, 0];
  let open: Row[] = [];
  for (;;) {
    const rows = await db.all<Row>(sql`
      SELECT c.business_id AS "businessId", c.subject_id AS "subjectId", c.appointment_id AS "appointmentId", c.start_ms AS "startMs",
             c.end_ms AS "endMs", c.units, c.override, s.capacity, s.less_since AS "lessSince"
      FROM claim AS c JOIN subject AS s ON s.business_id = c.business_id AND s.id = c.subject_id
      WHERE (c.business_id, c.subject_id, c.start_ms, c.appointment_id) > (${business}, ${subject}, ${start}, ${appointment})
      ORDER BY c.business_id, c.subject_id, c.start_ms, c.appointment_id LIMIT ${BATCH}`);
    for (const row of rows) {
      if (row.businessId !== business || row.subjectId !== subject) open = [];
      [business, subject, start, appointment] = [
        row.businessId,
        row.subjectId,
        row.startMs,
        row.appointmentId,
      ];
      if (row.override) continue;
      open = open.filter((other) => other.endMs > row.startMs);
      open.push(row);
      const units = open.reduce((sum, other) => sum + other.units, 0);
      if (units > row.capacity && row.startMs >= (row.lessSince ?? row.startMs)) {
        found.push({
          businessId: business,
          subjectId: subject,
          at: row.startMs,
          units,
          capacity: row.capacity,
          appointmentIds: open.map((other) => other.appointmentId),
        });
      }
    }
    claims += rows.length;
    if (rows.length < BATCH) return { claims, breaches: found };
  }
}
