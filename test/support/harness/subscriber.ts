import { WebSocket } from 'ws';

const QUERY = `subscription ($after: String!) {
  bookingNotifications(after: $after) { cursor appointment { id } }
}`;

/**
 * A subscriber that reconnects whenever its connection ends, to the next of the URLs, and resumes
 * after its last cursor. Received events are kept in order.
 */
export class Subscriber {
  readonly cursors: number[] = [];
  readonly ids: string[] = [];
  /** The number of connections. */
  connections = 0;
  private socket?: WebSocket;
  private closed = false;

  /** @param urls evaluated for each connection */
  constructor(
    private readonly urls: () => readonly string[],
    private readonly key: string,
    private readonly from: string,
    private turn: number,
  ) {
    this.connect();
  }

  private connect(): void {
    const urls = this.urls();
    const socket = (this.socket = new WebSocket(
      `${(urls[this.turn++ % urls.length] as string).replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      { perMessageDeflate: false },
    ));
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.on('open', () =>
      send({ type: 'connection_init', payload: { authorization: `Bearer ${this.key}` } }),
    );
    socket.on('message', (data) => this.receive(String(data), send));
    socket.on('error', () => undefined);
    socket.on(
      'close',
      () =>
        this.closed || setTimeout(() => this.closed || this.connect(), 50 + Math.random() * 100),
    );
  }

  private receive(text: string, send: (message: object) => void): void {
    if (text.includes('"connection_ack"')) {
      this.connections += 1;
      return send({
        id: '1',
        type: 'subscribe',
        payload: { query: QUERY, variables: { after: String(this.cursors.at(-1) ?? this.from) } },
      });
    }
    const event = /"cursor":"(\d+)","appointment":\{"id":"([^"]+)"/.exec(text);
    if (event) {
      this.cursors.push(Number(event[1]));
      this.ids.push(event[2] as string);
    } else if (text.includes('"complete"')) this.socket?.terminate();
  }

  close(): void {
    this.closed = true;
    this.socket?.terminate();
  }
}
