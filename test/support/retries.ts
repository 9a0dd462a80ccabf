import { Role } from '../../src/context';
import { INPUT_PERMISSIONS } from '../../src/features/access/input-permissions';
import { book, change, type Clinic } from './clinic';
import type { TestGateway } from './gateway';
import { numberOf } from './ids';
import { mutationRecipes, type Recipe } from './mutations';

/** Variables of a mutation that its role may call once with success. */
export interface Call {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly key: string;
}

export interface RoleRow {
  readonly role: Role;
  readonly mutation: string;
  readonly callOf: () => Promise<Call>;
}

type Inputs = Readonly<Record<string, unknown>>;
/** Returns the input that a role sends in place of the one that an administrator sends. */
type Adapt = (input: Inputs) => Inputs | Promise<Inputs>;

/**
 * Mutations that the table of input permissions admits for a role, and that the command refuses
 * for every row.
 */
export const REFUSED_BY_COMMAND: Partial<Record<Role, readonly string[]>> = {
  [Role.STAFF_USER]: [
    'createClassSchedule',
    'createCourseSet',
    'updateClassSchedule',
    'cancelClassSchedule',
    'createResource',
    'updateResource',
    'createResourceBundle',
    'updateResourceBundle',
  ],
  [Role.PUBLIC]: ['createCalendarFeed', 'revokeCalendarFeed'],
};

/** Mutations whose argument is no input object. */
const WITHOUT_INPUT = ['exchangeManageToken', 'revokeApiKey'];

const SECRET = 'a secret of this caller';

const without =
  (field: string): Adapt =>
  (input) => ({ ...input, [field]: undefined });

/** A row for each mutation, each recipe of it, and each role that may call it. */
export class RoleTable {
  private readonly recipes: readonly Recipe[];
  private readonly keys = new Map<Role, string>();
  private clinic!: Clinic;
  private days = 0;

  constructor(private readonly gateway: TestGateway) {
    this.recipes = mutationRecipes(gateway, () => this.clinic);
  }

  /** Makes the clinic of the following calls and a key of each role for it. */
  async use(clinic: Clinic): Promise<void> {
    this.clinic = clinic;
    this.keys.set(Role.ADMINISTRATOR, this.gateway.business.secretKey);
    this.keys.set(Role.PUBLIC, this.gateway.business.publishableKey);
    const grants = {
      [Role.LOCATION_SUPER_USER]: { locationIds: [numberOf(clinic.locationId)] },
      [Role.STAFF_USER]: { staffId: numberOf(clinic.staffId) },
      [Role.CLIENT]: { clientId: numberOf(clinic.clientId) },
    };
    for (const [role, grant] of Object.entries(grants) as [Role, object][])
      this.keys.set(role, await this.gateway.key(role, grant));
  }

  /** The mutations for which the table has a recipe. */
  mutations(): string[] {
    return [...new Set([...this.recipes.map(([name]) => name), ...WITHOUT_INPUT])].sort();
  }

  rows(): RoleRow[] {
    const names = [...this.recipes.map(([name]) => name), ...WITHOUT_INPUT];
    return names.flatMap((mutation, index) =>
      Object.keys(INPUT_PERMISSIONS[mutation] ?? {}).map((role) => ({
        role: role as Role,
        mutation,
        callOf: () => this.callOf(role as Role, mutation, this.recipes[index]?.[1]),
      })),
    );
  }

  private async callOf(
    role: Role,
    mutation: string,
    inputOf?: () => Promise<object>,
  ): Promise<Call> {
    if (role === Role.GUEST) return this.callOfGuest(mutation);
    const key = this.keys.get(role) as string;
    if (!inputOf) return { variables: await this.argumentsOf(mutation), key };
    const { idempotencyKey: _, ...given } = (await inputOf()) as Record<string, unknown>;
    const adapt = this.adaptations()[role]?.[mutation] ?? ((input: Inputs) => input);
    const input = permittedPart(await adapt(given), INPUT_PERMISSIONS[mutation]?.[role]);
    return { variables: { input }, key };
  }

  private async argumentsOf(mutation: string): Promise<Inputs> {
    if (mutation === 'exchangeManageToken') return { token: await this.linkToken() };
    const { created } = await change(
      this.gateway,
      'createApiKey',
      { name: 'To be revoked', role: 'ADMINISTRATOR' },
      'created { apiKey { keyId } }',
    );
    return { keyId: created.apiKey.keyId };
  }

  /** A guest's key is the access to the appointment that the call is about. */
  private async callOfGuest(mutation: string): Promise<Call> {
    const appointmentId = await this.visit();
    const token = await this.linkToken(appointmentId);
    const { exchangeManageToken } = await this.gateway.data(
      'mutation ($token: String!) { exchangeManageToken(token: $token) { access { accessToken } } }',
      { token },
      { key: null },
    );
    const inputs: Readonly<Record<string, object>> = {
      cancelAppointment: { id: appointmentId },
      rescheduleAppointment: { id: appointmentId, start: this.free() },
    };
    const input = inputs[mutation];
    return {
      variables: input ? { input } : { token },
      key: exchangeManageToken.access.accessToken,
    };
  }

