import { newRow } from '../../db/new-row';
import { Role } from '../../context';
import { DomainError, ErrorCode } from '../../errors';
import type { Database } from '../../db/database';
import type { Ids } from '../../db/state/ids';
import { insert } from '../../db/table';
import { canonicalLocale } from '../../graphql/inputs/text-validators';
import { canonicalTimeZone } from '../../lib/time-zone';
import { Business } from '../businesses/business.entity';
import { LogHead } from '../../log/event.entity';
import { addKey, newKey } from './access.service';

export interface NewBusiness {
  readonly name: string;
  readonly timeZone: string;
  readonly locale?: string;
  readonly currency?: string;
  readonly country?: string;
}

export interface CreatedBusiness {
  readonly business: Business;
  /** Shown once: only its hash is stored. */
  readonly secretKey: string;
  readonly publishableKey: string;
}

/**
 * Creates a tenant with an administrator's key and a publishable key.
 * @throws DomainError BAD_USER_INPUT
 */
export async function createBusiness(
  db: Database,
  ids: Ids,
  now: number,
  input: NewBusiness,
): Promise<CreatedBusiness> {
  const timeZoneCode = canonicalTimeZone(input.timeZone);
  const locale = canonicalLocale(input.locale ?? 'en-US');
  const [currency, country] = [input.currency ?? 'USD', input.country ?? 'US'];
  const wrong = [
    ...(input.name.trim() ? [] : ['a name']),
    ...(timeZoneCode ? [] : ['an IANA time zone, such as America/New_York']),
    ...(locale ? [] : ['a language tag, such as en-US']),
    ...(/^[A-Z]{3}$/.test(currency) ? [] : ['a currency of ISO 4217, such as USD']),
    ...(/^[A-Z]{2}$/.test(country) ? [] : ['a country of ISO 3166, such as US']),
  ];
  if (wrong.length)
    throw new DomainError(ErrorCode.BAD_USER_INPUT, `A business needs ${wrong.join(', ')}.`);

  const rowId = await ids.next('business');
  const [secretId, publishableId] = [await ids.next('api_key'), await ids.next('api_key')];
  const business = newRow(Business, {
    rowId,
    version: 1,
    messageSettingsVersion: 1,
    name: input.name.trim(),
    timeZoneCode: timeZoneCode as string,
    locale: locale as string,
    currency,
    country,
    clientReminderHours: 24,
    staffReminderHours: 24,
    remindClientSmsHours: 0,
    remindStaffSmsHours: 0,
    longestMs: 0,
    requiresFields: false,
    createdAt: now,
  });
  const [secretKey, publishableKey] = [newKey('SECRET', rowId), newKey('PUBLISHABLE', rowId)];
  await db.transaction(async (tx) => {
    await insert(tx, Business, business);
    await insert(tx, LogHead, { businessId: rowId, lastSeq: 0, prunedSeq: 0 });
    await addKey(tx, secretKey, {
      businessId: rowId,
      rowId: secretId,
      kind: 'SECRET',
      role: Role.ADMINISTRATOR,
      name: 'First key',
      createdAt: now,
    });
    await addKey(tx, publishableKey, {
      businessId: rowId,
      rowId: publishableId,
      kind: 'PUBLISHABLE',
      role: Role.PUBLIC,
      name: 'First publishable key',
      createdAt: now,
    });
  });
  return { business, secretKey, publishableKey };
}
