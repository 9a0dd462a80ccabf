import { BusinessRule } from '../../../business-rule';
import { requireRole, Role, type Context } from '../../../context';
import { at, violated } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import { appendRowEvent } from '../../../log/row-changes';
import { unitOf } from '../../../services/unit-of-work';
import { lockRow } from '../../../db/lock-row';
import { Client } from '../client.entity';
import type { CreateClientInput } from '../client.inputs';
import { clients } from '../client.list';
import type { ReadClientSsnInput } from './ssn.inputs';

type SealedSsn = Pick<Client, 'businessId' | 'rowId' | 'ssnSealed'>;

/** Binds a sealed number to its client: in the row of another client it cannot be opened. */
const purposeOf = ({ businessId, rowId }: SealedSsn): string => `client ${businessId} ${rowId} ssn`;

/** Returns the number without its separators. Null if the client has none. */
export const ssnOf = ({ vault }: Pick<Context, 'vault'>, client: SealedSsn): string | null =>
  client.ssnSealed == null ? null : vault.open(client.ssnSealed, purposeOf(client));

/**
 * Returns the column that an input sets.
 * @throws DomainError RULE_VIOLATED without an ENCRYPTION_KEY
 */
export function ssnColumns(
  { vault }: Context,
  { ssn }: Pick<CreateClientInput, 'ssn'>,
  client: SealedSsn,
): Partial<Client> {
  if (ssn === undefined) return {};
  if (ssn === null) return { ssnSealed: null };
  if (!vault.isConfigured)
    throw violated(
      BusinessRule.ENCRYPTION_REQUIRED,
      'A social security number is stored encrypted only: start the gateway with an ENCRYPTION_KEY.',
      'ssn',
    );
  return { ssnSealed: vault.seal(ssn.replaceAll(/[ -]/g, ''), purposeOf(client)) };
}

/** Returns the column of a client that takes the number of its duplicate, if it has none. */
export function movedSsn(context: Context, from: Client, to: Client): Partial<Client> {
  const ssn = to.ssnSealed === null ? ssnOf(context, from) : null;
  return ssn === null ? {} : ssnColumns(context, { ssn }, to);
}

/** As `ssnOf`, and null for a number that none of the keys opens. */
function openedSsn(context: Pick<Context, 'vault'>, client: SealedSsn): string | null {
  try {
    return ssnOf(context, client);
  } catch {
    return null;
  }
}

const SHOWN = 4;

/** Returns the last characters of the number. Null if the client has none that a key opens. */
export const endOfSsn = (context: Pick<Context, 'vault'>, client: SealedSsn): string | null =>
  openedSsn(context, client)?.slice(-SHOWN) ?? null;

/**
 * Records that the viewer reads the whole number, before it is returned.
 * @throws DomainError FORBIDDEN, NOT_FOUND; RULE_VIOLATED if none of the keys opens the number
 */
export async function readSsn(context: Context, { clientId }: ReadClientSsnInput): Promise<Client> {
  requireRole(context, Role.ADMINISTRATOR);
  const path = at('clientId');
  const { businessId, rowId } = await clients.getVisible(
    context,
    parseGlobalId('Client', clientId, path),
    path,
  );
  return context.db.transaction(async (tx) => {
    const client = (await lockRow(tx, Client, { businessId, rowId })) as Client;
    if (client.ssnSealed !== null && openedSsn(context, client) === null)
      throw violated(
        BusinessRule.ENCRYPTION_REQUIRED,
        'No configured key opens this number. Add the one that sealed it to ENCRYPTION_KEY_PREVIOUS.',
        'clientId',
      );
    const unit = unitOf(context, tx, context.now());
    await appendRowEvent(unit, 'CLIENT_SSN_READ', { type: 'Client', row: client });
    return client;
  });
}
