import ICAL from 'ical.js';
import { pruneEvents } from '../../src/log/prune-events';
import { addReason, book, change, hire } from '../support/fixtures/clinic';
import { HOUR, NOW, onEachDatabaseWithPost } from '../support/fixtures/messages';

/** The events of a calendar by UID. */
function eventsIn(text: string | null) {
  const calendar = new ICAL.Component(ICAL.parse(text as string));
  const events = calendar.getAllSubcomponents('vevent').map((event) => {
    const value = (name: string) => event.getFirstPropertyValue(name)?.toString();
    return {
      uid: value('uid') as string,
      start: value('dtstart'),
      status: value('status'),
      sequence: Number(value('sequence')),
      attendees: event.getAllProperties('attendee').length,
    };
  });
  return { method: calendar.getFirstPropertyValue('method'), events };
}

onEachDatabaseWithPost('messages about several appointments of one command', (gateway, post) => {
  const SELECTION = 'recurringAppointment { id } appointments { id start }';
  const series = async (input: object = {}) => {
    const { reasonId, staffId, locationId } = post.clinic;
    const payload = await change(
      gateway,
      'createRecurringAppointment',
      {
        reasonId,
        staffId,
        locationId,
        rrule: 'FREQ=WEEKLY;COUNT=4',
        clientReminderHours: 24,
        staffReminderHours: 0,
        ...input,
      },
      SELECTION,
    );
    expect(payload.userErrors).toEqual([]);
    return payload;
  };
  const [CLIENT, STAFF] = ['anna@example.org', 'drjones-a@example.org'];
  const by = (mails: Awaited<ReturnType<typeof post.arrived>>, to: string) =>
    mails.filter(({ envelope }) => envelope.to.includes(to));

  it('reach each recipient once, with every date and one calendar of all events', async () => {
    await series({ clientId: await post.anna(), localStart: '2031-01-21T09:00' });
    const mails = await post.arrived();
    expect(mails.map(({ envelope, subject }) => `${envelope.to.join()}: ${subject}`)).toEqual([
      `${CLIENT}: Confirmed: Check-up a, Tuesday, Jan 21, 2031 at 9:00 AM EST`,
      `${STAFF}: New appointment: Anna Bell, Tuesday, Jan 21, 2031 at 9:00 AM EST`,
    ]);
    const [mail] = by(mails, CLIENT);
    const text = mail!.parts.find(({ type }) => type === 'text/plain')!.text;
    for (const day of ['Jan 21', 'Jan 28', 'Feb 4', 'Feb 11'])
      expect(text).toContain(`Tuesday, ${day}, 2031 at 9:00 AM EST`);
    const { method, events } = eventsIn(mail!.invitation);
    expect([
      method,
      events.map(({ start, status, attendees }) => [start, status, attendees]),
    ]).toEqual([
      'PUBLISH',
      ['2031-01-21', '2031-01-28', '2031-02-04', '2031-02-11'].map((day) => [
        `${day}T09:00:00`,
        'CONFIRMED',
        0,
      ]),
    ]);
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(4);
  });

  it('keep a reminder for each, and report a later change of one separately with the same UID', async () => {
    const { appointments } = await series({
      clientId: await post.anna(),
      localStart: '2031-02-18T09:00',
    });
    const [mail] = by(await post.arrived(), CLIENT);
    const second = eventsIn(mail!.invitation).events[1]!;
    expect(await post.deliver(Date.parse('2031-02-17T14:00:00Z'))).toEqual([
      `${CLIENT}: Reminder: Check-up a, Tuesday, Feb 18, 2031 at 9:00 AM EST`,
    ]);
    gateway.time = NOW;
    await change(gateway, 'rescheduleAppointment', {
      id: appointments[1].id,
      localStart: '2031-02-26T11:00',
    });
    const [moved] = by(await post.arrived(), CLIENT);
    expect(moved!.subject).toBe('Changed: Check-up a, now Wednesday, Feb 26, 2031 at 11:00 AM EST');
    expect(eventsIn(moved!.invitation)).toEqual({
      method: 'REQUEST',
      events: [
        { ...second, start: '2031-02-26T11:00:00', sequence: second.sequence + 1, attendees: 1 },
      ],
    });
  });

  it('are one cancellation of all or of the following ones, with the UIDs of their events', async () => {
    const {
      recurringAppointment: { id },
      appointments,
    } = await series({ clientId: await post.anna(), localStart: '2031-03-18T09:00' });
    const before = eventsIn(by(await post.arrived(), CLIENT)[0]!.invitation).events;
    await change(gateway, 'cancelRecurringAppointment', {
      id,
      scope: 'THIS_AND_FOLLOWING',
      appointmentId: appointments[2].id,
      note: 'Summer',
    });
    const following = await post.arrived();
    expect(following.map(({ envelope }) => envelope.to.join())).toEqual([CLIENT, STAFF]);
    expect(eventsIn(by(following, CLIENT)[0]!.invitation)).toEqual({
      method: 'PUBLISH',
      events: before
        .slice(2)
        .map((event) => ({ ...event, status: 'CANCELLED', sequence: event.sequence + 1 })),
    });
    await change(gateway, 'cancelRecurringAppointment', { id, scope: 'ALL' });
    const [all] = by(await post.arrived(), CLIENT);
    expect([all!.subject, eventsIn(all!.invitation).events.map(({ uid }) => uid)]).toEqual([
      'Cancelled: Check-up a, Tuesday, Mar 18, 2031 at 9:00 AM EDT',
      before.slice(0, 2).map(({ uid }) => uid),
    ]);
    expect(await post.deliver(Date.parse('2031-03-18T12:00:00Z'))).toEqual([]);
  });

  it('are one change of all, a cancellation for removed staff and a confirmation for new staff', async () => {
    const {
      recurringAppointment: { id },
      appointments,
    } = await series({ clientId: await post.anna(), localStart: '2031-04-15T09:00' });
    await post.deliver();
    await change(gateway, 'updateRecurringAppointment', {
      id,
      scope: 'ALL',
      appointmentId: appointments[0].id,
      localStart: '2031-04-15T10:00',
      staffId: post.clinic.otherStaffId,
    });
    expect(await post.deliver()).toEqual([
      `${CLIENT}: Changed: Check-up a, now Tuesday, Apr 15, 2031 at 10:00 AM EDT`,
      `${STAFF}: Cancelled: Anna Bell, Tuesday, Apr 15, 2031 at 10:00 AM EDT`,
      'drwho-a@example.org: New appointment: Anna Bell, Tuesday, Apr 15, 2031 at 10:00 AM EDT',
    ]);
  });

  it('contain only the appointments of each staff member, and treat a single one as such', async () => {
    const mine = await addReason(gateway, {
      reasonDesc: 'Talk',
      visitMinutes: 45,
      staffIds: [post.clinic.staffId],
    });
    await hire(gateway, { reasonId: mine }, 'drwhom');
    await book(gateway, post.clinic, '2031-05-13T13:00:00Z', { reasonId: mine });
    await post.deliver();
    await series({
      reasonId: mine,
      staffId: null,
      candidateStaffIds: [post.clinic.staffId, 'Staff:3'],
      clientId: await post.anna(),
      localStart: '2031-05-06T09:00',
      rrule: 'FREQ=WEEKLY;COUNT=3',
    });
    const mails = await post.arrived();
    const told = (to: string) =>
      by(mails, to)
        .map(({ invitation }) => eventsIn(invitation))
        .map(({ method, events }) => [method, events.map(({ start }) => start?.slice(0, 10))]);
    expect(told(CLIENT)).toEqual([['PUBLISH', ['2031-05-06', '2031-05-13', '2031-05-20']]]);
    expect([told(STAFF), told('drwhom@example.org')]).toEqual([
      [['PUBLISH', ['2031-05-06', '2031-05-20']]],
      [['REQUEST', ['2031-05-13']]],
    ]);
  });

  it('cover a course, and state the number in an SMS', async () => {
    await change(gateway, 'updateMessageSettings', {
      messages: [{ kind: 'CONFIRMATION', channel: 'SMS', audience: 'CLIENT', enabled: true }],
    });
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Pottery',
      reasonType: 'COURSE',
      visitMinutes: 60,
      staffIds: [post.clinic.staffId],
    });
    const { courseSet } = await change(
      gateway,
      'createCourseSet',
      {
        reasonId,
        staffId: post.clinic.staffId,
        localStart: '2031-06-03T18:00',
        rrule: 'FREQ=WEEKLY;COUNT=3',
        capacity: 5,
      },
      'courseSet { id }',
    );
    await change(gateway, 'createAppointment', {
      reasonId,
      courseSetId: courseSet.id,
      clientId: await post.anna(),
      clientReminderHours: 0,
      staffReminderHours: 0,
    });
    const mails = await post.arrived();
    expect(mails.map(({ envelope }) => envelope.to.join())).toEqual([CLIENT, STAFF]);
    expect(eventsIn(by(mails, CLIENT)[0]!.invitation).events).toHaveLength(3);
    expect(post.sms.received.map(({ text }) => text.split('\n').at(-1))).toEqual([
      'The first of 3 appointments.',
    ]);
    await change(gateway, 'updateMessageSettings', {
      messages: [{ kind: 'CONFIRMATION', channel: 'SMS', audience: 'CLIENT', enabled: false }],
    });
  });

  it('respect notification choices, and are voided after retention deletes the event', async () => {
    await series({
      clientId: await post.anna(),
      localStart: '2031-07-15T09:00',
      sendConfirmationToClient: false,
    });
    expect((await post.deliver()).map((line) => line.split(':')[0])).toEqual([STAFF]);
    const { appointments } = await series({
      clientId: await post.anna(),
      localStart: '2031-08-12T09:00',
    });
    post.mail.state.verdict = () => Object.assign(new Error('Later.'), { responseCode: 451 });
    expect(await post.deliver()).toEqual([]);
    post.mail.state.verdict = () => null;
    await pruneEvents(gateway.gateway.db, Date.now() + 20 * 365 * 24 * HOUR, 1);
    expect(await post.deliver(NOW + HOUR)).toEqual([]);
    expect(
      (await post.told(appointments[0].id, { kinds: ['CONFIRMATION'] })).map(
        ({ state, detail }) => [state, detail],
      ),
    ).toEqual([0, 1].map(() => ['VOID', 'The log no longer contains the event.']));
  });
});
