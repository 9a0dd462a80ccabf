import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { websocketFixture } from './websocket.fixture';

const fixture = websocketFixture();
const { open, connected } = fixture;

describe('close codes of graphql-transport-ws', () => {
  it.each<[number, string, (client: Awaited<ReturnType<typeof open>>) => void]>([
    [4400, 'Invalid message received', ({ send }) => send('{"type":"what"}')],
    [4400, 'Invalid message received', ({ send }) => send('not json')],
    [
      4401,
      'Unauthorized',
      ({ send }) => send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } }),
    ],
    [
      4403,
      'Forbidden',
      ({ send }) => send({ type: 'connection_init', payload: { apiKey: 'unknown' } }),
    ],
    [4408, 'Connection initialisation timeout', () => {}],
    [
      4429,
      'Too many initialisation requests',
      ({ send }) => [1, 2].forEach(() => send({ type: 'connection_init' })),
    ],
    [
      4500,
      'Internal server error',
      ({ send }) => send({ type: 'connection_init', payload: { apiKey: 'crash' } }),
    ],
    [1009, '', ({ send }) => send('x'.repeat(256 * 1024 + 1))],
  ])('%i %s', async (code, reason, act) => {
    const client = await open();
    act(client);
    expect(await client.closed).toEqual([code, reason]);
  });

  it('4406 without a subprotocol', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${fixture.server.port}/graphql`);
    expect((await once(socket, 'close'))[0]).toBe(4406);
  });

  it('4406 for an unknown subprotocol', async () => {
    const socket = connect(fixture.server.port, '127.0.0.1', () =>
      socket.write(
        [
          'GET /graphql HTTP/1.1',
          'host: x',
          'connection: upgrade',
          'upgrade: websocket',
          'sec-websocket-version: 13',
          'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-protocol: graphql-ws',
          '',
          '',
        ].join('\r\n'),
      ),
    );
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
    while (!bytes.includes(Buffer.from('Subprotocol not acceptable'))) await once(socket, 'data');
    socket.destroy();
    const frame = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
    expect([frame[0], frame.readUInt16BE(2)]).toEqual([0x88, 4406]);
  });

  it('4409 for an id in use', async () => {
    const client = await connected();
    await client.listen('subscription { ticks }');
    client.subscribe('subscription { ticks }');
    expect(await client.closed).toEqual([4409, 'Subscriber for 1 already exists']);
  });
});
