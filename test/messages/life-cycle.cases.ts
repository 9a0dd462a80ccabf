import { Role } from '../../src/context';
import { addReason, book, change, refusal } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { invited } from '../support/fixtures/messages';
import type { TestGateway } from '../support/harness/gateway';
import type { Post } from '../support/fixtures/messages';

export function lifeCycleCases(gateway: TestGateway, post: Post): void {
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
      changeNote: 'A train',
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
    ).toEqual(['INSUFFICIENT_PERMISSION', 'notifyStaff']);
    expect(
      await refusal(gateway, 'cancelAppointment', { id: third.id, notifyClient: false }, key),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'notifyClient']);
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
    ).toEqual(['INSUFFICIENT_PERMISSION', 'sendConfirmationToStaff']);
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
    ).toEqual(['INVALID_INPUT', 'excludedEmailTemplates']);
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
      `mutation ($input: DeclineAppointmentInput!) {
        declineAppointment(input: $input) { userErrors { code } }
      }`,
      { input: { id: declined.id } },
    );
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^anna@example.org: Cancelled: Surgery/),
      expect.stringMatching(/^drjones-a@example.org: Cancelled/),
    ]);
  });
}
