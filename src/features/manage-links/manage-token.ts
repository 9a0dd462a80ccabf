import type { Reader } from '../../db/database';
import { findOne } from '../../db/table';
import type { Links } from '../../services/links';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '../../lib/time-zone';
import { Appointment } from '../appointments/model/appointment.entity';
import { AppointmentStatus } from '../appointments/model/status';

/** How long a link works after the appointment has ended, or was cancelled. */
const LINK_MS = 7 * MS_PER_DAY;
/** How long what a link is exchanged for works. */
const ACCESS_MS = MS_PER_HOUR;
const MAX_ID = 2_147_483_647;

type Managed = Pick<
  Appointment,
  'businessId' | 'rowId' | 'clientId' | 'status' | 'endAt' | 'cancelledAt' | 'holdExpiresAt'
>;

/** The epoch milliseconds from which on an appointment's link leads nowhere; moved appointments take theirs along. */
const linkEnds = ({ status, endAt, cancelledAt }: Managed): number =>
  (status === AppointmentStatus.CANCELLED ? (cancelledAt ?? endAt) : endAt) + LINK_MS;

/** A hold is not yet somebody's, what was deleted is no more, and what nobody comes to nobody manages. */
function isManageable(row: Managed, now: number): boolean {
  const held = row.status === AppointmentStatus.PENDING && row.holdExpiresAt !== null;
  return (
    row.clientId !== null &&
    !held &&
    row.status !== AppointmentStatus.DELETED &&
    now < linkEnds(row)
  );
}

/** The client is signed with the appointment: given to somebody else, the old link ends. */
const linkFacts = ({ businessId, rowId, clientId }: Managed) =>
  ['manage-link', businessId, rowId, clientId] as const;

/** The address on which a client manages the appointment; null where there is nothing to manage. Always the same for a client and an appointment. */
export function manageUrlOf(links: Links, row: Managed, now: number): string | null {
  const token = manageTokenOf(links, row, now);
  return token === null ? null : links.manageUrl(token);
}

/** The secret part of that address. */
export function manageTokenOf({ signer }: Links, row: Managed, now: number): string | null {
  return isManageable(row, now)
    ? `${row.businessId}-${row.rowId}-${signer.sign(...linkFacts(row))}`
    : null;
}

const LINK = /^([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/;
const ACCESS = /^sg_at_([1-9]\d{0,9})_([1-9]\d{0,9})_([1-9]\d{0,11})_([\w-]{43})$/;

async function named(
  db: Reader,
  businessId: number,
  rowId: number,
  now: number,
): Promise<Appointment | null> {
  const row =
    businessId > MAX_ID || rowId > MAX_ID
      ? null
      : await findOne(db, Appointment, { businessId, rowId });
  return row && isManageable(row, now) ? row : null;
}

/** The appointment whose link it is; null for one that is forged, unknown, or has ended. */
export async function appointmentOfLink(
  db: Reader,
  { signer }: Links,
  token: string,
  now: number,
): Promise<Appointment | null> {
  const [, business, id, signature = ''] = LINK.exec(token) ?? [];
  if (!signature) return null;
  const row = await named(db, Number(business), Number(id), now);
  return row && signer.vouches(signature, ...linkFacts(row)) ? row : null;
}

export interface Access {
  readonly token: string;
  /** Epoch milliseconds at a whole second. */
  readonly endsAt: number;
}

const accessFacts = ({ businessId, rowId, clientId }: Managed, endsAt: number) =>
  ['manage-access', businessId, rowId, clientId, endsAt] as const;

/** What a guest sends in place of a key: an hour's access to one appointment. */
export function accessTo({ signer }: Links, row: Appointment, now: number): Access {
  const endsAt =
    Math.ceil(Math.min(now + ACCESS_MS, linkEnds(row)) / MS_PER_SECOND) * MS_PER_SECOND;
  return {
    endsAt,
    token: `sg_at_${row.businessId}_${row.rowId}_${endsAt / MS_PER_SECOND}_${signer.sign(...accessFacts(row, endsAt))}`,
  };
}

export const isAccess = (token: string): boolean => ACCESS.test(token);

/** The appointment that it opens and until when; null for what is forged or has ended. */
export async function appointmentOfAccess(
  db: Reader,
  { signer }: Links,
  token: string,
  now: number,
): Promise<{ row: Appointment; endsAt: number } | null> {
  const [, business, id, seconds, signature = ''] = ACCESS.exec(token) ?? [];
  const endsAt = Number(seconds) * MS_PER_SECOND;
  if (!signature || endsAt <= now) return null;
  const row = await named(db, Number(business), Number(id), now);
  return row && signer.vouches(signature, ...accessFacts(row, endsAt)) ? { row, endsAt } : null;
}