  private async linkToken(appointmentId?: string): Promise<string> {
    const id = appointmentId ?? (await this.visit());
    const { appointment } = await this.gateway.data(
      'query ($id: ID!) { appointment(id: $id) { manageUrl } }',
      { id },
    );
    return appointment.manageUrl.split('#')[1];
  }

  /** A free day that no recipe uses. */
  private free(): string {
    return new Date(Date.UTC(2050, 0, 1, 15) + 86_400_000 * (this.days += 1)).toISOString();
  }

  private async visit(): Promise<string> {
    return (await book(this.gateway, this.clinic, this.free())).appointment.id;
  }

  private adaptations(): Partial<Record<Role, Readonly<Record<string, Adapt>>>> {
    const { clinic } = this;
    const forOneself = without('client');
    const owns = (ownerId: string): Readonly<Record<string, Adapt>> => ({
      createCalendarFeed: async () => {
        await change(this.gateway, 'createCalendarFeed', { ownerId });
        await change(this.gateway, 'revokeCalendarFeed', { ownerId });
        return { ownerId };
      },
      revokeCalendarFeed: async () => {
        await change(this.gateway, 'createCalendarFeed', { ownerId });
        return { ownerId };
      },
    });
    return {
      [Role.LOCATION_SUPER_USER]: owns(clinic.locationId),
      [Role.STAFF_USER]: {
        ...owns(clinic.staffId),
        createTimeOff: (input) => ({ ...input, staffIds: [clinic.staffId] }),
      },
      [Role.CLIENT]: {
        ...owns(clinic.clientId),
        ...this.withSecrets(Role.CLIENT),
        createAppointment: forOneself,
        createRecurringAppointment: forOneself,
      },
      [Role.PUBLIC]: {
        ...this.withSecrets(Role.PUBLIC),
        createAppointment: without('additionalStaffIds'),
      },
    };
  }

  /** Holds and waitlist entries that a client or the public makes itself. */
  private withSecrets(role: Role): Readonly<Record<string, Adapt>> {
    const key = this.keys.get(role) as string;
    const isClient = role === Role.CLIENT;
    const { gateway, clinic } = this;
    const held = async (): Promise<string> => {
      const { locationId, reasonId, staffId } = clinic;
      const input = { locationId, reasonId, staffId, start: this.free(), holdSecret: SECRET };
      return (await change(gateway, 'holdAppointment', input, 'appointment { id }', key))
        .appointment.id;
    };
    const waiting = (input: Inputs): Inputs => ({
      ...input,
      client: undefined,
      times: [this.free()],
      claimSecret: SECRET,
      ...(isClient
        ? {}
        : {
            client: {
              firstName: 'New',
              lastName: 'Waiter',
              emailAddress: `waits-${this.days}@example.com`,
            },
          }),
    });
    const joined = async (): Promise<{ id: string; start: string }> => {
      const [, inputOf] = this.recipes.find(([name]) => name === 'joinWaitlist') as Recipe;
      const { idempotencyKey: _, ...input } = waiting((await inputOf()) as Inputs);
      const { waitlistEntry } = await change(
        gateway,
        'joinWaitlist',
        input,
        'waitlistEntry { id }',
        key,
      );
      return { id: waitlistEntry.id, start: (input.times as string[])[0] as string };
    };
    return {
      holdAppointment: (input) => ({ ...input, holdSecret: SECRET }),
      bookAppointment: async ({ client }) => ({
        id: await held(),
        holdSecret: SECRET,
        client: isClient ? undefined : client,
      }),
      releaseHold: async () => ({ id: await held(), holdSecret: SECRET }),
      joinWaitlist: waiting,
      leaveWaitlist: async () => ({ id: (await joined()).id, claimSecret: SECRET }),
      claimWaitlistInvitation: async () => {
        const { id, start } = await joined();
        await change(gateway, 'inviteFromWaitlist', {
          entryIds: [id],
          staffId: clinic.staffId,
          start,
        });
        return { id, claimSecret: SECRET };
      },
    };
  }
}

/** Returns the part of an input whose fields a role may set. */
function permittedPart(
  input: Inputs,
  permitted: '*' | ReadonlySet<string> | undefined,
  path = '',
): Inputs {
  if (permitted === '*' || permitted === undefined) return input;
  return Object.fromEntries(
    Object.entries(input)
      .filter(([name, value]) => value !== undefined && permitted.has(`${path}${name}`))
      .map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null && !Array.isArray(value)
          ? permittedPart(value as Inputs, permitted, `${path}${name}.`)
          : value,
      ]),
  );
}
