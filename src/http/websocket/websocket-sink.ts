import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import { HIGH_WATER } from '../limits/socket-gate';
import type { EncodedEvent } from '../subscriptions/encoded-event';
import type { Sink } from '../subscriptions/event-stream';

/** Sends a Buffer as a text frame; the default of ws is a binary frame. */
const TEXT = { binary: false };
const END = Buffer.from('}');

/** The subscription that a sink sends the events of. */
interface Subscription {
  readonly id: string;
  readonly socket: WebSocket;
  /** The TCP socket of the WebSocket. */
  readonly wire: Socket;
}

/**
 * Sends the events of a subscription as messages: adds the operation id to the shared serialized
 * event.
 */
export class WebSocketSink implements Sink {
  events = 0;
  errors: ExecutionResult['errors'];
  private readonly start: Buffer;

  constructor(private readonly operation: Subscription) {
    this.start = Buffer.from(`{"id":${JSON.stringify(operation.id)},"type":"next","payload":`);
  }

  get full(): boolean {
    const { socket, wire } = this.operation;
    if (socket.bufferedAmount > HIGH_WATER) uncork(wire);
    return socket.bufferedAmount > HIGH_WATER;
  }

  send({ bytes, errors }: EncodedEvent): Promise<void> | null {
    const { socket, wire } = this.operation;
    const message = Buffer.concat([this.start, bytes, END]);
    this.events += 1;
    this.errors = errors;
    corkForThisTurn(wire);
    if (socket.bufferedAmount > HIGH_WATER)
      return new Promise((resolve) => socket.send(message, TEXT, () => resolve()));
    socket.send(message, TEXT);
    return null;
  }
}

const corked: Socket[] = [];
const isCorked = new WeakSet<Socket>();

/**
 * Corks a socket until the end of the event-loop turn, so that all its frames are sent with one
 * system call.
 */
function corkForThisTurn(wire: Socket): void {
  if (isCorked.has(wire)) return;
  isCorked.add(wire);
  wire.cork();
  if (corked.push(wire) === 1) process.nextTick(flushCorked);
}

function uncork(wire: Socket): void {
  if (isCorked.delete(wire)) wire.uncork();
}

const flushCorked = (): void => corked.splice(0).forEach(uncork);
