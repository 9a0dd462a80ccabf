import { book, change } from '../support/fixtures/clinic';
import { HOUR, NOW, onEachDatabaseWithPost } from '../support/fixtures/messages';

onEachDatabaseWithPost('reminders', (gateway, post) => {
  it('are sent by the hours of the appointment, by e-mail and SMS, except for a moved, cancelled or imminent one', async () => {
    const clientId = await post.anna();
    const reminders = {
      clientReminderHours: 48,
      staffReminderHours: 0,
      remindClientSmsHours: 3,
      remindStaffSmsHours: 0,
      sendConfirmationToClient: false,
      sendConfirmationToStaff: false,
    };
    const { appointment } = await book(gateway, post.clinic, '2031-01-16T14:00:00Z', {
      clientId,
      ...reminders,
    });
    const start = Date.parse('2031-01-16T14:00:00Z');
    expect(await post.deliver()).toEqual([]);
    await change(gateway, 'updateAppointment', { id: appointment.id, clientReminderHours: 24 });
    expect(await post.deliver(start - 48 * HOUR)).toEqual([]);
    expect(await post.deliver(start - 24 * HOUR - 1)).toEqual([]);
    expect(await post.deliver(start - 24 * HOUR)).toEqual([
      expect.stringMatching(/^anna@example.org: Reminder/),
    ]);
    await post.deliver(start - 3 * HOUR);
    expect(post.sms.received).toEqual([
      {
        to: '+12125550123',
        text: expect.stringMatching(
          /^Test clinic: remember Check-up a with drjones-a Jones on Thursday, Jan 16, 2031 at 9:00 AM EST\. http/,
        ),
        key: expect.stringMatching(/^[\w.]+$/),
      },
    ]);
    expect(
      (await post.told(appointment.id)).map(({ channel, offsetHours, state }) => [
        channel,
        offsetHours,
        state,
      ]),
    ).toEqual([
      ['EMAIL', 48, 'VOID'],
      ['SMS', 3, 'VOID'],
      ['EMAIL', 24, 'SENT'],
      ['SMS', 3, 'SENT'],
    ]);

    gateway.time = NOW;
    const moved = (
      await book(gateway, post.clinic, '2031-01-17T14:00:00Z', {
        clientId,
        ...reminders,
        remindClientSmsHours: 0,
      })
    ).appointment;
    const gone = (
      await book(gateway, post.clinic, '2031-01-17T16:00:00Z', {
        clientId,
        ...reminders,
        remindClientSmsHours: 0,
      })
    ).appointment;
    await book(gateway, post.clinic, '2031-01-03T20:00:00Z', { clientId, ...reminders });
    await post.deliver();
    const due = Date.parse('2031-01-17T16:00:00Z') - 48 * HOUR;
    gateway.time = due - 1000;
    await change(gateway, 'rescheduleAppointment', { id: moved.id, start: '2031-01-20T14:00:00Z' });
    await change(gateway, 'cancelAppointment', {
      id: gone.id,
      notifyClient: false,
      notifyStaff: false,
    }); // The planner has not processed the event yet: sending evaluates the current state.
    await gateway.gateway.jobs.runDue(due);
    expect(post.mail.received.splice(0).map(({ subject }) => subject)).toEqual([]);
    expect((await post.told(gone.id)).map(({ state, detail }) => [state, detail])).toEqual([
      ['VOID', 'The appointment does not take place.'],
    ]);
    expect(await post.deliver(due)).toEqual([
      expect.stringMatching(/^anna@example.org: Changed/),
      expect.stringMatching(/^drjones-a@example.org: Changed/),
    ]);
    expect(await post.deliver(Date.parse('2031-01-18T14:00:00Z'))).toEqual([
      'anna@example.org: Reminder: Check-up a, Monday, Jan 20, 2031 at 9:00 AM EST',
    ]);
  });

  it('are planned again for added or removed additional staff, although nothing else changes', async () => {
    const reminders = {
      clientReminderHours: 0,
      staffReminderHours: 24,
      sendConfirmationToClient: false,
      sendConfirmationToStaff: false,
    };
    const {
      appointment: { id },
    } = await book(gateway, post.clinic, '2031-01-22T14:00:00Z', {
      clientId: await post.anna(),
      ...reminders,
    });
    await post.deliver();
    const planned = async () =>
      (await post.told(id))
        .filter(({ kind }) => kind === 'REMINDER')
        .map(({ staff, state }) => [staff.id, state]);
    const { staffId, otherStaffId } = post.clinic;
    expect(await planned()).toEqual([[staffId, 'PLANNED']]);

    await change(gateway, 'updateAppointment', { id, additionalStaffIds: [otherStaffId] });
    await post.deliver();

    expect(await planned()).toEqual([
      [staffId, 'VOID'],
      [staffId, 'PLANNED'],
      [otherStaffId, 'PLANNED'],
    ]);

    await change(gateway, 'updateAppointment', { id, additionalStaffIds: [] });
    await post.deliver();

    expect(await planned()).toEqual([
      [staffId, 'VOID'],
      [staffId, 'VOID'],
      [otherStaffId, 'VOID'],
      [staffId, 'PLANNED'],
    ]);
    const due = Date.parse('2031-01-21T14:00:00Z');
    expect(await post.deliver(due)).toEqual([
      expect.stringMatching(/^drjones-a@example.org: Coming up/),
    ]);
  });

  it('are sent up to one hour late, and voided afterwards', async () => {
    const only = {
      clientReminderHours: 24,
      staffReminderHours: 0,
      sendConfirmationToClient: false,
      sendConfirmationToStaff: false,
    };
    const inTime = (
      await book(gateway, post.clinic, '2031-01-21T14:00:00Z', {
        clientId: await post.anna(),
        ...only,
      })
    ).appointment;
    const late = (
      await book(gateway, post.clinic, '2031-01-21T16:00:00Z', {
        clientId: await post.anna({ firstName: 'Bea', emailAddress: 'bea@example.org' }),
        ...only,
      })
    ).appointment;
    await post.deliver();
    expect(await post.deliver(Date.parse('2031-01-20T15:00:00Z'))).toEqual([
      expect.stringMatching(/^anna/),
    ]);
    expect(await post.deliver(Date.parse('2031-01-20T17:00:00.001Z'))).toEqual([]);
    expect((await post.told(inTime.id))[0].state).toBe('SENT');
    expect((await post.told(late.id)).map(({ state, detail }) => [state, detail])).toEqual([
      ['VOID', 'It could not be sent in time.'],
    ]);
  });
});
