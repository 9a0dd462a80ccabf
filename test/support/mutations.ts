import { WebhookDelivery, WebhookDeliveryState } from '../../src/features/webhooks/webhook.entity';
import { Job, JobState } from '../../src/jobs/job.entity';
import { insert } from '../../src/db/table';
import { addReason, book, change, type Clinic } from './clinic';
import type { TestGateway } from './gateway';
import { numberOf } from './ids';

/** Adds a delivery that succeeded. */
async function delivered(gateway: TestGateway, webhookId: string): Promise<string> {
  const { db, ids } = gateway.gateway;
  const rowId = await ids.next('webhook_delivery');
  await db.transaction((tx) =>
    insert(tx, WebhookDelivery, {
      businessId: gateway.business.business.rowId,
      rowId,
      webhookId: numberOf(webhookId),
      generation: 0,
      seq: null,
      appointmentId: null,
      about: null,
      messageId: `msg_${rowId}`,
      eventType: 'test',
      body: '{}',
      state: WebhookDeliveryState.DELIVERED,
      queued: false,
      round: 0,
      attemptCount: 1,
      responseStatus: 200,
      nextAttemptAt: null,
      error: null,
      createdAt: 1,
      finishedAt: 1,
    }),
  );
  return `WebhookDelivery:${rowId}`;
}

/** Adds a job that has failed permanently. */
async function deadJob(gateway: TestGateway): Promise<string> {
  const { db, ids } = gateway.gateway;
  // Beyond the numbers that the queue assigns.
  const rowId = 1_000_000 + (await ids.next('job'));
  await db.transaction((tx) =>
    insert(tx, Job, {
      businessId: gateway.business.business.rowId,
      rowId,
      kind: 'test',
      key: `test ${rowId}`,
      payload: {},
      orderingKey: null,
      groupKey: null,
      groupLimit: null,
      state: JobState.DEAD,
      runAt: 1,
      attempts: 3,
      fence: 3,
      leaseOwner: null,
      leaseUntil: null,
      lastError: 'gone',
      createdAt: 1,
      finishedAt: 1,
    }),
  );
  return `Job:${rowId}`;
}

const LANGUAGES = ['nl', 'de', 'fr', 'es', 'it', 'pt', 'pl', 'sv', 'da', 'fi'];

/**
 * A mutation and the recipe of its input: each call returns an input that is accepted once. One
 * that `writes` in its own transaction fails as a whole; `alike` ones write as others do.
 */
export type Recipe = readonly [
  name: string,
  inputOf: () => Promise<object>,
  kind: 'writes' | 'alike',
];

/**
 * Returns a recipe for each mutation that takes an input. `clinic` is read when an input is made.
 */
