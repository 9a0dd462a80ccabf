import { lookup, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { orAborted } from '../../lib/abortable';
import { isPrivateAddress } from './addresses';

export interface OutboundOptions {
  /** Hosts, `name` or `name:port`, that may be private and may use plain http. */
  readonly allowedHosts?: readonly string[];
  /** Ports of all other hosts. @default 443 and 8443 */
  readonly ports?: readonly number[];
  /** From the name lookup to the status line of the response. */
  readonly timeoutMs?: number;
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The first kilobyte. */
  readonly body: string;
}

/** A target that must not be called. */
export class OutboundRefused extends Error {}

const TIMEOUT_MS = 10_000;
const PORTS = [443, 8443];
const KEPT_BYTES = 1_024;

const resolveAll = (host: string): Promise<LookupAddress[]> =>
  promisify(lookup)(host, { all: true });
const bare = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

/**
 * Sends requests to addresses supplied by callers, never into a private network. A literal address
 * is checked itself, a name by all addresses that it resolves to, and only checked addresses are
 * dialled. Redirects are not followed.
 */
export class Outbound {
  private readonly allowed: ReadonlySet<string>;
  private readonly ports: ReadonlySet<number>;
  private readonly timeoutMs: number;
  private readonly resolve: NonNullable<OutboundOptions['resolve']>;

  constructor({
    allowedHosts = [],
    ports = PORTS,
    timeoutMs = TIMEOUT_MS,
    resolve = resolveAll,
  }: OutboundOptions = {}) {
    this.allowed = new Set(allowedHosts.map((host) => host.toLowerCase()));
    this.ports = new Set(ports);
    this.timeoutMs = timeoutMs;
    this.resolve = resolve;
  }

  /**
   * Returns why an address is refused, as far as known without resolving its name. Null if it is
   * allowed.
   */
  refusal(address: string): string | null {
    if (!URL.canParse(address)) return 'It is not a URL.';
    const url = new URL(address);
    const host = bare(url.hostname);
    if (url.username || url.password) return 'It contains a user name or a password.';
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'It is not an https URL.';
    if (this.isAllowed(url)) return null;
    if (url.protocol !== 'https:') return 'It is not an https URL.';
    if (
      isIP(host)
        ? isPrivateAddress(host)
        : host === 'localhost' || host.endsWith('.localhost') || !host.includes('.')
    )
      return 'It is in a private network.';
    const port = Number(url.port || 443);
    if (!this.ports.has(port))
      return `Port ${port} is not an allowed port: ${[...this.ports].join(', ')}.`;
    return null;
  }

  /**
   * Sends bytes and returns the response, whatever its status.
   * @throws OutboundRefused before anything is sent; Error if there is no response in time.
   */
  async post(
    address: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    signal?: AbortSignal,
  ): Promise<OutboundAnswer> {
    const refusal = this.refusal(address);
    if (refusal) throw new OutboundRefused(refusal);
    const url = new URL(address);
    // Not AbortSignal.any: its dependents live as long as a process-wide signal.
    const ended = new AbortController();
    const stop = () => ended.abort(signal?.reason);
    const timer = setTimeout(
      () => ended.abort(new Error(`No response within ${this.timeoutMs / 1000} seconds.`)),
      this.timeoutMs,
    );
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      const addresses = await orAborted(this.addressesOf(url), ended.signal);
      return await send(url, addresses, { headers, body }, ended.signal);
    } catch (error) {
      throw ended.signal.aborted ? ended.signal.reason : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
  }

  private isAllowed({ hostname, port, protocol }: URL): boolean {
    const host = bare(hostname);
    return (
      this.allowed.has(host) ||
      this.allowed.has(`${host}:${port || (protocol === 'https:' ? 443 : 80)}`)
    );
  }

  /**
   * Resolves the host. All addresses must be allowed, because a later lookup may return them in
   * another order.
   */
  private async addressesOf(url: URL): Promise<readonly LookupAddress[]> {
    const host = bare(url.hostname);
    const family = isIP(host);
    const found = family ? [{ address: host, family }] : await this.resolve(host);
    if (!found.length) throw new Error('The host name has no address.');
    if (!this.isAllowed(url) && found.some(({ address }) => isPrivateAddress(address)))
      throw new OutboundRefused('The host name resolves to a private network.');
    return found;
  }
}

function send(
  url: URL,
  addresses: readonly LookupAddress[],
  { headers, body }: { headers: Readonly<Record<string, string>>; body: Buffer },
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  // The connection uses the checked addresses; the name is not resolved again.
  const checked = ((_host, { all }, callback) => {
    const [{ address, family }] = addresses as [LookupAddress];
    if (all) callback(null, [...addresses]);
    else callback(null, address, family);
  }) as LookupFunction;
  const secure = url.protocol === 'https:';
  // A connection of its own: a pooled one could lead to an address that was not checked.
  const agent = secure ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(
      url,
      {
        method: 'POST',
        agent,
        lookup: checked,
        signal,
        headers: { ...headers, 'content-length': String(body.length) },
      },
      (response) =>
        void firstBytes(response).then((text) => {
          request.destroy();
          resolve({ status: response.statusCode as number, headers: response.headers, body: text });
        }),
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Reads the beginning of a response. A late or broken body does not invalidate the status. */
function firstBytes(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const done = () =>
      resolve(Buffer.concat(chunks).subarray(0, KEPT_BYTES).toString().replaceAll('\0', ''));
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if ((length += chunk.length) >= KEPT_BYTES) done();
    });
    response.on('end', done).on('error', done).on('close', done);
  });
}
