import { createHash } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import {
  DEFAULT_PUBLIC_LIMITS,
  memberOf,
  Role,
  type Context,
  type Member,
  type PublicLimits,
} from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Database, Tx } from '../../db/database';
import { sql } from '../../db/sql';
import { MS_PER_DAY, MS_PER_HOUR } from '../../lib/time-zone';
import { keyedRunOf } from '../../services/idempotency';

/**
 * Rate limits of callers with a publishable key. Counters are rows that all processes share. Failed
 * attempts also count.
 */

const MS_PER_MINUTE = 60_000;

/** The maximum number of actions on one subject in a window. */
interface Bucket {
  readonly subject: string;
  readonly limit: number;
  readonly windowMs: number;
}

interface PublicInput {
  readonly client?: { readonly emailAddress?: string; readonly cellPhone?: string | null } | null;
}

const LIMITED = new Set([
  'createAppointment',
  'holdAppointment',
  'bookAppointment',
  'joinWaitlist',
]);

/**
 * Hashes a subject from input, because it has any length and counters must not hold personal data.
 */
const hashOf = (text: string): string =>
  createHash('sha256').update(text.trim().toLowerCase()).digest('base64url');

function bucketsOf(
  context: Context,
  member: Member,
  { client }: PublicInput,
  limits: PublicLimits,
): Bucket[] {
  const { emailAddress, cellPhone } = client ?? {};
  return [
    {
      subject: `key:${member.actor}`,
      limit: limits.actionsPerKeyAndMinute,
      windowMs: MS_PER_MINUTE,
    },
    ...(context.remoteAddress
      ? [
          {
            subject: `address:${hashOf(context.remoteAddress)}`,
            limit: limits.actionsPerAddressAnd10Minutes,
            windowMs: 10 * MS_PER_MINUTE,
          },
        ]
      : []),
    ...(emailAddress
      ? [
          {
            subject: `email:${hashOf(emailAddress)}`,
            limit: limits.bookingsPerRecipientAndHour,
            windowMs: MS_PER_HOUR,
          },
        ]
      : []),
    ...(cellPhone
      ? [
          {
            subject: `phone:${hashOf(cellPhone.replace(/\D/g, ''))}`,
            limit: limits.bookingsPerRecipientAndHour,
            windowMs: MS_PER_HOUR,
          },
        ]
      : []),
  ];
}

const rateLimited = (message: string, retryAfter: number): DomainError =>
  new DomainError(ErrorCode.RATE_LIMITED, message, { retryable: true, retryAfter });

/** @throws DomainError RATE_LIMITED, whose `retryAfter` is in seconds. */
async function take(
  tx: Tx,
  { businessId }: Member,
  { subject, limit, windowMs, times = 1 }: Bucket & { readonly times?: number },
  now: number,
): Promise<void> {
  const windowStart = now - (now % windowMs);
  await tx.run(sql`
    INSERT INTO public_usage (business_id, subject, window_start, used) VALUES (${businessId}, ${subject}, ${windowStart}, ${times})
    ON CONFLICT (business_id, subject, window_start) DO UPDATE SET used = public_usage.used + ${times}`);
  const [row] = await tx.all<{ used: number }>(sql`
    SELECT used FROM public_usage WHERE business_id = ${businessId} AND subject = ${subject} AND window_start = ${windowStart}`);
  if ((row?.used ?? 0) <= limit) return;
  const kind = subject.slice(0, subject.indexOf(':'));
  throw rateLimited(
    `Too many public requests by this ${kind}. Try again later.`,
    Math.ceil((windowStart + windowMs - now) / 1_000),
  );
}

/**
 * Counts actions of a public caller: mutations, and codes that it may guess.
 * @throws DomainError RATE_LIMITED
 */
export async function countPublicActions(
  context: Context,
  input: PublicInput,
  times = 1,
): Promise<void> {
  if (context.viewer.role !== Role.PUBLIC || context.viewer.businessId === null) return;
  const member = memberOf(context);
  const limits = context.publicLimits ?? DEFAULT_PUBLIC_LIMITS;
  const now = context.now();
  await context.db.transaction(async (tx) => {
    // Sorted, so that concurrent callers lock rows in one order and cannot deadlock.
    const buckets = bucketsOf(context, member, input, limits).sort((one, other) =>
      one.subject < other.subject ? -1 : 1,
    );
    for (const bucket of buckets) await take(tx, member, { ...bucket, times }, now);
  });
}

/**
 * Counts mutations of public callers before they run. A retry beyond a limit returns the stored
 * result of its idempotency key.
 */
export function limitPublicActions(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (!resolve || !LIMITED.has(field.name)) continue;
    field.resolve = async (root, args: { input?: PublicInput }, context: Context, info) => {
      await countPublicActions(context, args.input ?? {}).catch(async (error: unknown) => {
        const run = keyedRunOf(context, {
          name: field.name,
          responseKey: String(info.path.key),
          args: args as Readonly<Record<string, unknown>>,
        });
        if (!(await run?.hasResult())) throw error;
      });
      return (await resolve(root, args, context, info)) as unknown;
    };
  }
  return schema;
}

/** Deletes counters of windows that started more than one day ago. Returns their number. */
export const prunePublicUsage = (db: Database, now: number): Promise<number> =>
  db.transaction((tx) =>
    tx.run(sql`DELETE FROM public_usage WHERE window_start < ${now - MS_PER_DAY}`),
  );
