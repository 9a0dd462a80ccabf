import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { freePort } from './process';

interface Part {
  readonly headers: Record<string, string>;
  readonly type: string;
  readonly text: string;
}

/**
 * A received message: its envelope, its headers by lower-case name (unfolded), and its decoded
 * parts.
 */
export interface Mail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly raw: string;
  readonly headers: Record<string, string>;
  readonly headerLines: readonly string[];
  readonly parts: readonly Part[];
  readonly subject: string;
  readonly invitation: string | null;
}

function split(raw: string): { lines: string[]; headers: Record<string, string>; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  return {
    lines,
    headers: Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    ),
    body: raw.slice(end + 4),
  };
}

/** Parses RFC 2045 and 2046, for the forms that the gateway sends. */
function partsOf(raw: string): Part[] {
  const { headers, body } = split(raw);
  const type = headers['content-type'] ?? 'text/plain';
  const boundary = /boundary="?([^";]+)"?/.exec(type)?.[1];
  if (boundary)
    return body
      .split(`--${boundary}`)
      .slice(1, -1)
      .flatMap((part) => partsOf(part.replace(/^\r\n/, '').replace(/\r\n$/, '')));
  const encoding = headers['content-transfer-encoding']?.toLowerCase();
  const quoted = () =>
    Buffer.from(
      body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      'latin1',
    ).toString();
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString()
      : encoding === 'quoted-printable'
        ? quoted()
        : Buffer.from(body, 'latin1').toString();
  return [{ headers, type: type.split(';')[0]!.trim(), text }];
}

/** RFC 2047. */
export const decoded = (header: string): string =>
  header
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replace(/=([0-9A-F]{2})/gi, (__, hex: string) =>
                String.fromCharCode(parseInt(hex, 16)),
              ),
            'latin1',
          ).toString(),
    );

function read(raw: string, from: string, to: string[]): Mail {
  const { headers, lines } = split(raw);
  const parts = partsOf(raw);
  return {
    raw,
    headers,
    headerLines: lines,
    parts,
    envelope: { from, to },
    subject: decoded(headers.subject ?? ''),
    invitation:
      parts.find(({ type }) => type === 'text/calendar')?.text.replaceAll(/\r?\n/g, '\r\n') ?? null,
  };
}

/** The response of a mail server to a message: an error, or null to accept it. */
type Verdict = (mail: Mail) => Error | null | Promise<Error | null>;

/** A real mail server. `verdict` may refuse; accepted messages are in `received`. */
export async function startMailServer(port?: number) {
  const received: Mail[] = [];
  const state: { verdict: Verdict } = { verdict: () => null };
  async function answer(mail: Mail, done: (error?: Error | null) => void): Promise<void> {
    const error = await state.verdict(mail);
    if (!error) received.push(mail);
    done(error);
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const mail = read(
          Buffer.concat(chunks).toString('latin1'),
          mailFrom ? mailFrom.address : '',
          rcptTo.map(({ address }) => address),
        );
        void answer(mail, done);
      });
    },
  });
  server.on('error', () => undefined);
  const at = port ?? (await freePort());
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', () => resolve()));
  return {
    port: at,
    url: `smtp://127.0.0.1:${at}`,
    received,
    state,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export const smtpError = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/** An SMS gateway. `status` is the status of its responses. */
export async function startSmsServer() {
  const received: { to: string; text: string; key: string }[] = [];
  const state = { status: 200 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      if (state.status === 200)
        received.push({ ...JSON.parse(body), key: request.headers['idempotency-key'] });
      response.writeHead(state.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`,
    received,
    state,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
