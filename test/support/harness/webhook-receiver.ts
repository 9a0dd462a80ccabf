import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export type ReceiverReply =
  { status: number; headers?: Record<string, string>; body?: string } | 'hang' | 'reset';

/** A server that receives webhooks and returns the response that the test sets. */
export class WebhookReceiver {
  readonly received: ReceivedRequest[] = [];
  reply: (request: ReceivedRequest) => ReceiverReply | Promise<ReceiverReply> = () => ({
    status: 200,
    body: 'thanks',
  });
  /** The highest number of concurrent requests. */
  maxConcurrent = 0;
  /** The number of connections, including those without a request. */
  connections = 0;
  private open = 0;
  private server!: Server;

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      this.maxConcurrent = Math.max(this.maxConcurrent, (this.open += 1));
      response.on('close', () => (this.open -= 1));
      request.on('error', () => undefined);
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const received = {
          path: request.url as string,
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
        };
        this.received.push(received);
        const reply = await this.reply(received);
        if (reply === 'hang') return;
        if (reply === 'reset') return void request.socket.resetAndDestroy();
        response.writeHead(reply.status, reply.headers).end(reply.body);
      });
    });
    this.server.on('connection', () => (this.connections += 1));
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hooks`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
