import { change } from '../../support/fixtures/clinic';
import { WebhookReceiver, type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, SECOND, HOUR, type DeliveriesFixture } from './deliveries.fixture';

export function contentCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { free, numberOf, create, runAt, bookOne, verify } = fixture;

  it('contain waitlist events with the held place; the TimeTap format has appointments only', async () => {
    const events = ['WAITLIST_JOINED', 'WAITLIST_INVITED'];
    const { secret } = await create({ events });
    const timetap = new WebhookReceiver();
    await timetap.start();
    await create({ url: timetap.url, events, format: 'TIMETAP' });
    await change(gateway, 'updateReason', { id: fixture.clinic.reasonId, allowWaitList: true });
    const start = free();
    const { reasonId, locationId, clientId, staffId } = fixture.clinic;
    const { waitlistEntry } = await change(
      gateway,
      'joinWaitlist',
      {
        reasonId,
        locationId,
        clientId,
        wish: { times: [start] },
        claimSecret: 'only who joined knows this',
      },
      'waitlistEntry { id }',
    );
    const { appointment } = await change(
      gateway,
      'inviteFromWaitlist',
      { entryIds: [waitlistEntry.id], staffId, start },
      'appointment { id }',
    );
    await runAt(T0);
    const told = fixture.receiver.received
      .map((received) => verify(received, secret))
      .sort((one, other) => (one.type < other.type ? 1 : -1));
    expect(told).toMatchObject([
      {
        type: 'waitlist.joined',
        data: {
          changes: [],
          waitlistEntry: {
            id: waitlistEntry.id,
            status: 'WAITING',
            clientId,
            reasonId,
            times: [start],
          },
        },
      },
      {
        type: 'waitlist.invited',
        data: {
          waitlistEntry: { id: waitlistEntry.id, status: 'INVITED' },
          appointment: {
            id: appointment.id,
            status: 'PENDING',
            subStatus: 'PENDING_WAITLIST',
            clientId: null,
          },
        },
      },
    ]);
    expect(Object.keys(told[0].data)).not.toContain('appointment');
    expect(JSON.stringify(told)).not.toMatch(/secret/i);
    expect(timetap.received.map(({ body }) => JSON.parse(body).calendarid)).toEqual([
      numberOf(appointment.id),
    ]); // A later expiry would be delivered during another test.
    expect(
      (await change(gateway, 'claimWaitlistInvitation', { entry: { id: waitlistEntry.id } }))
        .userErrors,
    ).toEqual([]);
    await timetap.stop();
  });

  it('contain changes of clients, staff, reasons and locations, each in order, without secrets', async () => {
    const { id, secret } = await create({
      events: ['CLIENT_CREATED', 'CLIENT_UPDATED', 'REASON_UPDATED'],
    });
    fixture.receiver.reply = ({ body }) => ({
      status: body.includes('client.created') && fixture.receiver.received.length === 1 ? 500 : 200,
    });
    const { client } = await change(
      gateway,
      'createClient',
      { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@winterfell.example' },
      'client { id }',
    );
    await change(gateway, 'updateClient', { id: client.id, firstName: 'No' });
    await runAt(T0);
    await runAt(T0 + 6 * SECOND);
    await change(gateway, 'updateReason', {
      id: fixture.clinic.reasonId,
      visitMinutes: 45,
      sortWeight: 7,
    });
    await runAt(T0 + 6 * SECOND);
    const told = fixture.receiver.received.map((received) => verify(received, secret));
    expect(told.map(({ type }) => type)).toEqual([
      'client.created',
      'client.created',
      'client.updated',
      'reason.updated',
    ]);
    expect(told[0].data).toMatchObject({
      actor: 'First key',
      changes: [],
      node: {
        id: client.id,
        firstName: 'Arya',
        email: 'arya@winterfell.example',
        createdAt: new Date(T0).toISOString(),
      },
    });
    expect(told[2].data).toMatchObject({
      node: { id: client.id, firstName: 'No' },
      changes: expect.arrayContaining([{ field: 'firstName', from: 'Arya', to: 'No' }]),
    });
    expect(told[3].data).toMatchObject({
      node: { id: fixture.clinic.reasonId, sortWeight: 7 },
      changes: [{ field: 'sortWeight', from: '0', to: '7' }],
    });
    expect(JSON.stringify(told)).not.toMatch(/"businessId"|"rowId"|"subjectId"|searchText|secret/);
    const { webhook } = await gateway.data(
      `query ($id: ID!) {
        webhook(id: $id) { events deliveries { nodes { about appointment { id } } } }
      }`,
      { id },
    );
    // In any order: the test and the gateway plan with separate id ranges.
    expect(webhook.events).toEqual(['CLIENT_CREATED', 'CLIENT_UPDATED', 'REASON_UPDATED']);
    expect(webhook.deliveries.nodes.map(({ about }: any) => about).sort()).toEqual([
      client.id,
      client.id,
      fixture.clinic.reasonId,
    ]);
  });

  it('are also signed with the old secret for a while after a rotation', async () => {
    const { id, secret } = await create();
    const rotated = await change(
      gateway,
      'rotateWebhookSecret',
      { id, keepPreviousHours: 2 },
      'secret webhook { previousSecretUntil }',
    );
    expect(rotated.webhook.previousSecretUntil).toBe(new Date(T0 + 2 * HOUR).toISOString());
    await bookOne();
    await runAt(T0 + 2 * HOUR - 1);
    const [both] = fixture.receiver.received as [ReceivedRequest];
    for (const each of [secret, rotated.secret])
      expect(verify(both, each).type).toBe('appointment.created');
    gateway.time = T0 + 2 * HOUR;
    await bookOne();
    await runAt(T0 + 2 * HOUR);
    const after = fixture.receiver.received[1] as ReceivedRequest;
    expect(verify(after, rotated.secret).type).toBe('appointment.created');
    expect(() => verify(after, secret)).toThrow('No matching signature found');
    const third = await change(
      gateway,
      'rotateWebhookSecret',
      { id, keepPreviousHours: 0 },
      'secret webhook { previousSecretUntil }',
    );
    expect(third.webhook.previousSecretUntil).toBeNull();
    await bookOne();
    await runAt(T0 + 2 * HOUR);
    expect(() => verify(fixture.receiver.received[2] as ReceivedRequest, rotated.secret)).toThrow(
      'No matching signature found',
    );
    expect(verify(fixture.receiver.received[2] as ReceivedRequest, third.secret).type).toBe(
      'appointment.created',
    );
  });
}
