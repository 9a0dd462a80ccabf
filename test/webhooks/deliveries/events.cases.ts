import { change } from '../../support/fixtures/clinic';
import { type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, DAY, type DeliveriesFixture } from './deliveries.fixture';

export function eventsCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { create, runAt, bookOne, look, verify } = fixture;

  it('deliver the selected events once, signed, with the names of the schema', async () => {
    const { id, secret } = await create({ description: 'Our own' });
    const appointment = await bookOne({ note: 'by the window' });
    await change(gateway, 'cancelAppointment', { id: appointment });
    await runAt(T0);
    expect(fixture.receiver.received).toHaveLength(1);
    const [received] = fixture.receiver.received as [ReceivedRequest];
    const { data, ...event } = verify(received, secret);
    expect(event).toEqual({ type: 'appointment.created', timestamp: new Date(T0).toISOString() });
    expect(data).toMatchObject({
      actor: 'First key',
      reason: null,
      changes: [],
      appointment: {
        id: appointment,
        version: 1,
        status: 'OPEN',
        subStatus: 'OPEN',
        staffId: fixture.clinic.staffId,
        reasonId: fixture.clinic.reasonId,
        locationId: fixture.clinic.locationId,
        clientId: fixture.clinic.clientId,
        additionalStaffIds: [],
        start: expect.stringMatching(/T15:00:00.000Z$/),
        end: expect.stringMatching(/T15:45:00.000Z$/),
        timeZone: 'America/New_York',
        note: 'by the window',
        price: '80.00',
        currency: 'USD',
      },
    });
    expect(received.body).not.toMatch(/secret|rowId|searchText/i);
    expect(received.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Slotgraph',
    });
    const webhook = await look(id);
    expect(webhook).toMatchObject({
      active: true,
      disabledNote: null,
      failures: 0,
      deliveries: { totalCount: 1 },
    });
    expect(webhook.deliveries.nodes).toEqual([
      {
        id: expect.stringMatching(/^WebhookDelivery:/),
        messageId: received.headers['webhook-id'],
        eventType: 'appointment.created',
        state: 'DELIVERED',
        attemptCount: 1,
        responseStatus: 200,
        nextAttemptAt: null,
        error: null,
        finishedAt: new Date(T0).toISOString(),
        body: received.body,
        appointment: { id: appointment },
        attempts: [
          {
            number: 1,
            startedAt: new Date(T0).toISOString(),
            status: 200,
            response: 'thanks',
            error: null,
          },
        ],
      },
    ]);
    await runAt(T0 + DAY);
    expect(fixture.receiver.received).toHaveLength(1);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { node(id: $id) { ... on Webhook { description url format events } } }',
          { id },
        )
      ).node,
    ).toEqual({
      description: 'Our own',
      url: fixture.receiver.url,
      format: 'STANDARD',
      events: ['CREATED'],
    });
  });
}
