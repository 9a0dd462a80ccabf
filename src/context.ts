import { registerEnumType } from 'type-graphql';
import { DomainError, ErrorCode } from './errors';
import type { Database } from './db/database';
import type { Ids } from './db/state/ids';
import type { KeyedRun } from './services/idempotency';
import type { Links } from './services/links';
import type { Outbound } from './services/outbound/outbound';
import type { Encryption } from './services/encryption';

export enum Role {
  ADMINISTRATOR = 'ADMINISTRATOR',
  LOCATION_SUPER_USER = 'LOCATION_SUPER_USER',
  STAFF_USER = 'STAFF_USER',
  CLIENT = 'CLIENT',
  GUEST = 'GUEST',
  PUBLIC = 'PUBLIC',
}
registerEnumType(Role, {
  name: 'Role',
  description: 'What a viewer may see and do.',
  valuesConfig: {
    GUEST: {
      description:
        'Whoever holds the manage link of one appointment: sees it, moves it and cancels it.',
    },
  },
});

/** On whose behalf an operation runs. Everything that is read or written is scoped by it. */
export interface Viewer {
  /** Null without a key: then only what belongs to no business can be read. */
  readonly businessId: number | null;
  readonly role: Role;
  /** Stable name of who acts, for idempotency: `key:12`. */
  readonly actor: string;
  /** Shown as createdBy, cancelledBy ...: a user's name, or WebClient for clients and the public. */
  readonly actorName: string;
  readonly staffId: number | null;
  readonly clientId: number | null;
  /** Of a client: itself and those it may see and book for. */
  readonly clientIds: readonly number[];
  /** The locations of a location super user. */
  readonly locationIds: readonly number[];
  /** The one appointment of a guest. */
  readonly appointmentId?: number;
  /** Epoch milliseconds from which on this is nobody any more; absent for keys, which end by being revoked. */
  readonly validUntil?: number;
}

/** A viewer of some business: what every scope and command starts from. */
export interface Member extends Viewer {
  readonly businessId: number;
}

/** Bounds on what callers with a publishable key do, for each business. */
export interface PublicLimits {
  readonly actionsPerKeyAndMinute: number;
  readonly actionsPerAddressAnd10Minutes: number;
  /** By e-mail address and by phone. */
  readonly bookingsPerRecipientAndHour: number;
  readonly openHolds: number;
  readonly openHoldsPerStaff: number;
}

export const DEFAULT_PUBLIC_LIMITS: PublicLimits = {
  actionsPerKeyAndMinute: 600,
  actionsPerAddressAnd10Minutes: 300,
  bookingsPerRecipientAndHour: 10,
  openHolds: 500,
  openHoldsPerStaff: 50,
};

/** One for each operation and for each event of a subscription, so that loaders never serve one caller's rows, or old ones, to another. */
export interface Context {
  readonly db: Database;
  readonly ids: Ids;
  readonly viewer: Viewer;
  readonly links: Links;
  readonly outbound: Outbound;
  readonly vault: Encryption;
  /** The caller's network address; absent for background work. */
  readonly remoteAddress?: string;
  readonly publicLimits?: PublicLimits;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly requestId: string;
  /** From the Idempotency-Key header; an input's own key goes first. */
  readonly idempotencyKey: string | null;
  /** Of a mutation's root field that came with an idempotency key. */
  readonly keyedRun?: KeyedRun | null;
  /** Gives what a command has read, and not changed, to the context that its payload is read by. */
  readonly handOver?: (give: (to: Context) => void) => void;
  /** Of an event stream: the cursor that a browser saw last before its connection broke off. */
  readonly lastEventId?: string | null;
}

/** @throws DomainError UNAUTHENTICATED without a key, or with access that has ended. */
export function memberOf({ viewer, now }: Context): Member {
  if (viewer.businessId === null) {
    throw new DomainError(
      ErrorCode.UNAUTHENTICATED,
      'Send an API key of your business: the header "Authorization: Bearer <key>".',
    );
  }
  if (viewer.validUntil !== undefined && viewer.validUntil <= now()) {
    throw new DomainError(
      ErrorCode.UNAUTHENTICATED,
      'This access has ended: exchange the manage link again.',
    );
  }
  return viewer as Member;
}

export const isStaffSide = (viewer: Viewer): boolean =>
  viewer.role === Role.ADMINISTRATOR ||
  viewer.role === Role.LOCATION_SUPER_USER ||
  viewer.role === Role.STAFF_USER;

/** @throws DomainError FORBIDDEN unless the viewer has one of the roles. */
export function requireRole(context: Context, ...roles: readonly Role[]): Member {
  const member = memberOf(context);
  if (!roles.includes(member.role)) {
    throw new DomainError(
      ErrorCode.FORBIDDEN,
      `This needs the role ${roles.join(' or ')}; your key has ${member.role}.`,
    );
  }
  return member;
}

/** @throws DomainError FORBIDDEN unless the viewer is on the side of staff. */
export const requireStaff = (context: Context): Member =>
  requireRole(context, Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER);
