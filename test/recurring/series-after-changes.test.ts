import { addClient, addClinic, addReason, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(120_000);

interface Series {
  readonly clinic: Clinic;
  readonly id: string;
  readonly parts: readonly { readonly id: string; readonly start: string }[];
}

const HOUR = 3_600_000;
const later = (start: string, ms: number) => new Date(Date.parse(start) + ms).toISOString();

/** Mutations of a series answer what they write or refuse, whatever was changed in it before. */
onEachDatabase('A series after other changes', (gateway) => {
  let made = 0;

  /** Changes of the clinic or of single appointments, of which a series knows nothing. */
  const CHANGES: Readonly<Record<string, (series: Series) => Promise<unknown>>> = {
    'its client is deleted': ({ clinic }) =>
      change(gateway, 'deleteClient', { id: clinic.clientId }),
    'one appointment is for another client': async ({ parts }) =>
      change(gateway, 'updateAppointment', {
        id: parts[0]!.id,
        clientId: await addClient(gateway, { firstName: 'Other', lastName: `Client ${made}` }),
      }),
    'one appointment starts within a minute': ({ parts: [first] }) =>
      change(gateway, 'rescheduleAppointment', {
        id: first!.id,
        start: later(first!.start, 1_500),
        override: true,
      }),
    'its staff member has left': ({ clinic }) =>
      change(gateway, 'updateStaff', { id: clinic.staffId, locationIds: [], active: false }),
    'its staff member no longer serves': ({ clinic }) =>
      change(gateway, 'setReasonStaff', {
        reasonId: clinic.reasonId,
        staff: [{ staffId: clinic.otherStaffId }],
      }),
    'its reason is no longer booked': ({ clinic }) =>
      change(gateway, 'updateReason', { id: clinic.reasonId, status: 'DEACTIVE' }),
    'its location takes no appointments': ({ clinic }) =>
      change(gateway, 'updateLocation', { id: clinic.locationId, active: false }),
    'its reason needs a resource': async ({ clinic }) => {
      const { resource } = await change(
        gateway,
        'createResource',
        { name: 'Room', quantity: 1, locationId: clinic.locationId },
        'resource { id }',
      );
      await change(gateway, 'setReasonResources', {
        reasonId: clinic.reasonId,
        needs: [{ options: [{ id: resource.id }] }],
      });
    },
    'one appointment has additional and blocked staff': async ({ clinic, parts }) => {
      await change(gateway, 'updateAppointment', {
        id: parts[1]!.id,
        additionalStaffIds: [clinic.otherStaffId],
      });
      await change(gateway, 'updateAppointment', {
        id: parts[2]!.id,
        blockedStaffIds: [clinic.otherStaffId],
      });
    },
    'one appointment is cancelled and one deleted': async ({ parts }) => {
      await change(gateway, 'cancelAppointment', { id: parts[1]!.id });
      await change(gateway, 'setAppointmentStatus', { id: parts[2]!.id, status: 'DELETED' });
    },
    'one appointment is for another reason': async ({ clinic, parts }) =>
      change(gateway, 'updateAppointment', {
        id: parts[1]!.id,
        reasonId: await addReason(gateway, {
          reasonDesc: `Other ${made}`,
          visitMinutes: 30,
          staffIds: [clinic.staffId],
        }),
      }),
    'it is split': ({ id, parts }) =>
      change(gateway, 'updateRecurringAppointment', {
        id,
        scope: 'THIS_AND_FOLLOWING',
        appointmentId: parts[1]!.id,
        note: 'Split',
      }),
    'one appointment has moved behind the others': ({ parts }) =>
      change(gateway, 'rescheduleAppointment', {
        id: parts[0]!.id,
        start: later(parts[2]!.start, 2 * HOUR),
      }),
    'its staff member has another time zone': ({ clinic }) =>
      change(gateway, 'updateStaff', { id: clinic.staffId, timeZone: 'Asia/Tokyo' }),
    'the other staff member is taken': ({ clinic, parts }) =>
      change(gateway, 'holdAppointment', {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        staffId: clinic.otherStaffId,
        start: parts[1]!.start,
      }),
  };

  const COMMANDS: Readonly<Record<string, (series: Series) => [mutation: string, input: object]>> =
    {
      'cancels all': () => ['cancelRecurringAppointment', { scope: 'ALL' }],
      'cancels those that follow': ({ parts }) => [
        'cancelRecurringAppointment',
        { scope: 'THIS_AND_FOLLOWING', appointmentId: parts[1]!.id },
      ],
      'moves those that follow': ({ parts }) => [
        'updateRecurringAppointment',
        {
          scope: 'THIS_AND_FOLLOWING',
          appointmentId: parts[1]!.id,
          start: later(parts[1]!.start, HOUR),
          onConflict: 'SKIP_CONFLICTS',
        },
      ],
      'assigns all to another staff member': ({ clinic }) => [
        'updateRecurringAppointment',
        { scope: 'ALL', staffId: clinic.otherStaffId, onConflict: 'SKIP_CONFLICTS' },
      ],
    };

  async function addSeries(): Promise<Series> {
    const clinic = await addClinic(gateway, `${(made += 1)}`);
    const { reasonId, locationId, staffId, clientId } = clinic;
    const { recurringAppointment, appointments } = await change(
      gateway,
      'createRecurringAppointment',
      {
        reasonId,
        locationId,
        staffId,
        clientId,
        start: '2034-02-01T15:00:00Z',
        rrule: 'FREQ=DAILY;COUNT=3',
      },
      'recurringAppointment { id } appointments { id start }',
    );
    return { clinic, id: recurringAppointment.id, parts: appointments };
  }

  const REFUSALS = [
    'INVALID_INPUT',
    'TIME_UNAVAILABLE',
    'RULE_VIOLATED',
    'ILLEGAL_TRANSITION',
    'NOT_FOUND',
  ];
  const SELECTION = `
    recurringAppointment {
      id version durationMinutes staff { id } client { id } reason { id } location { id }
    }
    appointments { id version start status }
    conflicts { start explanation { bookable } appointment { id } }
    userErrors { code }`;

  const cases = Object.keys(CHANGES).flatMap((before) =>
    Object.keys(COMMANDS).map((then) => [before, then] as const),
  );
  it.each(cases)(
    'where %s: a mutation %s, and its retry answers the same',
    async (before, then) => {
      const series = await addSeries();
      await CHANGES[before]!(series);
      const [mutation, given] = COMMANDS[then]!(series);
      const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
      const input = { ...given, id: series.id, idempotencyKey: `key ${made}` };
      const send = () =>
        gateway.run(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${SELECTION} } }`, {
          input,
        });

      const first = await send();
      const again = await send();

      const codes = [
        ...(first.errors ?? []).map(({ extensions }) => extensions.code),
        ...(first.data?.[mutation]?.userErrors ?? []).map(({ code }: { code: string }) => code),
      ];
      expect(codes.filter((code) => !REFUSALS.includes(code))).toEqual([]);
      expect(again).toEqual(first);
    },
  );
});
