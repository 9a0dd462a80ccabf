import type { Reader } from '../../db/database';
import { sql } from '../../db/sql';

/** An instant at which the claims of a subject exceed its capacity. */
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
 * Reads all claims and checks that those of a subject, except overrides, never exceed its capacity.
 * Claims that began before a capacity was reduced are excluded.
 * A claim written later beside an override would be a breach that only the order of the log shows,
 * so only the triggers check it. Reads subject by subject, in bounded memory.
 */
export async function breaches(db: Reader): Promise<{ claims: number; breaches: Breach[] }> {
  const findings: Breach[] = [];
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
        findings.push({
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
    if (rows.length < BATCH) return { claims, breaches: findings };
  }
}
