import { isEnumType, isInterfaceType } from 'graphql';
import { Registry } from 'prom-client';
import { loadConfig } from '../../src/config';
import { Role, type Context } from '../../src/context';
import { entities } from '../../src/data-source';
import { snakeCase } from '../../src/db/naming';
import { tableOf } from '../../src/db/table';
import { ErrorCode } from '../../src/errors';
import { newKey } from '../../src/features/access/access.service';
import { BATCH_CHANGED } from '../../src/features/appointments/model/batch-event';
import { Appointment } from '../../src/features/appointments/model/appointment.entity';
import { toJson, withoutExtras } from '../../src/features/appointments/model/events';
import { readToken } from '../../src/features/calendar/calendar-feed.service';
import { ChangeType } from '../../src/features/changes/change';
import type { SessionEventType } from '../../src/features/classes/class.events';
import { accessTo, manageTokenOf } from '../../src/features/manage-links/manage-token';
import { entryToJson } from '../../src/features/waitlist/model/events';
import { WaitlistEntry } from '../../src/features/waitlist/model/waitlist-entry.entity';
import { claimUrlOf } from '../../src/features/waitlist/invitations/claim-token';
import { newSecret, signedHeaders } from '../../src/features/webhooks/signature';
import { eventName, standardBody, testBody } from '../../src/features/webhooks/webhook-body';
import { secretPurpose } from '../../src/features/webhooks/send-delivery';
import { jobHandlers } from '../../src/job-handlers';
import { cursorOf } from '../../src/log/cursor';
import type { LogEvent } from '../../src/log/event.entity';
import type { RowType } from '../../src/log/row-changes';
import { COMMITTED, NUMBERED } from '../../src/log/sequencer';
import { EventVisibility } from '../../src/log/visibility';
import { metricsOf } from '../../src/metrics';
import { gatewaySchema } from '../../src/schema';
import { createEncryption } from '../../src/services/encryption';
import { keyedRunOf } from '../../src/services/idempotency';
import { Signer, type Links } from '../../src/services/links';

const NOW = Date.UTC(2031, 0, 7);
/** A type error here means that a type of rows or of events was renamed, added or removed. */
const ROW_TYPES: Readonly<Record<RowType, null>> = {
  Client: null,
  DateOverride: null,
  Location: null,
  Reason: null,
  Resource: null,
  SchedulePeriod: null,
  Staff: null,
};
const SESSION_EVENTS: Readonly<Record<SessionEventType, null>> = {
  CREATED: null,
  UPDATED: null,
  RESCHEDULED: null,
  CANCELLED: null,
};

/** A row whose columns are all null, except the given ones. */
const rowOf = <E extends object>(entity: new () => E, columns: Partial<E>): E =>
  Object.assign(tableOf(entity).hydrate({}), columns);
const appointment = () =>
  rowOf(Appointment, { businessId: 1, rowId: 2, locationId: 3, reasonId: 4, staffId: 5 });
const entry = () =>
  rowOf(WaitlistEntry, {
    businessId: 1,
    rowId: 2,
    clientId: 3,
    reasonId: 4,
    locationId: 5,
    staffIds: [],
    times: [],
  });

/** Property names, with the column where it is not the property in snake case. */
const tables = () =>
  Object.fromEntries(
    entities.map((entity) => {
      const { name, columns } = tableOf<object>(entity);
      return [
        name,
        columns.map(({ property, name: column }) =>
          column === snakeCase(property) ? property : `${property}=${column}`,
        ),
      ];
    }),
  );

const enums = () =>
  Object.fromEntries(
    Object.values(gatewaySchema().getTypeMap())
      .filter((type) => isEnumType(type) && !type.name.startsWith('__'))
      .map((type) => [
        type.name,
        isEnumType(type)
          ? type
              .getValues()
              .map(({ name, value }) => (name === value ? name : `${name}=${String(value)}`))
          : [],
      ])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  );

/** Variables that `loadConfig` reads, from an environment that records each access. */
function variables(): string[] {
  const names = new Set<string>();
  const environment = new Proxy<Record<string, string>>(
    {},
    { get: (_, name) => void names.add(String(name)) },
  );
  loadConfig(environment);
  return [...names].sort();
}

/** Takes the place of services that a collector needs and does not use. */
const stub: unknown = new Proxy(() => undefined, { get: () => stub, apply: () => stub });

/** Names, types and labels of the gateway's own metrics. */
function metrics(): string[] {
  const added: string[] = [];
  const register = jest.spyOn(Registry.prototype, 'registerMetric').mockImplementation((metric) => {
    const { name, labelNames, constructor } = metric as unknown as {
      name: string;
      labelNames: string[];
      constructor: { name: string };
    };
    if (name.startsWith('slotgraph_'))
      added.push(`${constructor.name} ${name}{${labelNames.join(',')}}`);
  });
  try {
    metricsOf(stub as never).stop();
  } finally {
    register.mockRestore();
  }
  return added.sort();
}

/** The signed values of each link. A recording signer takes the place of the key. */
function signatures(): unknown[] {
  const signed: unknown[] = [];
  const signer = {
    sign: (...values: unknown[]) => (signed.push(values), 'x'.repeat(43)),
    vouches: (_: string, ...values: unknown[]) => (signed.push(values), true),
  };
  const links = { signer, manageUrl: (token: string) => token } as unknown as Links;
  const row = { ...appointment(), clientId: 6, endAt: NOW, startAt: NOW } as Appointment;
  const tokens = [
    claimUrlOf(links, entry()),
    manageTokenOf(links, row, NOW),
    accessTo(links, row, NOW).token,
  ];
  readToken(links, `1-2-${'x'.repeat(43)}`)?.fits('salt');
  return [...signed, ...tokens];
}

