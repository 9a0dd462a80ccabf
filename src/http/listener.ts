import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const STATUS_OF_PARSER_ERROR: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Interval of the check for request timeouts. The default of Node is 30 s. */
const CHECK_CONNECTIONS_MS = 1_000;

interface Timeouts {
  readonly headersTimeout?: number;
  readonly requestTimeout?: number;
}

/** A node:http server whose shutdown waits for requests in flight only. */
export class Listener {
  readonly server: Server;
  /**
   * Connections without a first request, which browsers open in advance and closeIdleConnections of
   * Node skips.
   */
  private readonly idleSockets = new Set<Socket>();
  private stopping = false;

  constructor(
    serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
    timeouts: Timeouts = {},
  ) {
    this.server = createServer(
      {
        headersTimeout: 10_000,
        requestTimeout: 30_000,
        ...timeouts,
        connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
      },
      (request, response) => {
        this.limitKeepAlive(response);
        void serve(request, response);
      },
    );
    this.server
      .on('connection', (socket: Socket) => {
        this.idleSockets.add(socket);
        socket.once('close', () => this.idleSockets.delete(socket));
      })
      .on('request', ({ socket }: IncomingMessage) => this.idleSockets.delete(socket))
      .on('upgrade', ({ socket }: IncomingMessage) => this.idleSockets.delete(socket))
      .on('clientError', refuseMalformed);
  }

  /** Resolves with the port. */
  async listen(port: number, host: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  /** Refuses connections. Resolves once all are closed, at the latest after `gracePeriodMs`. */
  async close(gracePeriodMs: number): Promise<void> {
    this.stopping = true;
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeIdleConnections();
    this.idleSockets.forEach((socket) => socket.destroy());
    const deadline = setTimeout(() => this.server.closeAllConnections(), gracePeriodMs);
    await closed;
    clearTimeout(deadline);
  }

  /** Otherwise a connection that is busy at shutdown would be kept alive for a next request. */
  private limitKeepAlive(response: ServerResponse): void {
    if (this.stopping) response.shouldKeepAlive = false;
    else
      response.on(
        'close',
        () => this.stopping && setImmediate(() => this.server.closeIdleConnections()),
      );
  }
}

function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUS_OF_PARSER_ERROR[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
