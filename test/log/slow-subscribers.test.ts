import { WebSocket } from 'ws';
import { appendEvent } from '../../src/log/log.service';
import { LogEvent } from '../../src/log/event.entity';
import { find } from '../../src/db/table';
import { addClinic, book } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(120_000);

const EVENTS = 5_000;
const LISTEN = `subscription ($after: String) {
  bookingNotifications(after: $after) { cursor appointment { note } }
}`;

onEachDatabase('a subscriber that stops reading', (gateway) => {
  /** A subscriber over a raw socket that can stop reading. */
  async function subscribe(after: string) {
    const socket = new WebSocket(
      `${gateway.gateway.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
    );
    const cursors: number[] = [];
    const errors: any[] = [];
    let ended = false;
    const send = (message: object) => socket.send(JSON.stringify(message));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.on('message', (text) => {
      const { type, payload } = JSON.parse(String(text));
      if (type === 'connection_ack')
        send({ id: '1', type: 'subscribe', payload: { query: LISTEN, variables: { after } } });
      if (type === 'next' && payload.data)
        cursors.push(Number(payload.data.bookingNotifications.cursor));
      if (payload?.errors) errors.push(...payload.errors);
      if (type === 'error') errors.push(...payload);
      if (type === 'complete' || type === 'error') ended = true;
    });
    send({
      type: 'connection_init',
      payload: { authorization: `Bearer ${gateway.business.secretKey}` },
    });
    return { socket, cursors, errors, ended: () => ended };
  }
  const until = async (done: () => boolean, patienceMs = 60_000) => {
    const end = Date.now() + patienceMs;
    while (!done()) {
      if (Date.now() > end) throw new Error(`timed out waiting for ${done}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it(`for ${EVENTS} events delays no other, receives SUBSCRIBER_LAGGED, and resumes without loss`, async () => {
    const clinic = await addClinic(gateway);
    await book(gateway, clinic, '2031-01-06T14:00:00Z', { note: 'n'.repeat(10_000) });
    const { db } = gateway.gateway;
    const businessId = gateway.business.business.rowId;
    const member = { businessId, actorName: 'test', role: 'ADMINISTRATOR' } as never;
    const [slow, quick] = [await subscribe('0'), await subscribe('0')];
    await until(() => slow.cursors.length === 1 && quick.cursors.length === 1);
    const [first] = await find(db, LogEvent, { businessId, entityType: 'Appointment' });

    slow.socket.pause();
    for (let written = 0; written < EVENTS; written += 100) {
      await db.transaction(async (tx) => {
        for (let index = 0; index < 100; index += 1)
          await appendEvent({ tx, member, now: Date.now() }, first as LogEvent);
      });
      // The other subscribers keep up: the test writes no faster than one subscriber can be served.
      await until(() => quick.cursors.length > written - 400);
    }
    await until(() => quick.cursors.length === EVENTS + 1);
    expect(quick.cursors).toEqual(
      Array.from({ length: EVENTS + 1 }, (_, index) => (quick.cursors[0] as number) + index),
    );
    // The events have fifty megabytes; for the stalled subscriber the server encoded only what fits
    // a socket's buffers.
    slow.socket.resume();
    await until(slow.ended);
    expect(slow.errors).toMatchObject([
      {
        extensions: {
          code: 'SUBSCRIBER_LAGGED',
          cursor: String(slow.cursors.at(-1)),
          missed: EVENTS + 1 - slow.cursors.length,
        },
      },
    ]);
    expect(slow.cursors.length).toBeLessThan(EVENTS / 2);

    const resumed = await subscribe(String(slow.cursors.at(-1)));
    await until(() => slow.cursors.length + resumed.cursors.length >= EVENTS + 1);
    expect([...slow.cursors, ...resumed.cursors]).toEqual(quick.cursors);
    for (const { socket } of [slow, quick, resumed]) socket.terminate();
  });
});
