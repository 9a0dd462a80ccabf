import { Role } from '../../src/context';
import { LogEvent } from '../../src/log/event.entity';
import { messagesFor } from '../../src/features/messages/delivery/messages-for-event';
import { planMessages } from '../../src/features/messages/delivery/enqueue-messages';
import { pruneMessages } from '../../src/features/messages/delivery/prune-messages';
import { render, type Sql } from '../../src/db/sql';
import { find } from '../../src/db/table';
import { addClinic, addReason, addStaff, book, change, refusal } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import {
  HOUR,
  invited,
  NOW,
  onEachDatabaseWithPost,
  RECORDS_NOTHING,
} from '../support/fixtures/messages';

onEachDatabaseWithPost('messages', (gateway, post) => {
  it('cover the life of a booking, each sent once to its recipients in order', async () => {
    const clientId = await post.anna();
    const { appointment } = await book(gateway, post.clinic, '2031-01-06T14:00:00Z', { clientId });
    expect(await post.deliver()).toEqual([
      'anna@example.org: Confirmed: Check-up a, Monday, Jan 6, 2031 at 9:00 AM EST',
      'drjones-a@example.org: New appointment: Anna Bell, Monday, Jan 6, 2031 at 9:00 AM EST',
    ]);
    expect(await post.deliver()).toEqual([]);
    await change(gateway, 'rescheduleAppointment', {
      id: appointment.id,
      start: '2031-01-07T15:00:00Z',
      changeReason: 'A train',
    });
    expect(await post.deliver()).toEqual([
      'anna@example.org: Changed: Check-up a, now Tuesday, Jan 7, 2031 at 10:00 AM EST',
      'drjones-a@example.org: Changed: Anna Bell, now Tuesday, Jan 7, 2031 at 10:00 AM EST',
    ]);
    expect(await post.deliver(Date.parse('2031-01-05T15:00:00Z'))).toEqual([]);
    expect(await post.deliver(Date.parse('2031-01-06T15:00:00Z'))).toEqual([
      'anna@example.org: Reminder: Check-up a, Tuesday, Jan 7, 2031 at 10:00 AM EST',
      'drjones-a@example.org: Coming up: Anna Bell, Tuesday, Jan 7, 2031 at 10:00 AM EST',
    ]);
    gateway.time = Date.parse('2031-01-07T16:00:00Z');
    await change(gateway, 'noShowAppointment', { id: appointment.id });
    expect(await post.deliver()).toEqual([
      'anna@example.org: We missed you: Check-up a, Tuesday, Jan 7, 2031 at 10:00 AM EST',
    ]);
    await change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    await change(gateway, 'completeAppointment', { id: appointment.id });
    expect(await post.deliver()).toEqual(['anna@example.org: Thank you for coming to Test clinic']);
    expect(await post.states(appointment.id)).toEqual([
      'CONFIRMATION EMAIL CLIENT SENT',
      'CONFIRMATION EMAIL STAFF SENT',
      'REMINDER EMAIL CLIENT VOID',
      'REMINDER EMAIL STAFF VOID',
      'CHANGE EMAIL CLIENT SENT',
      'CHANGE EMAIL STAFF SENT',
      'REMINDER EMAIL CLIENT SENT',
      'REMINDER EMAIL STAFF SENT',
      'NO_SHOW EMAIL CLIENT SENT',
      'THANK_YOU EMAIL CLIENT SENT',
    ]);
  });

  it('carry one calendar event with a rising sequence, cancelled with the appointment', async () => {
    const clientId = await post.anna();
    const { appointment } = await book(gateway, post.clinic, '2031-01-08T14:00:00Z', { clientId });
    const next = async () => (await post.arrived()).map(({ invitation }) => invited(invitation));
    const [first, ofStaff] = await next();
    expect(first).toEqual({
      method: 'REQUEST',
      uid: expect.stringMatching(/@slotgraph$/),
      sequence: 0,
      status: 'CONFIRMED',
      start: '2031-01-08T09:00:00',
      summary: 'Check-up a',
      attendee: 'mailto:anna@example.org',
    });
    expect(ofStaff).toEqual({
      ...first,
      summary: 'Anna Bell: Check-up a',
      attendee: 'mailto:drjones-a@example.org',
    });
    await change(gateway, 'rescheduleAppointment', {
      id: appointment.id,
      start: '2031-01-08T16:00:00Z',
      staffId: post.clinic.otherStaffId,
    });
    const [client, old, fresh] = await next();
    expect(client).toEqual({ ...first, sequence: 1, start: '2031-01-08T11:00:00' });
    expect(old).toMatchObject({
      method: 'CANCEL',
      uid: first!.uid,
      sequence: 1,
      status: 'CANCELLED',
      attendee: 'mailto:drjones-a@example.org',
    });
    expect(fresh).toMatchObject({
      method: 'REQUEST',
      uid: first!.uid,
      sequence: 1,
      attendee: 'mailto:drwho-a@example.org',
    });
    await change(gateway, 'cancelAppointment', { id: appointment.id });
    expect(await next()).toEqual([
      { ...client, method: 'CANCEL', sequence: 2, status: 'CANCELLED' },
      { ...fresh, method: 'CANCEL', sequence: 2, status: 'CANCELLED' },
    ]);
    expect(
      (await post.told(appointment.id, { kinds: ['CANCELLATION'], audiences: ['CLIENT'] }))[0],
    ).toMatchObject({
      sentTo: 'anna@example.org',
      invitation: expect.stringContaining('METHOD:CANCEL'),
      staff: null,
      client: { id: clientId },
    });
  });

  it('respect notification choices, which only staff may set', async () => {
    const clientId = await post.anna();
    const { appointment } = await book(gateway, post.clinic, '2031-01-10T14:00:00Z', {
      clientId,
      sendConfirmationToClient: false,
    });
    expect(await post.deliver()).toEqual([
      'drjones-a@example.org: New appointment: Anna Bell, Friday, Jan 10, 2031 at 9:00 AM EST',
    ]);
    const before = gateway.time;
    gateway.time = Date.parse('2031-01-10T15:00:00Z');
    await change(gateway, 'noShowAppointment', { id: appointment.id, notifyClient: false });
    await change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    gateway.time = before;
    post.mail.received.length = 0;
    await post.deliver();
    gateway.time = Date.parse('2031-01-10T15:00:00Z');
    await change(gateway, 'completeAppointment', { id: appointment.id, notifyClient: false });
    gateway.time = before;
    expect(await post.deliver()).toEqual([]);
    const other = (
      await book(gateway, post.clinic, '2031-01-10T16:00:00Z', {
        clientId,
        sendConfirmationToClient: false,
        sendConfirmationToStaff: false,
      })
    ).appointment;
    await change(gateway, 'cancelAppointment', { id: other.id, notifyStaff: false });
    expect(await post.deliver()).toEqual([
      'anna@example.org: Cancelled: Check-up a, Friday, Jan 10, 2031 at 11:00 AM EST',
    ]);
    const third = (
      await book(gateway, post.clinic, '2031-01-10T16:00:00Z', {
        clientId,
        sendConfirmationToClient: true,
        sendConfirmationToStaff: false,
      })
    ).appointment;
    await post.deliver();
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    expect(
      await refusal(gateway, 'cancelAppointment', { id: third.id, notifyStaff: false }, key),
    ).toEqual(['FORBIDDEN', 'notifyStaff']);
    expect(
      await refusal(gateway, 'cancelAppointment', { id: third.id, notifyClient: false }, key),
    ).toEqual(['FORBIDDEN', 'notifyClient']);
    const { clientId: _, ...asked } = post.clinic;
    expect(
      await refusal(
        gateway,
        'createAppointment',
        {
          locationId: asked.locationId,
          reasonId: asked.reasonId,
          staffId: asked.staffId,
          start: '2031-01-13T14:00:00Z',
          sendConfirmationToStaff: false,
        },
        key,
      ),
    ).toEqual(['FORBIDDEN', 'sendConfirmationToStaff']);
    await change(gateway, 'cancelAppointment', { id: third.id, notifyClient: false });
    expect(await post.deliver()).toEqual([
      'drjones-a@example.org: Cancelled: Anna Bell, Friday, Jan 10, 2031 at 11:00 AM EST',
    ]);
  });

  it('respect excluded categories and kinds of a client at the time of sending', async () => {
    const clientId = await post.anna({
      excludedEmailCategories: ['FOLLOW_UP'],
      excludedEmailTemplates: ['CHANGE'],
    });
    const read = async () =>
      (
        await gateway.data(
          'query ($id: ID!) { client(id: $id) { excludedEmailCategories excludedEmailTemplates } }',
          { id: clientId },
        )
      ).client;
    expect(await read()).toEqual({
      excludedEmailCategories: ['FOLLOW_UP'],
      excludedEmailTemplates: ['CHANGE'],
    });
    const { appointment } = await book(gateway, post.clinic, '2031-01-14T14:00:00Z', { clientId });
    await change(gateway, 'rescheduleAppointment', {
      id: appointment.id,
      start: '2031-01-14T15:00:00Z',
    });
    expect((await post.deliver()).filter((line) => line.startsWith('anna'))).toEqual([
      expect.stringMatching(/Confirmed/),
    ]);
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    expect(
      (
        await change(
          gateway,
          'updateClient',
          { id: clientId, excludedEmailCategories: ['REMINDER', 'FOLLOW_UP', 'REMINDER'] },
          'client { excludedEmailCategories }',
          key,
        )
      ).client,
    ).toEqual({ excludedEmailCategories: ['REMINDER', 'FOLLOW_UP'] });
    expect(
      await refusal(gateway, 'updateClient', { id: clientId, excludedEmailTemplates: null }),
    ).toEqual(['BAD_USER_INPUT', 'excludedEmailTemplates']);
    expect(
      (await post.deliver(Date.parse('2031-01-13T15:00:00Z'))).filter((line) =>
        line.startsWith('anna'),
      ),
    ).toEqual([]);
    gateway.time = Date.parse('2031-01-14T16:00:00Z');
    await change(gateway, 'completeAppointment', { id: appointment.id });
    expect(await post.deliver()).toEqual([]);
    const notSent = (
      await post.told(appointment.id, { audiences: ['CLIENT'], states: ['VOID'] })
    ).filter(({ detail }) => detail === 'The client does not want these e-mails.');
    expect(notSent.map(({ kind, sentTo, subject }) => [kind, sentTo, subject])).toEqual([
      ['CHANGE', null, null],
      ['REMINDER', null, null],
      ['THANK_YOU', null, null],
    ]);
  });

  it('request confirmation from staff, and notify the client afterwards', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Surgery',
      visitMinutes: 60,
      requiresStaffConfirmation: true,
      staffIds: [post.clinic.staffId],
    });
    const clientId = await post.anna();
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    const { appointment, userErrors } = await book(
      gateway,
      { ...post.clinic, reasonId, clientId },
      '2031-01-22T14:00:00Z',
      {},
      key,
    );
    expect(userErrors).toEqual([]);
    expect(await post.deliver()).toEqual([
      'drjones-a@example.org: Please confirm: Anna Bell, Wednesday, Jan 22, 2031 at 9:00 AM EST',
    ]);
    await change(gateway, 'confirmAppointment', { id: appointment.id });
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^anna@example.org: Confirmed: Surgery/),
      expect.stringMatching(/^drjones-a@example.org: New appointment/),
    ]);
    expect(await post.states(appointment.id, { kinds: ['REMINDER'] })).toEqual([
      'REMINDER EMAIL CLIENT PLANNED',
      'REMINDER EMAIL STAFF PLANNED',
    ]);
    const declined = (
      await book(gateway, { ...post.clinic, reasonId, clientId }, '2031-01-22T16:00:00Z', {}, key)
    ).appointment;
    await post.deliver();
    await gateway.data(
      'mutation ($input: DeclineAppointmentInput!) { declineAppointment(input: $input) { userErrors { code } } }',
      { input: { id: declined.id } },
    );
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^anna@example.org: Cancelled: Surgery/),
      expect.stringMatching(/^drjones-a@example.org: Cancelled/),
    ]);
  });

  it('are not sent for holds, time off and disabled message types', async () => {
    await change(gateway, 'holdAppointment', {
      locationId: post.clinic.locationId,
      reasonId: post.clinic.reasonId,
      staffId: post.clinic.staffId,
      start: '2031-01-23T14:00:00Z',
      clientId: await post.anna(),
    });
    const personal = await addReason(gateway, {
      reasonDesc: 'Holiday',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
      staffIds: [post.clinic.otherStaffId],
    });
    await book(
      gateway,
      {
        ...post.clinic,
        reasonId: personal,
        staffId: post.clinic.otherStaffId,
        clientId: null as never,
      },
      '2031-01-23T14:00:00Z',
    );
    expect(await post.deliver()).toEqual([]);
    const settings = async (): Promise<any> =>
      (
        await gateway.data(
          '{ messageSettings { clientReminderHours remindStaffSmsHours messages { kind channel audience enabled } } }',
        )
      ).messageSettings;
    const on = async () =>
      (await settings()).messages
        .filter(({ enabled }: any) => enabled)
        .map(({ kind, channel, audience }: any) => `${kind} ${channel} ${audience}`);
    expect((await on()).filter((name: string) => name.includes('SMS'))).toEqual([
      'REMINDER SMS CLIENT',
      'WAITLIST_INVITATION SMS CLIENT',
      'REMINDER SMS STAFF',
    ]);
    const off = { kind: 'CONFIRMATION', channel: 'EMAIL', audience: 'STAFF', enabled: false };
    const sent = { kind: 'CONFIRMATION', channel: 'SMS', audience: 'CLIENT', enabled: true };
    await change(
      gateway,
      'updateMessageSettings',
      { messages: [off, sent], remindStaffSmsHours: 2 },
      'messageSettings { remindStaffSmsHours }',
    );
    expect(await on()).toEqual(expect.arrayContaining(['CONFIRMATION SMS CLIENT']));
    expect(await on()).not.toContain('CONFIRMATION EMAIL STAFF');
    const { appointment } = await book(gateway, post.clinic, '2031-01-24T14:00:00Z', {
      clientId: await post.anna(),
    });
    expect(await post.deliver()).toEqual([expect.stringMatching(/^anna@example.org: Confirmed/)]);
    expect(post.sms.received.map(({ to }) => to)).toEqual(['+12125550123']);
    expect(await post.states(appointment.id, { states: ['PLANNED'] })).toEqual([
      'REMINDER EMAIL CLIENT PLANNED',
      'REMINDER EMAIL STAFF PLANNED',
      'REMINDER SMS STAFF PLANNED',
    ]);
    expect(
      await refusal(gateway, 'updateMessageSettings', {
        messages: [{ kind: 'THANK_YOU', channel: 'EMAIL', audience: 'STAFF', enabled: true }],
      }),
    ).toEqual(['BAD_USER_INPUT', 'kind']);
    expect(await refusal(gateway, 'updateMessageSettings', { clientReminderHours: -1 })).toEqual([
      'BAD_USER_INPUT',
      'clientReminderHours',
    ]);
    await change(gateway, 'updateMessageSettings', {
      messages: [
        { ...off, enabled: true },
        { ...sent, enabled: false },
      ],
      remindStaffSmsHours: 0,
    });
  });

  it('are visible to administrators, and to staff at visible appointments, of the same business only', async () => {
    const { appointment } = await book(gateway, post.clinic, '2031-01-30T14:00:00Z', {
      clientId: await post.anna(),
    });
    await post.deliver();
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    expect(
      (await gateway.data('{ messages { totalCount } }', {}, { key: other })).messages.totalCount,
    ).toBe(0);
    const LIST =
      'query ($filter: MessageFilter) { messages(filter: $filter, first: 5) { totalCount nodes { id kind appointment { id } } } }';
    const { messages } = await gateway.data(LIST, {
      filter: {
        appointmentIds: [appointment.id],
        kinds: ['CONFIRMATION'],
        channels: ['EMAIL'],
        audiences: ['STAFF'],
        states: ['SENT'],
        staffIds: [post.clinic.staffId],
        dueBetween: { from: '2031-01-01T00:00:00Z' },
      },
    });
    expect(messages).toMatchObject({
      totalCount: 1,
      nodes: [{ kind: 'CONFIRMATION', appointment: { id: appointment.id } }],
    });
    const id = messages.nodes[0].id;
    expect(
      (await gateway.data('query ($id: ID!) { node(id: $id) { id } }', { id }, { key: other }))
        .node,
    ).toBeNull();
    expect(
      (await gateway.data('query ($id: ID!) { node(id: $id) { ... on Message { kind } } }', { id }))
        .node,
    ).toEqual({ kind: 'CONFIRMATION' });
    const stranger = await addStaff(gateway, `stranger-${gateway.dialect}`);
    const count = async (key: string) =>
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { messages { totalCount } } }',
          { id: appointment.id },
          { key },
        )
      ).appointment?.messages.totalCount ?? null;
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(post.clinic.staffId) });
    const strangerKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(stranger) });
    const clientKey = await gateway.key(Role.CLIENT, {
      clientId: (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { client { clientId } } }', {
          id: appointment.id,
        })
      ).appointment.client.clientId,
    });
    expect([
      await count(staffKey),
      await count(strangerKey),
      await count(clientKey),
      await count(other),
    ]).toEqual([4, null, 0, null]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { node(id: $id) { id } }',
          { id },
          { key: strangerKey },
        )
      ).node,
    ).toBeNull();
    for (const key of [staffKey, clientKey, gateway.business.publishableKey]) {
      for (const query of [
        '{ messages { totalCount } }',
        '{ messageSettings { clientReminderHours } }',
      ])
        expect((await gateway.run(query, {}, { key })).errors).toMatchObject([
          { extensions: { code: 'FORBIDDEN' } },
        ]);
      expect(
        await refusal(gateway, 'updateMessageSettings', { clientReminderHours: 1 }, key),
      ).toEqual(['FORBIDDEN', undefined]);
    }
    expect(
      (
        await gateway.counted(
          '{ messages(first: 50) { totalCount nodes { kind client { id } staff { id } appointment { id } } } }',
        )
      ).statements,
    ).toHaveLength(1);
  });

  it('notify added and removed people of an appointment only', async () => {
    const [anna, bea] = [
      await post.anna(),
      await post.anna({ firstName: 'Bea', emailAddress: 'bea@example.org' }),
    ];
    const { appointment } = await book(gateway, post.clinic, '2031-02-03T14:00:00Z', {
      clientId: anna,
    });
    await post.deliver();
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      note: 'Fasting',
      price: '10.00',
    });
    expect(await post.deliver()).toEqual([]);
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      clientId: bea,
      additionalStaffIds: [post.clinic.otherStaffId],
    });
    const [gone, come, helper] = await post.arrived();
    expect(
      [gone, come, helper].map((mail) => [
        mail!.envelope.to[0],
        mail!.subject.split(':')[0],
        invited(mail!.invitation).method,
      ]),
    ).toEqual([
      ['anna@example.org', 'Cancelled', 'CANCEL'],
      ['bea@example.org', 'Confirmed', 'REQUEST'],
      ['drwho-a@example.org', 'New appointment', 'REQUEST'],
    ]);
    expect(await post.states(appointment.id, { kinds: ['REMINDER'], states: ['PLANNED'] })).toEqual(
      [
        'REMINDER EMAIL CLIENT PLANNED',
        'REMINDER EMAIL STAFF PLANNED',
        'REMINDER EMAIL STAFF PLANNED',
      ],
    );
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      meetingUrl: 'https://meet.example/1',
    });
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^bea@example.org: Changed/),
      expect.stringMatching(/^drjones-a@example.org: Changed/),
      expect.stringMatching(/^drwho-a@example.org: Changed/),
    ]);
    await change(gateway, 'cancelAppointment', { id: appointment.id, notifyStaff: false });
    expect(await post.deliver()).toEqual([expect.stringMatching(/^bea@example.org: Cancelled/)]);
    await change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^bea@example.org: Confirmed/),
      expect.stringMatching(/^drjones-a/),
      expect.stringMatching(/^drwho-a/),
    ]);
    expect(
      await post.states(appointment.id, { kinds: ['REMINDER'], states: ['PLANNED'] }),
    ).toHaveLength(3);
  });

  it('invite waitlist entries with a personal link while the place is held', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [post.clinic.staffId],
    });
    const wait = async (clientId: string) =>
      (
        await change(
          gateway,
          'joinWaitlist',
          {
            reasonId,
            locationId: post.clinic.locationId,
            clientId,
            times: ['2031-02-04T14:00:00Z'],
          },
          'waitlistEntry { id }',
        )
      ).waitlistEntry.id;
    const entryIds = [
      await wait(await post.anna({ allowWaitListText: true })),
      await wait(await post.anna({ firstName: 'Bea', emailAddress: 'bea@example.org' })),
    ];
    expect(await post.deliver()).toEqual([]);
    const { appointment, userErrors } = await change(
      gateway,
      'inviteFromWaitlist',
      { entryIds, start: '2031-02-04T14:00:00Z', staffId: post.clinic.staffId },
      'appointment { id }',
    );
    expect(userErrors).toEqual([]);
    const mails = await post.arrived();
    expect(
      mails.map(({ envelope, subject, invitation }) => [envelope.to[0], subject, invitation]),
    ).toEqual(
      ['anna', 'bea'].map((name) => [
        `${name}@example.org`,
        'A place is free: Popular, Tuesday, Feb 4, 2031 at 9:00 AM EST',
        null,
      ]),
    );
    for (const [index, id] of entryIds.entries()) {
      const {
        waitlistEntry: { claimUrl },
      } = await gateway.data('query ($id: ID!) { waitlistEntry(id: $id) { claimUrl } }', { id });
      expect(mails[index]!.parts[0]!.text).toContain(`Take this place: ${claimUrl}`);
    }
    expect(
      post.sms.received.map(({ to, text }) => [to, /a place is free for Popular/.test(text)]),
    ).toEqual([['+12125550123', true]]);
    expect(
      (await post.told(appointment.id, { channels: ['SMS'], states: ['VOID'] })).map(
        ({ detail }) => detail,
      ),
    ).toEqual(['The client has not agreed to these SMS.']);
    await change(gateway, 'claimWaitlistInvitation', { id: entryIds[0] }, '');
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^anna@example.org: Confirmed: Popular/),
      expect.stringMatching(/^drjones-a/),
    ]);
    expect(await post.states(appointment.id, { kinds: ['REMINDER'] })).toEqual([
      'REMINDER EMAIL CLIENT PLANNED',
      'REMINDER EMAIL STAFF PLANNED',
    ]);
    const events = await find(gateway.gateway.db, LogEvent, {
      businessId: gateway.business.business.rowId,
      appointmentId: numberOf(appointment.id),
      type: 'WAITLIST_BOOKED',
    });
    expect(events.map((event) => messagesFor(event, () => true, gateway.time as number))).toEqual([
      { messages: [], voidReminders: false },
    ]);
  });

  it('are planned once by concurrent processes, and not lost in a crash', async () => {
    const clientId = await post.anna();
    for (let hour = 14; hour < 22; hour += 1)
      await book(gateway, post.clinic, `2031-02-05T${hour}:00:00Z`, {
        clientId,
        clientReminderHours: 0,
        staffReminderHours: 0,
      });
    await gateway.logged();
    const { db, ids } = gateway.gateway;
    const dies: typeof db = {
      ...db,
      transaction: (work) =>
        db.transaction(async (tx) => {
          await work(tx);
          throw new Error('a power cut');
        }),
    };
    const count = async () =>
      (await gateway.data('{ messages { totalCount } }')).messages.totalCount;
    const before = await count();
    await ids.take('message', 100);
    await expect(planMessages(dies, ids, gateway.time as number, RECORDS_NOTHING)).rejects.toThrow(
      'a power cut',
    );
    expect(await count()).toBe(before);
    const planned = await Promise.all(
      [1, 2, 3, 4].map(() => planMessages(db, ids, gateway.time as number, RECORDS_NOTHING)),
    );
    expect(planned.reduce((sum, one) => sum + one)).toBe(16);
    expect(await count()).toBe(before + 16);
    expect(await post.deliver()).toHaveLength(16);
  });

  it('of one business are independent of failures of another', async () => {
    const other = await gateway.addBusiness({ name: 'Other', timeZone: 'America/New_York' });
    const theirs = await addClinic(gateway, 'other', other.secretKey);
    const ours = (
      await book(gateway, post.clinic, '2031-02-06T14:00:00Z', { clientId: await post.anna() })
    ).appointment;
    await book(gateway, theirs, '2031-02-06T14:00:00Z', {}, other.secretKey);
    await gateway.logged();
    const { db, ids } = gateway.gateway;
    const asked = (query: Sql) => render(query, 'sqlite');
    const broken: typeof db = {
      ...db,
      all: (query) =>
        asked(query).text.includes('event AS e') &&
        asked(query).values.includes(gateway.business.business.rowId)
          ? Promise.reject(new Error('a page that cannot be read'))
          : db.all(query),
    };
    await expect(
      planMessages(broken, ids, gateway.time as number, RECORDS_NOTHING),
    ).rejects.toThrow('a page that cannot be read');
    expect(await post.states(ours.id)).toEqual([]);
    expect(
      (await gateway.data('{ messages { totalCount } }', {}, { key: other.secretKey })).messages
        .totalCount,
    ).toBe(4);
    expect(await post.deliver()).toHaveLength(4);
  });

  it('are not sent for events older than a day, except future reminders', async () => {
    const { appointment } = await book(gateway, post.clinic, '2031-02-10T14:00:00Z', {
      clientId: await post.anna(),
    });
    gateway.time = (gateway.time as number) + 25 * HOUR;
    expect(await post.deliver()).toEqual([]);
    expect(await post.states(appointment.id)).toEqual([
      'REMINDER EMAIL CLIENT PLANNED',
      'REMINDER EMAIL STAFF PLANNED',
    ]);
    gateway.time = Date.parse('2031-02-10T18:00:00Z');
    const past = (
      await book(gateway, post.clinic, '2031-02-10T16:00:00Z', { clientId: await post.anna() })
    ).appointment;
    await post.deliver();
    expect(await post.states(past.id)).toEqual([]);
  });

  it('are deleted a number of days after they were due, unless planned or kept indefinitely', async () => {
    const { db } = gateway.gateway;
    const { appointment } = await book(gateway, post.clinic, '2031-03-03T15:00:00Z', {
      clientId: await post.anna(),
      clientReminderHours: 24,
      staffReminderHours: 0,
    });
    await post.deliver();
    const states = async () => (await post.states(appointment.id)).sort();
    const all = [
      'CONFIRMATION EMAIL CLIENT SENT',
      'CONFIRMATION EMAIL STAFF SENT',
      'REMINDER EMAIL CLIENT PLANNED',
    ];
    expect(await states()).toEqual(all);
    expect(await pruneMessages(db, NOW + 1000 * 24 * HOUR, 0)).toBe(0);
    await pruneMessages(db, NOW + 30 * 24 * HOUR, 30);
    expect(await states()).toEqual(all); // The overdue reminder is still PLANNED: its job decides the final state.
    await pruneMessages(db, NOW + 1000 * 24 * HOUR, 30);
    expect(await states()).toEqual(['REMINDER EMAIL CLIENT PLANNED']);
  });
});
