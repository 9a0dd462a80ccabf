import { find } from '../../src/db/table';
import { Claim } from '../../src/features/occupancy/claim.entity';
import { RecurringAppointment } from '../../src/features/recurring/recurring-appointment.entity';
import { LogEvent } from '../../src/log/event.entity';
import { addClinic, addReason, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

/**
 * Runs every mutation with each of its SQL statements failing in turn: it has all effects or none.
 */
onEachDatabase('a failing statement', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    // Background work could fail instead of the mutation.
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
  });

  const state = async () => {
    const businessId = gateway.business.business.rowId;
    const { db } = gateway.gateway;
    const { data } = await gateway.counted(`{
      appointments(first: 100) { nodes { id version status note start additionalStaff { id } } }
      clients(first: 100, filter: { includeDeleted: true }) {
        nodes { id fullName deleted modifiedAt }
      } staff(first: 100) { nodes { id fullName modifiedAt locations { id } } }
      locations { nodes { id primary modifiedAt } }
      reasons {
        nodes {
          id modifiedAt serviceStaff { staff { id } } resourceNeeds { options { units } }
          addOns { id } serviceLocations { active }
        }
      } appointmentSubStatuses { code } resources { nodes { id quantity modifiedAt } }
      resourceBundles { nodes { id modifiedAt items { units } } }
      schedulePeriods(first: 100) { nodes { id validFrom validTo modifiedAt } }
      dateOverrides(first: 100) { nodes { id modifiedAt } }
      classSchedules(first: 100) { nodes { id version status seatsLeft } }
      courseSets { nodes { id start } }
      webhooks(first: 100) { nodes { id active modifiedAt previousSecretUntil } }
      messageTemplates(filter: { languages: ["nl"] }) { text }
      messageSettings { clientReminderHours messages { enabled } }
      waitlistEntries(
        first: 100, filter: { statuses: [WAITING, INVITED, BOOKED, EXPIRED, REMOVED] }
      ) {
        nodes { id version status appointment { id } }
      } viewer { business { waitlistSettings { mode holdHours } } }
    }`);
    const byPosition = (await find(db, LogEvent, { businessId })).map(
      ({ type, appointmentId }) => `${type} ${appointmentId}`,
    );
    const claims = (await find(db, Claim, { businessId }))
      .map(({ appointmentId, subjectId, startMs }) => `${appointmentId} ${subjectId} ${startMs}`)
      .sort();
    return {
      data,
      events: byPosition.length,
      claims,
      series: await find(db, RecurringAppointment, { businessId }),
    };
  };

  let day = 0;
  const free = () => new Date(Date.UTC(2034, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString();
  /** Only a started visit can be completed. */
  const past = () => new Date(Date.UTC(2021, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString();
  const upper = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;

  const hours = () => ({
    validFrom: '2034-01-01',
    weekdays: ['MONDAY'],
    ranges: [{ start: '09:00', end: '17:00' }],
  });
  const added = async (mutation: string, input: object, field: string): Promise<string> =>
    (await change(gateway, mutation, input, `${field} { id }`))[field].id;
  const series = () => {
    const start = free();
    day += 3;
    return {
      reasonId: clinic.reasonId,
      locationId: clinic.locationId,
      staffId: clinic.staffId,
      clientId: clinic.clientId,
      start,
      rrule: 'FREQ=DAILY;COUNT=3',
    };
  };
  const period = () =>
    added('createSchedulePeriod', { ownerId: clinic.staffId, ...hours() }, 'schedulePeriod');
  const ofType = (reasonType: string) =>
    addReason(gateway, {
      reasonDesc: reasonType,
      reasonType,
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
  const sessions = async (reasonId: string) => ({
    reasonId,
    staffId: clinic.staffId,
    locationId: clinic.locationId,
    resourceId: await resource(),
    capacity: 5,
    starts: [free(), free()],
    idempotencyKey: `s${day}`,
  });
  /** A session with two attendees, and the session after it. */
  const attended = async (): Promise<string> => {
    const reasonId = await ofType('CLASS');
    const [{ id }] = (
      await change(
        gateway,
        'createClassSchedule',
        await sessions(reasonId),
        'classSchedules { id }',
      )
    ).classSchedules;
    for (const seats of [1, 2])
      await change(gateway, 'createAppointment', { reasonId, classScheduleId: id, seats });
    return id;
  };
  const webhook = async () =>
    (
      await change(
        gateway,
        'createWebhook',
        { url: 'https://hooks.example.com/', events: ['WAITLIST_JOINED'] },
        'created { webhook { id } }',
      )
    ).created.webhook.id;
  const template = (text: string) => ({
    kind: 'CONFIRMATION',
    channel: 'EMAIL',
    audience: 'CLIENT',
    language: 'nl',
    subject: text,
    text,
  });
  let popularId = '';
  const popular = async () =>
    (popularId ||= await addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [clinic.staffId],
    }));
  const waiter = async (start = free()) => {
    const client = {
      firstName: 'Somebody',
      lastName: `Who waits ${(waiters += 1)}`,
      emailAddress: `waits${waiters}@example.org`,
    };
    const { waitlistEntry } = await change(
      gateway,
      'joinWaitlist',
      { reasonId: await popular(), locationId: clinic.locationId, client, times: [start] },
      'waitlistEntry { id }',
    );
    return { id: waitlistEntry.id as string, start, reasonId: popularId };
  };
  let waiters = 0;
  const resource = () => added('createResource', { name: 'Room', quantity: 2 }, 'resource');

  it.each([
    [
      'createAppointment',
      async () => ({
        ...clinic,
        otherStaffId: undefined,
        start: free(),
        additionalStaffIds: [clinic.otherStaffId],
        idempotencyKey: `f${day}`,
        clientId: undefined,
        client: {
          firstName: 'New',
          lastName: `Client ${day}`,
          emailAddress: `new${day}@example.org`,
        },
      }),
    ],
    ['createClassSchedule', async () => sessions(await ofType('CLASS'))],
    ['createCourseSet', async () => sessions(await ofType('COURSE'))],
    [
      'updateClassSchedule',
      async () => ({
        id: await attended(),
        start: free(),
        staffId: clinic.otherStaffId,
        capacity: 9,
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'cancelClassSchedule',
      async () => ({ id: await attended(), scope: 'ALL', idempotencyKey: `f${day}` }),
    ],
    [
      'createAppointment',
      async () => {
        const reasonId = await ofType('COURSE');
        const { id } = (
          await change(gateway, 'createCourseSet', await sessions(reasonId), 'courseSet { id }')
        ).courseSet;
        return {
          reasonId,
          courseSetId: id,
          seats: 2,
          client: {
            firstName: 'New',
            lastName: `Pupil ${day}`,
            emailAddress: `pupil${day}@example.org`,
          },
          idempotencyKey: `f${day}`,
        };
      },
    ],
    [
      'rescheduleAppointment',
      async () => ({
        id: (await book(gateway, clinic, free())).appointment.id,
        start: free(),
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'updateAppointment',
      async () => ({
        id: (await book(gateway, clinic, free())).appointment.id,
        additionalStaffIds: [clinic.otherStaffId],
        note: 'changed',
      }),
    ],
    [
      'cancelAppointment',
      async () => ({
        id: (await book(gateway, clinic, free())).appointment.id,
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'completeAppointment',
      async () => ({ id: (await book(gateway, clinic, past())).appointment.id }),
    ],
    [
      'noShowAppointment',
      async () => ({ id: (await book(gateway, clinic, past())).appointment.id }),
    ],
    [
      'setAppointmentStatus',
      async () => ({
        id: (await book(gateway, clinic, free())).appointment.id,
        status: 'OPEN',
        subStatus: 'CONFIRMED',
      }),
    ],
    [
      'holdAppointment',
      async () => ({
        locationId: clinic.locationId,
        reasonId: clinic.reasonId,
        staffId: clinic.staffId,
        start: free(),
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'bookAppointment',
      async () => {
        const { holdAppointment } = await gateway.data(
          `mutation ($input: HoldAppointmentInput!) {
            holdAppointment(input: $input) { appointment { id } }
          }`,
          {
            input: {
              locationId: clinic.locationId,
              reasonId: clinic.reasonId,
              staffId: clinic.staffId,
              start: free(),
            },
          },
        );
        return {
          id: holdAppointment.appointment.id,
          client: {
            firstName: 'New',
            lastName: `Holder ${day}`,
            emailAddress: `held${day}@example.org`,
          },
          idempotencyKey: `b${day}`,
        };
      },
    ],
    [
      'createRecurringAppointment',
      async () => ({
        ...series(),
        clientId: undefined,
        idempotencyKey: `r${day}`,
        client: {
          firstName: 'New',
          lastName: `Regular ${day}`,
          emailAddress: `regular${day}@example.org`,
        },
      }),
    ],
    [
      'updateRecurringAppointment',
      async () => {
        const {
          recurringAppointment: { id },
          appointments: [, second],
        } = await change(
          gateway,
          'createRecurringAppointment',
          series(),
          'recurringAppointment { id } appointments { id start }',
        );
        return {
          id,
          scope: 'THIS_AND_FOLLOWING',
          appointmentId: second.id,
          start: new Date(Date.parse(second.start) + 3_600_000).toISOString(),
          note: 'later',
          idempotencyKey: `m${day}`,
        };
      },
    ],
    [
      'cancelRecurringAppointment',
      async () => ({
        id: await added('createRecurringAppointment', series(), 'recurringAppointment'),
        scope: 'ALL',
        idempotencyKey: `c${day}`,
      }),
    ],
    [
      'joinWaitlist',
      async () => ({
        reasonId: await popular(),
        client: {
          firstName: 'New',
          lastName: `Waiter ${day}`,
          emailAddress: `waiter${day}@example.org`,
        },
        times: [free()],
        idempotencyKey: `w${day}`,
      }),
    ],
    ['leaveWaitlist', async () => ({ id: (await waiter()).id })],
    [
      'inviteFromWaitlist',
      async () => {
        const { id, start } = await waiter();
        return { entryIds: [id], staffId: clinic.staffId, start, idempotencyKey: `i${day}` };
      },
    ],
    [
      'bookFromWaitlist',
      async () => {
        const { id, start } = await waiter();
        return { id, staffId: clinic.staffId, start, idempotencyKey: `i${day}` };
      },
    ],
    [
      'claimWaitlistInvitation',
      async () => {
        const { id, start } = await waiter();
        await change(gateway, 'inviteFromWaitlist', {
          entryIds: [id, (await waiter(start)).id],
          staffId: clinic.staffId,
          start,
        });
        return { id, idempotencyKey: `i${day}` };
      },
    ],
    [
      'cancelAppointment',
      async () => {
        const { id, start, reasonId } = await waiter();
        return {
          id: (await book(gateway, { ...clinic, reasonId }, start)).appointment.id,
          waitlistEntryIds: [id],
          idempotencyKey: `f${day}`,
        };
      },
    ],
    ['updateWaitlistSettings', async () => ({ holdHours: 7 })],
    ['createClient', async () => ({ firstName: 'a', lastName: 'b' })],
    ['updateClient', async () => ({ id: clinic.clientId, firstName: 'Aegon' })],
    [
      'createStaff',
      async () => ({
        userName: `u${(day += 1)}`,
        firstName: 'a',
        lastName: 'b',
        timeZone: 'UTC',
        locationIds: [clinic.locationId],
      }),
    ],
    ['updateStaff', async () => ({ id: clinic.otherStaffId, locationIds: [], firstName: 'Other' })],
    [
      'createReason',
      async () => ({ reasonDesc: 'x', visitMinutes: 5, staffIds: [clinic.staffId] }),
    ],
    [
      'setReasonStaff',
      async () => ({ reasonId: clinic.reasonId, staff: [{ staffId: clinic.staffId }] }),
    ],
    [
      'createTimeOff',
      async () => {
        await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 60 });
        const start = free();
        return {
          staffIds: [clinic.staffId, clinic.otherStaffId],
          start,
          end: new Date(Date.parse(start) + 3_600_000).toISOString(),
          idempotencyKey: `f${day}`,
        };
      },
    ],
    ['createSchedulePeriod', async () => ({ ownerId: clinic.staffId, ...hours() })],
    [
      'updateSchedulePeriod',
      async () => ({ id: await period(), effectiveFrom: '2034-02-01', weekdays: ['FRIDAY'] }),
    ],
    ['splitSchedulePeriod', async () => ({ id: await period(), date: '2034-02-01' })],
    ['deleteSchedulePeriod', async () => ({ id: await period() })],
    [
      'createDateOverride',
      async () => ({ ownerId: clinic.staffId, date: free().slice(0, 10), ranges: [] }),
    ],
    ['createResource', async () => ({ name: 'x', quantity: 3 })],
    ['updateResource', async () => ({ id: await resource(), quantity: 1 })],
    [
      'createResourceBundle',
      async () => ({ name: 'x', items: [{ resourceId: await resource() }] }),
    ],
    [
      'updateResourceBundle',
      async () => ({
        id: await added(
          'createResourceBundle',
          { name: 'x', items: [{ resourceId: await resource() }] },
          'resourceBundle',
        ),
        items: [{ resourceId: await resource(), units: 2 }],
      }),
    ],
    [
      'setReasonResources',
      async () => ({ reasonId: clinic.reasonId, needs: [{ options: [{ id: await resource() }] }] }),
    ],
    [
      'setReasonLocations',
      async () => ({ reasonId: clinic.reasonId, locations: [{ locationId: clinic.locationId }] }),
    ],
    [
      'setReasonAddOns',
      async () => ({
        reasonId: clinic.reasonId,
        addOnIds: [
          await addReason(gateway, { reasonDesc: 'Oil', reasonType: 'ADDON', visitMinutes: 5 }),
        ],
      }),
    ],
    ['createLocation', async () => ({ locationName: 'x', timeZone: 'UTC', primary: true })],
    ['saveMessageTemplate', async () => template(`${(day += 1)}`)],
    [
      'deleteMessageTemplate',
      async () => {
        const { subject: _, text: __, ...named } = template('x');
        await change(gateway, 'saveMessageTemplate', template('x'));
        return named;
      },
    ],
    [
      'updateMessageSettings',
      async () => ({
        clientReminderHours: (day += 1),
        messages: [
          { kind: 'THANK_YOU', channel: 'SMS', audience: 'CLIENT', enabled: day % 2 === 0 },
        ],
      }),
    ],
    ['createWebhook', async () => ({ url: 'https://hooks.example.com/', events: ['CREATED'] })],
    ['updateWebhook', async () => ({ id: await webhook(), active: false })],
    ['rotateWebhookSecret', async () => ({ id: await webhook() })],
    ['deleteWebhook', async () => ({ id: await webhook() })],
    ['replayWebhook', async () => ({ id: await webhook(), after: '0' })],
    ['createAppointmentSubStatus', async () => ({ code: 'X_1', label: 'x', status: 'OPEN' })],
  ] as [string, () => Promise<object>][])(
    'leaves %s with all effects or none',
    async (mutation, inputOf) => {
      const input = await inputOf();
      const query = `mutation ($input: ${upper(mutation)}Input!) {
        ${mutation}(input: $input) { userErrors { code message } }
      }`;
      const before = await state();
      let failures = 0;
      for (let fatal = 1; ; fatal += 1) {
        let sent = 0;
        const forget = gateway.gateway.signals.statementSent.on((text) => {
          // The log tail reads by itself, the key is read before the mutation, and expired holds
          // are released later in any case.
          if (/e\.seq >|log_head WHERE|api_key AS k|hold_expires_at IS NOT NULL/.test(text)) return;
          if ((sent += 1) === fatal) throw new Error('disk failure');
        });
        const { data, errors } = await gateway.run(query, { input }).finally(forget);
        if (sent < fatal) {
          expect([errors, data?.[mutation].userErrors]).toEqual([undefined, []]);
          break;
        }
        failures += 1;
        expect([fatal, errors?.[0]?.extensions.code]).toEqual([fatal, 'INTERNAL_SERVER_ERROR']);
        expect([fatal, await state()]).toEqual([fatal, before]);
      }
      expect(failures).toBeGreaterThan(0);
      expect(await state()).not.toEqual(before);
    },
  );
});
