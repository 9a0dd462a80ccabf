import { sql } from '../../src/db/sql';
import type { Database, Reader } from '../../src/db/database';
import { addClinic, addReason, change, type Clinic } from './clinic';
import type { TestGateway } from './gateway';

/** A clinic with rules of every kind. */
export interface RuledClinic extends Clinic {
  readonly addOnId: string;
  /** The reason needs a room in addition to the staff member. */
  readonly roomReasonId: string;
  readonly roomId: string;
  readonly lampId: string;
  readonly fieldId: string;
}

export async function addRuledClinic(
  gateway: TestGateway,
  mark: string,
  key?: string,
): Promise<RuledClinic> {
  const clinic = await addClinic(gateway, mark, key);
  const { locationId, reasonId, staffId, otherStaffId } = clinic;
  const run = (mutation: string, input: object, selection = '') =>
    change(gateway, mutation, input, selection, key);
  const addOnId = await addReason(
    gateway,
    { reasonDesc: `Wash ${mark}`, reasonType: 'ADDON', visitMinutes: 15 },
    key,
  );
  await run('setReasonAddOns', { reasonId, addOnIds: [addOnId] });
  await run('setReasonLocations', { reasonId, locations: [{ locationId }] });
  for (const [ownerId, date] of [
    [staffId, '2029-12-24'],
    [locationId, '2029-12-25'],
  ])
    await run('createDateOverride', { ownerId, date, ranges: [] });
  const roomReasonId = await addReason(
    gateway,
    { reasonDesc: `Surgery ${mark}`, visitMinutes: 45, staffIds: [staffId, otherStaffId] },
    key,
  );
  const [roomId, lampId] = [
    (await run('createResource', { name: `Room ${mark}` }, 'resource { id }')).resource.id,
    (await run('createResource', { name: `Lamp ${mark}` }, 'resource { id }')).resource.id,
  ];
  const { resourceBundle } = await run(
    'createResourceBundle',
    { name: `Theatre ${mark}`, items: [{ resourceId: roomId, units: 1 }] },
    'resourceBundle { id }',
  );
  await run('setReasonResources', {
    reasonId: roomReasonId,
    needs: [
      { options: [{ id: resourceBundle.id, units: 1 }] },
      { options: [{ id: lampId, units: 1 }] },
    ],
  });
  const { customField } = await run(
    'createCustomField',
    { label: 'Diet', code: 'DIET', filterByService: true, reasonIds: [reasonId] },
    'customField { id }',
  );
  return { ...clinic, addOnId, roomReasonId, roomId, lampId, fieldId: customField.id };
}

/** Returns the committed version of a business's rules. */
export async function versionOf(reader: Reader, businessId: number): Promise<number> {
  const [row] = await reader.all<{ version: number }>(
    sql`SELECT version FROM rule_version WHERE business_id = ${businessId}`,
  );
  return Number(row?.version ?? 0);
}

/** Whether the statements of a booking made it optimistically; null if they made none. */
export function wentDirectly(statements: readonly string[]): boolean | null {
  const writes = statements.filter((text) => text.includes('INSERT INTO "appointment" '));
  const locks = statements.filter((text) => /SELECT id, capacity FROM subject/.test(text));
  return writes.length ? !locks.length : null;
}

/** Runs `between` after the given number of bookings are decided and before they are written. */
export function beforeWriting(gateway: TestGateway, work: () => Promise<unknown>, count = 1): void {
  const db = gateway.gateway.db as { commitIfRulesUnchanged: Database['commitIfRulesUnchanged'] };
  const { commitIfRulesUnchanged } = db;
  let waiting = 0;
  let go: () => void;
  const ready = new Promise<void>((resolve) => (go = resolve)).then(work);
  db.commitIfRulesUnchanged = async (write) => {
    if ((waiting += 1) === count) {
      db.commitIfRulesUnchanged = commitIfRulesUnchanged;
      go();
    }
    await ready;
    return commitIfRulesUnchanged(write);
  };
}
