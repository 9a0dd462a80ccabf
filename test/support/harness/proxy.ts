import { connect, createServer, type Socket } from 'node:net';

export interface Proxy {
  readonly port: number;
  /** Closes open connections and refuses new ones. */
  cut(): void;
  /** Discards the data of both directions, silently. */
  swallow(): void;
  /** Forwards data to the server, and discards its responses. */
  mute(): void;
  restore(): void;
  /** Closes open connections; forwards new ones to the server at another port. */
  lead(port: number): void;
  close(): Promise<void>;
}

/** A proxy before a server, which can simulate failures of the network. */
export async function startProxy(port: number, host = '127.0.0.1'): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let target = port;
  let state: 'open' | 'cut' | 'silent' | 'mute' = 'open';
  const destroyAll = () => sockets.forEach((socket) => socket.destroy());
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect(target, host);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on(
        'data',
        (chunk) => (state === 'open' || (state === 'mute' && from === client)) && to.write(chunk),
      );
      from.on('error', () => undefined);
      from.on('close', () => (sockets.delete(from), to.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut: () => ((state = 'cut'), destroyAll()),
    swallow: () => void (state = 'silent'),
    mute: () => void (state = 'mute'),
    restore: () => ((state = 'open'), destroyAll()),
    lead: (other) => ((target = other), (state = 'open'), destroyAll()),
    async close() {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
