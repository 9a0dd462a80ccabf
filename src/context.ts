import { registerEnumType } from 'type-graphql';
import { DomainError, ErrorCode } from './errors';
import type { Database, Tx } from './db/database';
import type { Deadline } from './lib/deadline';
import type { Signals } from './db/signals';
import type { Ids } from './db/state/ids';
import type { Links } from './services/links';
import type { Outbound } from './services/outbound/outbound';
import type { Encryption } from './services/encryption';
import type { LogTail } from './log/log-tail';

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
  description: 'The role of a viewer, which decides what it may see and do.',
  valuesConfig: {
    ADMINISTRATOR: { description: 'Reads and changes all data of the business.' },
    CLIENT: {
      description: 'A client: its own data and appointments, and those of clients that it may see.',
    },
    LOCATION_SUPER_USER: {
      description: 'An administrator of some locations: their data, appointments and clients.',
    },
    PUBLIC: { description: 'A publishable key: reads what can be booked, and books.' },
    STAFF_USER: { description: 'A staff member: its own appointments, hours and clients.' },
    GUEST: {
      description:
        'The holder of the manage link of one appointment, who can see, move and cancel it.',
    },
  },
});

/** The principal of an operation. Its scope limits all reads and writes. */
export interface Viewer {
  /** Null without a key: then only data outside any business can be read. */
  readonly businessId: number | null;
  readonly role: Role;
  /** Stable name of the caller, for idempotency: `key:12`. */
  readonly actor: string;
  /**
   * Displayed as createdBy, cancelledBy and the like: a user's name, or WebClient for clients and
   * the public.
   */
  readonly actorName: string;
  readonly staffId: number | null;
  readonly clientId: number | null;
  /** For a client: its own id and those it may see and book for. */
  readonly clientIds: readonly number[];
  /** The locations of a location administrator. */
  readonly locationIds: readonly number[];
  /** For a guest: the appointment of the manage link. */
  readonly appointmentId?: number;
  /** Epoch milliseconds of the end of access. Absent for keys that do not expire. */
  readonly validUntil?: number;
  /** Origins that a publishable key is limited to. Absent without a limit. */
  readonly allowedOrigins?: readonly string[];
}

/** A viewer with a business, as scopes and commands require it. */
export interface Member extends Viewer {
  readonly businessId: number;
}

/** Limits for callers with a publishable key, for each business. */
export interface PublicLimits {
  readonly actionsPerKeyAndMinute: number;
  readonly actionsPerAddressAnd10Minutes: number;
  /** For each e-mail address and each phone number. */
  readonly bookingsPerRecipientAndHour: number;
  readonly openHolds: number;
  readonly openHoldsPerKey: number;
  readonly openHoldsPerStaff: number;
}

export const DEFAULT_PUBLIC_LIMITS: PublicLimits = {
  actionsPerKeyAndMinute: 600,
  actionsPerAddressAnd10Minutes: 300,
  bookingsPerRecipientAndHour: 10,
  openHolds: 500,
  openHoldsPerKey: 250,
  openHoldsPerStaff: 50,
};

/**
 * State of one App, which all of its contexts share. Two Apps in one process share nothing: each
 * has its own caches, its own back-off and its own listeners.
 * A service or feature that needs the context adds its state where it defines it, by merging with
 * this interface, so that the context depends on none of them: `ruleCache`, `keyCache`,
 * `contention` and `inviteOnCancel`.
 */
export interface AppState {
  /** The tail of each log that subscribers of this App follow. */
  readonly log: LogTail;
  readonly signals: Signals;
}

/**
 * The context of one operation, or of one event of a subscription. Loaders live as long as it, so
 * that they never serve stale rows or rows of another caller. `services/idempotency.ts` adds
 * `keyedRun`.
 */
export interface Context {
  readonly app: AppState;
  readonly db: Database;
  readonly ids: Ids;
  readonly viewer: Viewer;
  readonly links: Links;
  readonly outbound: Outbound;
  readonly vault: Encryption;
  /** The time limit of the operation; absent for background work. */
  readonly deadline?: Deadline;
  /** The caller's network address; absent for background work. */
  readonly remoteAddress?: string;
  readonly publicLimits?: PublicLimits;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  readonly requestId: string;
  /** From the Idempotency-Key header. A key in the input has priority. */
  readonly idempotencyKey: string | null;
  /**
   * Passes rows that a command has read, and not changed, to the context that reads its payload.
   */
  readonly handOver?: (give: (to: Context) => void) => void;
  /** For an event stream: the last cursor that a browser received before its connection broke. */
  readonly lastEventId?: string | null;
}

/** Where, by whom and at which instant a command writes. Background work has no more than this. */
export interface WriteUnit {
  readonly tx: Tx;
  readonly member: Member;
  readonly now: number;
}

/** Everything that a write needs, created once for each transaction of a command: see `unitOf`. */
export interface UnitOfWork extends WriteUnit {
  /** Reads on the snapshot of the transaction. */
  readonly context: Context;
}

/** What differs between the contexts of one App. */
interface OperationFacts extends Pick<
  Context,
  'viewer' | 'requestId' | 'deadline' | 'remoteAddress' | 'lastEventId'
> {
  readonly idempotencyKey?: string | null;
}

/** Makes the context of one operation. */
export type ContextFactory = (facts: OperationFacts) => Context;

/** @throws DomainError UNAUTHENTICATED without a key, or with expired access. */
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
      'This access has expired: send a valid key or token, or exchange the manage link again.',
    );
  }
  return viewer as Member;
}

export const STAFF_ROLES: readonly Role[] = [
  Role.ADMINISTRATOR,
  Role.LOCATION_SUPER_USER,
  Role.STAFF_USER,
];

export const isStaffSide = (viewer: Viewer): boolean => STAFF_ROLES.includes(viewer.role);

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

/** @throws DomainError FORBIDDEN if the viewer is not staff. */
export const requireStaff = (context: Context): Member => requireRole(context, ...STAFF_ROLES);
