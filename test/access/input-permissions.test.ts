import {
  getNamedType,
  isInputObjectType,
  isListType,
  isRequiredInputField,
  getNullableType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
} from 'graphql';
import { Role } from '../../src/context';
import { INPUT_PERMISSIONS } from '../../src/features/access/input-permissions';
import { gatewaySchema } from '../../src/schema';
import { sql } from '../../src/db/sql';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { keysOf } from '../support/fixtures/keys';

jest.setTimeout(120_000);

const mutations = gatewaySchema().getMutationType()!.getFields();

const SCALARS: Readonly<Record<string, unknown>> = {
  Boolean: true,
  Int: 2,
  Float: 1.5,
  String: 'text',
  ID: 'Appointment:1',
  DateTime: '2031-06-01T12:00:00Z',
  LocalDate: '2031-06-01',
  TimeOfDay: '09:00',
  LocalDateTime: '2031-06-01T09:00',
  Decimal: '1.00',
};

/** Returns a value of an input's type, with the required fields of nested inputs only. */
function valueOf({ type }: Pick<GraphQLInputField, 'type'>): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [valueOf({ type: nullable.ofType as never })];
  const named = getNamedType(nullable);
  if (isInputObjectType(named)) return requiredOf(named);
  if ('getValues' in named) return named.getValues()[0]?.name;
  return SCALARS[named.name];
}

const requiredOf = (type: GraphQLInputObjectType): Record<string, unknown> =>
  Object.fromEntries(
    Object.values(type.getFields())
      .filter((field) => isRequiredInputField(field) || type.isOneOf)
      .slice(0, type.isOneOf ? 1 : undefined)
      .map((field) => [field.name, valueOf(field)]),
  );

interface Place {
  readonly path: readonly string[];
  readonly fields: readonly GraphQLInputField[];
}

/** Lists every field of an input at any depth; a recursive input once. */
function placesIn(
  type: GraphQLInputObjectType,
  path: readonly string[] = [],
  fields: readonly GraphQLInputField[] = [],
  trail: readonly string[] = [],
): Place[] {
  if (trail.includes(type.name)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const own = { path: [...path, field.name], fields: [...fields, field] };
    const inner = getNamedType(field.type);
    return [
      own,
      ...(isInputObjectType(inner)
        ? placesIn(inner, own.path, own.fields, [...trail, type.name])
        : []),
    ];
  });
}

/** Returns an input with the field at a path set, and without every other optional field. */
function inputWith(
  type: GraphQLInputObjectType,
  [field, ...rest]: readonly GraphQLInputField[],
): Record<string, unknown> {
  const inner = getNamedType((field as GraphQLInputField).type);
  const value =
    rest.length && isInputObjectType(inner)
      ? inputWith(inner, rest)
      : valueOf(field as GraphQLInputField);
  const isList = rest.length > 0 && isListType(getNullableType((field as GraphQLInputField).type));
  return {
    ...(type.isOneOf ? {} : requiredOf(type)),
    [(field as GraphQLInputField).name]: isList ? [value] : value,
  };
}

const ROLES = [Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT, Role.GUEST, Role.PUBLIC];

onEachDatabase('input permissions', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    keys = await keysOf(gateway, clinic);
    await gateway.logged();
  });

  const written = async (): Promise<unknown> =>
    (
      await gateway.gateway.db.all(sql`SELECT
    (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM appointment) AS appointments, (SELECT count(*) FROM client) AS clients,
    (SELECT count(*) FROM api_key) AS keys, (SELECT count(*) FROM idempotency_key) AS requests`)
    )[0];

  it('lists every mutation', () => {
    expect(Object.keys(INPUT_PERMISSIONS).sort()).toEqual(Object.keys(mutations).sort());
  });

  it('lists fields that exist', () => {
    for (const [mutation, permissions] of Object.entries(INPUT_PERMISSIONS)) {
      const places = new Set(
        mutations[mutation]!.args.flatMap(({ type }) => {
          const named = getNamedType(type);
          return isInputObjectType(named) ? placesIn(named).map(({ path }) => path.join('.')) : [];
        }),
      );
      const listed = Object.values(permissions).flatMap((permitted) =>
        permitted === '*' ? [] : [...permitted],
      );
      expect([mutation, listed.filter((name) => !places.has(name))]).toEqual([mutation, []]);
    }
  });

  it.each(ROLES)(
    'refuses a %s every field that is not listed, at its path, and writes nothing',
    async (role) => {
      const before = await written();
      let refused = 0;

      for (const [mutation, { args }] of Object.entries(mutations)) {
        const permitted = INPUT_PERMISSIONS[mutation]?.[role];
        const type = getNamedType(args[0]!.type);
        if (permitted === '*' || !isInputObjectType(type)) continue;
        const document = `mutation ($input: ${type.name}!) {
          ${mutation}(input: $input) { userErrors { code path } }
        }`;
        const places = permitted
          ? placesIn(type).filter(
              ({ path }) =>
                !permitted.has(path.join('.')) &&
                (path.length === 1 || permitted.has(path.slice(0, -1).join('.'))),
            )
          : [null];
        for (const place of places) {
          const input = place ? inputWith(type, place.fields) : requiredOf(type);
          const { data, errors } = await gateway.run(document, { input }, { key: keys[role] });
          const [error] = data?.[mutation]?.userErrors ?? [];
          const found = error?.path.filter((step: string) => !/^\d+$/.test(step));
          // A role that may not call the mutation at all is a fault of the calling program.
          expect([
            mutation,
            place?.path,
            errors?.[0]?.extensions.code ?? [error?.code, found],
          ]).toEqual([
            mutation,
            place?.path,
            place ? ['INSUFFICIENT_PERMISSION', ['input', ...place.path]] : 'FORBIDDEN',
          ]);
          refused += 1;
        }
      }

      expect(refused).toBeGreaterThan(20);
      expect(await written()).toEqual(before);
    },
  );

  it.each([
    'createClassSchedule',
    'updateClassSchedule',
    'cancelClassSchedule',
    'createCourseSet',
    'createResource',
    'updateResource',
    'createResourceBundle',
    'updateResourceBundle',
    'setViewableClients',
  ])('restricts %s to administrators and location super users', (mutation) => {
    expect(Object.keys(INPUT_PERMISSIONS[mutation]!).sort()).toEqual([
      Role.ADMINISTRATOR,
      Role.LOCATION_SUPER_USER,
    ]);
  });

  it.each([
    'paymentReference',
    'paidAmount',
    'meetingUrl',
    'staffReminderHours',
    'remindStaffSmsHours',
    'externalEventId',
    'batchId',
    'invitationId',
    'jobRequisitionId',
    'price',
    'taxAmount',
    'transactionFee',
    'color',
    'coordinatorStaffId',
    'additionalStaffIds',
    'end',
    'sendConfirmationToClient',
    'sendConfirmationToStaff',
  ])('restricts %s to staff', (field) => {
    for (const role of [Role.CLIENT, Role.PUBLIC, Role.GUEST]) {
      for (const mutation of [
        'createAppointment',
        'holdAppointment',
        'bookAppointment',
        'updateAppointment',
        'rescheduleAppointment',
        'createRecurringAppointment',
        'updateRecurringAppointment',
      ]) {
        const permitted = INPUT_PERMISSIONS[mutation]?.[role];
        expect([role, mutation, permitted === '*' || permitted?.has(field)]).toEqual([
          role,
          mutation,
          permitted ? false : undefined,
        ]);
      }
    }
  });
});
