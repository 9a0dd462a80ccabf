import { LogEvent } from '../../src/log/event.entity';
import { messagesFor } from '../../src/features/messages/delivery/messages-for-event';
import { planMessages } from '../../src/features/messages/delivery/enqueue-messages';
import { pruneMessages } from '../../src/features/messages/delivery/prune-messages';
import { render, type Sql } from '../../src/db/sql';
import { find } from '../../src/db/table';
import { addClinic, addReason, book, change } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { HOUR, NOW, RECORDS_NOTHING } from '../support/fixtures/messages';
import type { TestGateway } from '../support/harness/gateway';
import type { Post } from '../support/fixtures/messages';

export function deliveryCases(gateway: TestGateway, post: Post): void {
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
            wish: { times: ['2031-02-04T14:00:00Z'] },
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
    await change(gateway, 'claimWaitlistInvitation', { entry: { id: entryIds[0] } }, '');
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
    // The overdue reminder is still PLANNED: its job decides the final state.
    expect(await states()).toEqual(all);
    await pruneMessages(db, NOW + 1000 * 24 * HOUR, 30);
    expect(await states()).toEqual(['REMINDER EMAIL CLIENT PLANNED']);
  });
}
