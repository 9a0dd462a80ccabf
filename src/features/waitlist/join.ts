import { newRow } from '../../db/new-row';
import { isStaffSide, memberOf, Role, type Context, type Member } from '../../context';
import { BusinessRule } from '../../business-rule';
import { at, badInput, InputProblemCode, violated } from '../../errors';
import { parseGlobalId, parseGlobalIds } from '../../graphql/global-id';
import { unitOf } from '../../services/unit-of-work';
import { hashOfSecret } from '../appointments/booking/hold';
import { describedClient } from '../appointments/booking/load-references';
import { authoriseLocation } from '../availability/authorise';
import type { ClassSchedule } from '../classes/class-schedule.entity';
import type { Client } from '../clients/client.entity';
import { addClient } from '../clients/client.service';
import { clients } from '../clients/client.list';
import type { Location } from '../locations/location.entity';
import { locations, primaryLocationOf } from '../locations/location.list';
import type { Reason } from '../reasons/reason.entity';
import { reasons } from '../reasons/reason.list';
import { staff } from '../staff/staff.list';
import { fullSession } from './full-session';
import { addEntry } from './model/events';
import { WaitlistStatus } from './model/status';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { requestedTimes, timesOfSession, type RequestedTimes } from './requested-times';
import type { JoinWaitlistInput } from './waitlist.inputs';
import { checkClient, checkLimits, checkLocation, checkReason } from './waitlist.rules';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

/**
 * Adds a client to the waitlist of a reason: staff any client, a client itself, the public a new
 * client.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, FORBIDDEN, RULE_VIOLATED, CONFLICT,
 * IDEMPOTENCY_KEY_REUSED
 */
export async function joinWaitlist(
  context: Context,
  input: JoinWaitlistInput,
): Promise<WaitlistEntry> {
  const member = memberOf(context);
  const now = context.now();
  if (member.role === Role.PUBLIC && input.claimSecret == null) {
    throw badInput(
      InputProblemCode.REQUIRED,
      'Generate a secret and give it as claimSecret: it authorises claiming the place after ' +
        'an invitation.',
      'claimSecret',
    );
  }
  const claimSecretHash = input.claimSecret == null ? null : hashOfSecret(input.claimSecret);
  const [rowId, decision] = await Promise.all([
    context.ids.next('waitlist_entry'),
    decide(context, member, input, now),
  ]);
  return context.db.transaction(async (tx) => {
    const { reason, location, client, clientIsNew, times, staffIds } = decision;
    const entry = newRow(WaitlistEntry, {
      businessId: member.businessId,
      rowId,
      version: 1,
      reasonId: reason.rowId,
      locationId: location.rowId,
      clientId: client.rowId,
      status: WaitlistStatus.WAITING,
      ...times,
      staffIds,
      address: input.address ?? null,
      note: input.note ?? null,
      claimSecretHash,
      invitedAt: null,
      invitationExpiresAt: null,
      appointmentId: null,
      createdAt: now,
      ...creatorOf(member),
      modifiedAt: now,
      ...modifierOf(member),
    });
    const unit = unitOf(context, tx, now);
    await checkLimits(unit, entry, client, reason);
    if (clientIsNew) await addClient(unit, client);
    await addEntry(unit, entry);
    return entry;
  });
}

interface JoinDecision {
  reason: Reason;
  location: Location;
  client: Client;
  clientIsNew: boolean;
  times: RequestedTimes;
  staffIds: number[];
}

async function decide(
  context: Context,
  member: Member,
  input: JoinWaitlistInput,
  now: number,
): Promise<JoinDecision> {
  const staffIds = [...new Set(parseGlobalIds('Staff', input.staffIds ?? [], at('staffIds')))];
  const session = await sessionFor(context, input, now);
  const [reason, location, { client, clientIsNew }] = await Promise.all([
    reasons.getVisible(
      context,
      parseGlobalId('Reason', input.reasonId, at('reasonId')),
      at('reasonId'),
    ),
    locationFor(context, input, session),
    clientFor(context, member, input),
    ...staffIds.map((id) => staff.getVisible(context, id, at('staffIds'))),
  ]);
  authoriseLocation(member, location);
  checkReason(reason, session);
  checkLocation(location, Boolean(input.address || session));
  checkClient(member, client);
  return {
    reason,
    location,
    client,
    clientIsNew,
    times: session
      ? timesOfSession(session, input.wish.session?.seats ?? 1)
      : requestedTimes(input, location.timeZoneCode, now),
    staffIds,
  };
}

/** @throws DomainError BAD_USER_INPUT for a field that the session determines */
async function sessionFor(
  context: Context,
  input: JoinWaitlistInput,
  now: number,
): Promise<ClassSchedule | null> {
  const { session } = input.wish;
  if (!session) return null;
  const redundantField = (['staffIds', 'locationId'] as const).find((name) => input[name] != null);
  if (redundantField)
    throw badInput(
      InputProblemCode.NOT_ALLOWED,
      `The session determines time, location and staff: omit ${redundantField}.`,
      redundantField,
    );
  return fullSession(context, { ...session, paths: PATHS }, now);
}

const PATHS = {
  session: ['wish', 'session', 'classScheduleId'],
  seats: ['wish', 'session', 'seats'],
};

async function locationFor(
  context: Context,
  { locationId }: JoinWaitlistInput,
  session: ClassSchedule | null,
): Promise<Location> {
  if (session) return locations.getById(context, session.locationId);
  return locationId == null
    ? primaryLocationOf(context)
    : locations.getVisible(
        context,
        parseGlobalId('Location', locationId, at('locationId')),
        at('locationId'),
      );
}

async function clientFor(
  context: Context,
  member: Member,
  input: JoinWaitlistInput,
): Promise<{ client: Client; clientIsNew: boolean }> {
  const described = await describedClient(context, member, input);
  if (described) return described;
  const id =
    input.clientId != null
      ? parseGlobalId('Client', input.clientId, at('clientId'))
      : member.clientId;
  if (id === null)
    throw violated(
      BusinessRule.CLIENT_REQUIRED,
      isStaffSide(member)
        ? 'The entry needs a client: give clientId or client.'
        : 'The entry needs a client: give client with a name and an e-mail address.',
      'client',
    );
  return { client: await clients.getVisible(context, id, at('clientId')), clientIsNew: false };
}
