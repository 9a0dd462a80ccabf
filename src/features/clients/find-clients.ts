import { memberOf, requireStaff, Role, type Context } from '../../context';
import type { Reader } from '../../db/database';
import { sql } from '../../db/sql';
import { matches } from '../../db/table';
import { at } from '../../errors';
import { toE164 } from '../../graphql/inputs/text-validators';
import { businessOf } from '../businesses/business.list';
import type { FieldValueInput } from '../custom-fields/values/field-value.inputs';
import { acceptClientFields } from '../custom-fields/values/write';
import { Client, ClientStatus } from './client.entity';
import { clientCannotBook } from './client.errors';
import { clients, hasEmail } from './client.list';
import { newClient } from './new-client';

/** A client as a booking describes it. */
interface DescribedClient {
  firstName: string;
  lastName: string;
  emailAddress: string;
  cellPhone?: string | null;
  fields?: FieldValueInput[] | null;
}

/**
 * Returns the client with exactly this name and e-mail address, else a new client that the caller
 * must insert. Public callers always get a new client: an existing one would disclose personal data
 * to a caller who knows name and address.
 * @throws DomainError RULE_VIOLATED for the address of a blocked client; BAD_USER_INPUT
 */
export async function clientOf(
  context: Context,
  { firstName, lastName, emailAddress, cellPhone, fields }: DescribedClient,
): Promise<{ client: Client; clientIsNew: boolean }> {
  const member = memberOf(context);
  const email = emailAddress.trim().toLowerCase();
  const fullName = `${firstName} ${lastName}`;
  const { businessId } = member;
  const [barred] = await withEmail(context.db, {
    businessId,
    email,
    status: ClientStatus.BLACKLISTED,
  });
  if (barred) throw clientCannotBook(member, 'client');
  const [existing] =
    member.role === Role.PUBLIC
      ? []
      : await withEmail(context.db, { businessId, email, fullName, deleted: false });
  if (existing) return { client: existing, clientIsNew: false };
  const [{ country }, rowId, fieldValues] = await Promise.all([
    businessOf(context),
    context.ids.next('client'),
    acceptClientFields(context, {
      submitted: fields,
      complete: true,
      path: at('client', 'fields'),
    }),
  ]);
  const client = newClient(
    { member, now: context.now() },
    { rowId, firstName, lastName, email, cellPhone: toE164(cellPhone, country), fieldValues },
  );
  return { client, clientIsNew: true };
}

type WithEmail = Pick<Client, 'businessId' | 'email'> &
  Partial<Pick<Client, 'status' | 'fullName' | 'deleted'>>;

/**
 * Returns at most one client with this e-mail address and these columns, by the index on addresses.
 */
async function withEmail(db: Reader, { email, ...others }: WithEmail): Promise<Client[]> {
  const { table } = clients;
  const rows = await db.all(sql`
    SELECT ${table.select('a')} FROM ${clients.from('a')} WHERE ${hasEmail('a', email)} AND ${matches(Client, 'a', others)} LIMIT 1`);
  return rows.map((row) => table.hydrate(row));
}

const MAX_DUPLICATES = 100;

/** Returns visible clients with this e-mail address who are not deleted. At most 100. */
export async function duplicates(context: Context, emailAddress: string): Promise<Client[]> {
  const member = requireStaff(context);
  const { table } = clients;
  const rows = await context.db.all(sql`
    SELECT ${table.select('a')} FROM ${clients.from('a')}
    WHERE ${clients.visible(member, 'a')} AND ${hasEmail('a', emailAddress.trim().toLowerCase())} AND ${table.column('a', 'deleted')} = ${false}
    ORDER BY ${table.column('a', 'rowId')} LIMIT ${MAX_DUPLICATES}`);
  return rows.map((row) => table.hydrate(row));
}

const MAX_TAGS = 1_000;

/** Returns the tags of visible clients, sorted. At most 1,000. */
export async function tags(context: Context): Promise<string[]> {
  const member = requireStaff(context);
  const rows = await context.db.all<{ tag: string }>(sql`
    SELECT DISTINCT t.tag FROM ${clients.from('a')}
    JOIN client_tag AS t ON t.business_id = ${clients.table.column('a', 'businessId')} AND t.client_id = ${clients.table.column('a', 'rowId')}
    WHERE ${clients.visible(member, 'a')} AND ${clients.table.column('a', 'deleted')} = ${false} LIMIT ${MAX_TAGS}`);
  return rows.map((row) => row.tag).sort();
}