export function mutationRecipes(gateway: TestGateway, clinic: () => Clinic): Recipe[] {
  let day = 0;
  let language = 0;
  let pastDay = 0;
  /** Only a started visit can be completed. */
  const past = () => new Date(Date.UTC(2021, 0, 1, 15) + 86_400_000 * (pastDay += 1)).toISOString();
  const free = () => new Date(Date.UTC(2034, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString();
  const hours = () => ({
    locationId: clinic().locationId,
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
      reasonId: clinic().reasonId,
      locationId: clinic().locationId,
      staffId: clinic().staffId,
      start,
      rrule: 'FREQ=DAILY;COUNT=3',
    };
  };
  const period = () =>
    added('createSchedulePeriod', { ownerId: clinic().staffId, ...hours() }, 'schedulePeriod');
  const ofType = (reasonType: string) =>
    addReason(gateway, {
      reasonDesc: reasonType,
      reasonType,
      visitMinutes: 60,
      staffIds: [clinic().staffId],
    });
  const sessions = async (reasonId: string) => ({
    reasonId,
    staffId: clinic().staffId,
    locationId: clinic().locationId,
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
    language: LANGUAGES[(language += 1) % LANGUAGES.length],
    subject: text,
    text,
  });
  const popularOf = new Map<string, string>();
  const popular = async () => {
    const { staffId } = clinic();
    const known =
      popularOf.get(staffId) ??
      (await addReason(gateway, {
        reasonDesc: 'Popular',
        visitMinutes: 45,
        allowWaitList: true,
        staffIds: [clinic().staffId],
      }));
    popularOf.set(staffId, known);
    return known;
  };
  const waiter = async (start = free(), clientId?: string) => {
    const client = clientId
      ? undefined
      : {
          firstName: 'Somebody',
          lastName: `Who waits ${(waiters += 1)}`,
          emailAddress: `waits${waiters}@example.org`,
        };
    const { waitlistEntry } = await change(
      gateway,
      'joinWaitlist',
      {
        reasonId: await popular(),
        locationId: clinic().locationId,
        client,
        clientId,
        times: [start],
      },
      'waitlistEntry { id }',
    );
    return { id: waitlistEntry.id as string, start, reasonId: await popular() };
  };
  let waiters = 0;
  const resource = () =>
    added(
      'createResource',
      { name: 'Room', quantity: 2, locationId: clinic().locationId },
      'resource',
    );
  /** A client with a past visit, whom staff of the clinic see. */
  const client = async (mark: string) => {
    const clientId = await added(
      'createClient',
      { firstName: 'New', lastName: `${mark} ${(day += 1)}` },
      'client',
    );
    await book(gateway, clinic(), past(), { clientId });
    return clientId;
  };
  const closed = () => ({
    ownerId: clinic().staffId,
    locationId: clinic().locationId,
    date: free().slice(0, 10),
    ranges: [],
  });
  const override = () => added('createDateOverride', closed(), 'dateOverride');
  const field = () =>
    added('createCustomField', { label: `Field ${(day += 1)}`, dataType: 'TXT' }, 'customField');
  const request = async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Asks',
      visitMinutes: 45,
      slotStepMinutes: 15,
      staffIds: [clinic().staffId],
      requiresStaffConfirmation: true,
    });
    const guest = {
      clientId: null,
      client: { firstName: 'Asks', lastName: `${day}`, emailAddress: `asks${day}@example.org` },
    };
    const { appointment, userErrors } = await book(
      gateway,
      { ...clinic(), reasonId },
      free(),
      guest,
      gateway.business.publishableKey,
    );
    if (!appointment) throw new Error(JSON.stringify(userErrors));
    return appointment.id as string;
  };

  const writes: [string, () => Promise<object>][] = [
    [
      'createAppointment',
      async () => ({
        ...clinic(),
        otherStaffId: undefined,
        start: free(),
        additionalStaffIds: [clinic().otherStaffId],
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
        staffId: clinic().otherStaffId,
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
        id: (await book(gateway, clinic(), free())).appointment.id,
        start: free(),
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'updateAppointment',
      async () => ({
        id: (await book(gateway, clinic(), free())).appointment.id,
        additionalStaffIds: [clinic().otherStaffId],
        note: 'changed',
      }),
    ],
    [
      'cancelAppointment',
      async () => ({
        id: (await book(gateway, clinic(), free())).appointment.id,
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'completeAppointment',
      async () => ({ id: (await book(gateway, clinic(), past())).appointment.id }),
    ],
    [
      'noShowAppointment',
      async () => ({ id: (await book(gateway, clinic(), past())).appointment.id }),
    ],
    [
      'setAppointmentStatus',
      async () => ({
        id: (await book(gateway, clinic(), free())).appointment.id,
        status: 'OPEN',
        subStatus: 'CONFIRMED',
      }),
    ],
    [
      'holdAppointment',
      async () => ({
        locationId: clinic().locationId,
        reasonId: clinic().reasonId,
        staffId: clinic().staffId,
        start: free(),
        idempotencyKey: `f${day}`,
      }),
    ],
    [
      'bookAppointment',
      async () => {
        const { holdAppointment } = await gateway.data(
          'mutation ($input: HoldAppointmentInput!) { holdAppointment(input: $input) { appointment { id } } }',
          {
            input: {
              locationId: clinic().locationId,
              reasonId: clinic().reasonId,
              staffId: clinic().staffId,
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
      'releaseHold',
      async () => {
        const { holdAppointment } = await gateway.data(
          'mutation ($input: HoldAppointmentInput!) { holdAppointment(input: $input) { appointment { id } } }',
          {
            input: {
              locationId: clinic().locationId,
              reasonId: clinic().reasonId,
              staffId: clinic().staffId,
              start: free(),
            },
          },
        );
        return { id: holdAppointment.appointment.id };
      },
    ],
    [
      'createRecurringAppointment',
      async () => ({
        ...series(),
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
          { ...series(), clientId: clinic().clientId },
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
        id: await added(
          'createRecurringAppointment',
          { ...series(), clientId: clinic().clientId },
          'recurringAppointment',
        ),
        scope: 'ALL',
        idempotencyKey: `c${day}`,
      }),
    ],
    [
      'joinWaitlist',
      async () => ({
        reasonId: await popular(),
        locationId: clinic().locationId,
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
        return { entryIds: [id], staffId: clinic().staffId, start, idempotencyKey: `i${day}` };
      },
    ],
    [
      'bookFromWaitlist',
      async () => {
        const { id, start } = await waiter(free(), await client('Waits'));
        return { id, staffId: clinic().staffId, start, idempotencyKey: `i${day}` };
      },
    ],
    [
      'claimWaitlistInvitation',
      async () => {
        const { id, start } = await waiter();
        await change(gateway, 'inviteFromWaitlist', {
          entryIds: [id, (await waiter(start)).id],
          staffId: clinic().staffId,
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
          id: (await book(gateway, { ...clinic(), reasonId }, start)).appointment.id,
          waitlistEntryIds: [id],
          idempotencyKey: `f${day}`,
        };
      },
    ],
    ['updateWaitlistSettings', async () => ({ holdHours: 7 })],
    ['createClient', async () => ({ firstName: 'a', lastName: 'b' })],
    ['updateClient', async () => ({ id: clinic().clientId, firstName: 'Aegon' })],
    [
      'createStaff',
      async () => ({
        userName: `u${(day += 1)}`,
        firstName: 'a',
        lastName: 'b',
        timeZone: 'UTC',
        locationIds: [clinic().locationId],
      }),
    ],
    [
      'updateStaff',
      async () => ({ id: clinic().otherStaffId, locationIds: [], firstName: 'Other' }),
    ],
    [
      'createReason',
      async () => ({ reasonDesc: 'x', visitMinutes: 5, staffIds: [clinic().staffId] }),
    ],
    [
      'setReasonStaff',
      async () => ({ reasonId: clinic().reasonId, staff: [{ staffId: clinic().staffId }] }),
    ],
    [
      'createTimeOff',
      async () => {
        await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 60 });
        const start = free();
        return {
          staffIds: [clinic().staffId, clinic().otherStaffId],
          start,
          end: new Date(Date.parse(start) + 3_600_000).toISOString(),
          idempotencyKey: `f${day}`,
        };
      },
    ],
    ['createSchedulePeriod', async () => ({ ownerId: clinic().staffId, ...hours() })],
    [
      'updateSchedulePeriod',
      async () => ({ id: await period(), effectiveFrom: '2034-02-01', weekdays: ['FRIDAY'] }),
    ],
    ['splitSchedulePeriod', async () => ({ id: await period(), date: '2034-02-01' })],
    ['deleteSchedulePeriod', async () => ({ id: await period() })],
    ['createDateOverride', async () => closed()],
    ['createResource', async () => ({ name: 'x', quantity: 3, locationId: clinic().locationId })],
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
      async () => ({
        reasonId: clinic().reasonId,
        needs: [{ options: [{ id: await resource() }] }],
      }),
    ],
    [
      'setReasonLocations',
      async () => ({
        reasonId: clinic().reasonId,
        locations: [{ locationId: clinic().locationId }],
      }),
    ],
    [
      'setReasonAddOns',
      async () => ({
        reasonId: clinic().reasonId,
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
        const saved = template('x');
        await change(gateway, 'saveMessageTemplate', saved);
        const { subject: _, text: __, ...named } = saved;
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
    [
      'createAppointmentSubStatus',
      async () => ({ code: `X_${(day += 1)}`, label: 'x', status: 'OPEN' }),
    ],
  ];
  const alike: [string, () => Promise<object>][] = [
    ['confirmAppointment', async () => ({ id: await request() })],
    ['declineAppointment', async () => ({ id: await request() })],
    ['createApiKey', async () => ({ name: 'A key', role: 'ADMINISTRATOR' })],
    ['createCalendarFeed', async () => ({ ownerId: await client('Fed') })],
    [
      'revokeCalendarFeed',
      async () => {
        const ownerId = await client('Fed');
        await change(gateway, 'createCalendarFeed', { ownerId });
        return { ownerId };
      },
    ],
    ['createCustomField', async () => ({ label: `Field ${(day += 1)}`, dataType: 'TXT' })],
    ['updateCustomField', async () => ({ id: await field(), label: `Other ${(day += 1)}` })],
    ['deleteCustomField', async () => ({ id: await field() })],
    ['deleteClient', async () => ({ id: await client('Gone') })],
    [
      'setViewableClients',
      async () => ({ clientId: await client('Sees'), viewableClientIds: [await client('Seen')] }),
    ],
    ['updateDateOverride', async () => ({ id: await override(), note: 'changed' })],
    ['deleteDateOverride', async () => ({ id: await override() })],
    ['removeWaitlistEntry', async () => ({ id: (await waiter()).id, reason: 'Moved away' })],
    ['testWebhook', async () => ({ id: await webhook() })],
    ['replayWebhookDelivery', async () => ({ id: await delivered(gateway, await webhook()) })],
    ['retryJob', async () => ({ id: await deadJob(gateway) })],
    [
      'updateLocation',
      async () => ({ id: clinic().locationId, locationName: `Office ${(day += 1)}` }),
    ],
    ['updateReason', async () => ({ id: clinic().reasonId, reasonDesc: `Check-up ${(day += 1)}` })],
  ];
  return [
    ...writes.map(([name, inputOf]) => [name, inputOf, 'writes'] as const),
    ...alike.map(([name, inputOf]) => [name, inputOf, 'alike'] as const),
  ];
}