/**
 * The stored row of an idempotency key: its name and hash depend on the mutation's name and on the
 * form of the input.
 */
async function idempotency(role: Role): Promise<Record<string, unknown>> {
  const member = { businessId: 1, role, actor: 'key:1', actorName: 'key' };
  const context = { db: {}, now: () => NOW, idempotencyKey: null, member, viewer: member };
  const input = {
    idempotencyKey: 'key',
    id: 'Appointment:1',
    reason: null,
    list: [{ b: 1, a: 2 }],
  };
  const run = keyedRunOf(context as unknown as Context, {
    name: 'cancelAppointment',
    responseKey: 'alias',
    args: { input },
  });
  let row: Record<string, any> = {};
  const insert = async (_: unknown, rows: Record<string, any>[]) => void (row = rows[0] ?? {});
  await run?.add({ insert } as never, 'result');
  const { key, actor, inputHash, answer } = row;
  const opened = createEncryption('key').open(answer.sealed, `idempotency 1 ${actor} ${key}`);
  return { key, actor, inputHash, opened };
}

/** The keys of an object and of the objects in it. */
const keysOf = (value: unknown, path = ''): string[] =>
  value === null || typeof value !== 'object' || Array.isArray(value)
    ? [path]
    : Object.entries(value).flatMap(([key, inner]) => keysOf(inner, path ? `${path}.${key}` : key));

/** The keys of webhook bodies for an event of each kind. */
function bodies(): Record<string, string[]> {
  const event = (columns: Partial<LogEvent>): LogEvent =>
    ({
      occurredAt: NOW,
      cursor: '1',
      actor: 'key',
      reason: null,
      changes: {},
      snapshot: {},
      appointmentId: null,
      ...columns,
    }) as LogEvent;
  const body = (columns: Partial<LogEvent>) =>
    keysOf(
      JSON.parse(
        standardBody({
          event: event(columns),
          visibility: EventVisibility.STAYED,
          ofAppointment: true,
        } as never),
      ),
    );
  const snapshot = toJson(withoutExtras(appointment()));
  return {
    appointment: body({ type: 'CREATED', appointmentId: 2, snapshot }),
    waitlistEntry: body({
      type: 'WAITLIST_JOINED',
      snapshot: { waitlistEntry: entryToJson(entry()) },
    }),
    row: body({
      type: 'CLIENT_UPDATED',
      entityType: 'Client',
      entityId: 2,
      snapshot: { firstName: 'Ada', modifiedAt: NOW, fieldValues: null },
    }),
    test: keysOf(JSON.parse(testBody(NOW))),
  };
}

const eventTypes = (): string[] => [
  ...Object.keys(SESSION_EVENTS).map((type) => `ClassSchedule ${type}`),
  ...Object.keys(ROW_TYPES).map((type) => `row ${type}`),
  `batch ${BATCH_CHANGED}`,
];

/** Webhook event names by the types of events. */
const webhookEvents = (): string[] =>
  [...(enums().BookingEventType as string[]), ...Object.values(ChangeType)].map(
    (type) => `${type}=${eventName(type)}`,
  );

const secret = Buffer.alloc(24, 7);

/** The groups of frozen strings, each with the function that collects it from the code. */
export const COLLECTORS: readonly (readonly [string, () => unknown])[] = [
  ['tables and columns', tables],
  ['enum values', enums],
  ['error codes', () => Object.values(ErrorCode)],
  ['mutations', () => Object.keys(gatewaySchema().getMutationType()?.getFields() ?? {}).sort()],
  [
    'types in ids',
    () => {
      const node = gatewaySchema().getType('Node');
      return isInterfaceType(node)
        ? gatewaySchema()
            .getPossibleTypes(node)
            .map(({ name }) => name)
            .sort()
        : [];
    },
  ],
  ['event types', eventTypes],
  ['webhook events', webhookEvents],
  ['webhook bodies', bodies],
  [
    'webhook headers',
    () => signedHeaders('msg_1', NOW, Buffer.from('{}'), [newSecret(() => secret)]),
  ],
  ['job kinds', () => jobHandlers({ carriers: {} } as never).map(({ kind }) => kind)],
  ['environment variables', variables],
  ['metrics', metrics],
  ['notification channels', () => [COMMITTED, NUMBERED]],
  ['log cursors', () => [cursorOf(0, 7), cursorOf(255, 7)]],
  [
    'secrets',
    () => [
      newSecret(() => secret),
      newKey('SECRET', 1, () => secret),
      newKey('PUBLISHABLE', 1, () => secret),
    ],
  ],
  ['signed values and tokens', signatures],
  ['signature', () => new Signer('key').sign('purpose', 1, null, 'text')],
  ['sealing purposes', () => [secretPurpose({ businessId: 1, rowId: 2 })]],
  ['snapshots of appointments', () => keysOf(toJson(withoutExtras(appointment())))],
  ['idempotency of members', () => idempotency(Role.ADMINISTRATOR)],
  ['idempotency of publishable keys', () => idempotency(Role.PUBLIC)],
];
