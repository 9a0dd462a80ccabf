import type { Reader } from '../../db/database';
import { findOne } from '../../db/table';
import type { Links } from '../../services/links';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '../../lib/time-zone';
import { hashOfSecret } from '../appointments/booking/hold';
import { Appointment } from '../appointments/model/appointment.entity';
import { AppointmentStatus } from '../appointments/model/status';

/** Milliseconds that a link is valid after the end or cancellation of the appointment. */
const LINK_MS = 7 * MS_PER_DAY;
/** Maximum validity of an access token, in milliseconds. */
const ACCESS_MS = MS_PER_HOUR;
const MAX_ID = 2_147_483_647;

type ManageableRow = Pick<
  Appointment,
  'businessId' | 'rowId' | 'clientId' | 'status' | 'endAt' | 'cancelledAt' | 'holdExpiresAt'
>;

/**
 * Returns the expiry of the link of an appointment, in epoch milliseconds. It moves with the
 * appointment.
 */
const linkEnds = ({ status, endAt, cancelledAt }: ManageableRow): number =>
  (status === AppointmentStatus.CANCELLED ? (cancelledAt ?? endAt) : endAt) + LINK_MS;

/**
 * Whether an appointment has a valid link: it has a client, is no hold, is not deleted, and the
 * link has not expired.
 */
function isManageable(row: ManageableRow, now: number): boolean {
  const held = row.status === AppointmentStatus.PENDING && row.holdExpiresAt !== null;
  return (
    row.clientId !== null &&
    !held &&
    row.status !== AppointmentStatus.DELETED &&
    now < linkEnds(row)
  );
}

/**
 * Returns the signed values of a link. They include the client, so that a change of client
 * invalidates the link.
 */
const linkFacts = ({ businessId, rowId, clientId }: ManageableRow) =>
  ['manage-link', businessId, rowId, clientId] as const;

/**
 * Returns the URL of the manage page of an appointment; null if it has no valid link. Deterministic
 * for a client and appointment.
 */
export function manageUrlOf(links: Links, row: ManageableRow, now: number): string | null {
  const token = manageTokenOf(links, row, now);
  return token === null ? null : links.manageUrl(token);
}

/** Returns the secret part of the manage URL, or null. */
export function manageTokenOf({ signer }: Links, row: ManageableRow, now: number): string | null {
  return isManageable(row, now)
    ? `${row.businessId}-${row.rowId}-${signer.sign(...linkFacts(row))}`
    : null;
}

/** Whether an appointment is a hold that is neither booked nor expired. */
const isOpenHold = ({ status, holdExpiresAt }: ManageableRow, now: number): boolean =>
  status === AppointmentStatus.PENDING && holdExpiresAt !== null && now < holdExpiresAt;

/** Returns the open hold of a business with this secret; null for another secret or row. */
export async function holdOfSecret(
  db: Reader,
  key: Pick<Appointment, 'businessId' | 'rowId'>,
  holdSecret: string,
  now: number,
): Promise<Appointment | null> {
  const row = await findOne(db, Appointment, key);
  return row && isOpenHold(row, now) && row.holdSecretHash === hashOfSecret(holdSecret)
    ? row
    : null;
}

const LINK = /^([1-9]\d{0,9})-([1-9]\d{0,9})-([\w-]{43})$/;
const ACCESS = /^sg_at_([1-9]\d{0,9})_([1-9]\d{0,9})_([1-9]\d{0,11})_([\w-]{43})$/;

/** Returns an appointment with a valid link, or an open hold. */
async function findAccessible(
  db: Reader,
  businessId: number,
  rowId: number,
  now: number,
): Promise<Appointment | null> {
  const row =
    businessId > MAX_ID || rowId > MAX_ID
      ? null
      : await findOne(db, Appointment, { businessId, rowId });
  return row && (isManageable(row, now) || isOpenHold(row, now)) ? row : null;
}

/** Returns the appointment of a link; null for a forged, unknown or expired link. */
export async function appointmentOfLink(
  db: Reader,
  { signer }: Links,
  token: string,
  now: number,
): Promise<Appointment | null> {
  const [, business, id, signature = ''] = LINK.exec(token) ?? [];
  if (!signature) return null;
  const row = await findAccessible(db, Number(business), Number(id), now);
  return row && isManageable(row, now) && signer.vouches(signature, ...linkFacts(row)) ? row : null;
}

export interface Access {
  readonly token: string;
  /** Epoch milliseconds at a whole second. */
  readonly endsAt: number;
}

/**
 * Returns the signed values of access. Those of a hold include its secret, so that a booking ends
 * the access, and access to an appointment is none to a hold.
 */
const accessFacts = (
  row: Appointment,
  endsAt: number,
  now: number,
): readonly [string, ...(string | number | null)[]] =>
  isOpenHold(row, now)
    ? ['hold-access', row.businessId, row.rowId, row.holdSecretHash, endsAt]
    : ['manage-access', row.businessId, row.rowId, row.clientId, endsAt];

/** Returns the instant at which access to an appointment or an open hold expires. */
const accessEnds = (row: Appointment, now: number): number =>
  isOpenHold(row, now) ? (row.holdExpiresAt as number) : linkEnds(row);

/** Creates the access token of a guest, for one appointment and at most an hour. */
export function accessTo({ signer }: Links, row: Appointment, now: number): Access {
  const endsAt =
    Math.ceil(Math.min(now + ACCESS_MS, accessEnds(row, now)) / MS_PER_SECOND) * MS_PER_SECOND;
  return {
    endsAt,
    token: `sg_at_${row.businessId}_${row.rowId}_${endsAt / MS_PER_SECOND}_${signer.sign(...accessFacts(row, endsAt, now))}`,
  };
}

export const isAccess = (token: string): boolean => ACCESS.test(token);

/** Returns the appointment and expiry of an access token; null for a forged or expired one. */
export async function appointmentOfAccess(
  db: Reader,
  { signer }: Links,
  token: string,
  now: number,
): Promise<{ row: Appointment; endsAt: number } | null> {
  const [, business, id, seconds, signature = ''] = ACCESS.exec(token) ?? [];
  const endsAt = Number(seconds) * MS_PER_SECOND;
  if (!signature || endsAt <= now) return null;
  const row = await findAccessible(db, Number(business), Number(id), now);
  if (!row || !signer.vouches(signature, ...accessFacts(row, endsAt, now))) return null;
  return { row, endsAt: Math.min(endsAt, isOpenHold(row, now) ? accessEnds(row, now) : endsAt) };
}
