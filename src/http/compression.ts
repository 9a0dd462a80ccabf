import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

type Encoding = 'br' | 'gzip';

/** Both levels take about equal time. Higher levels double it and save a tenth of the size. */
const GZIP_LEVEL = 4;
const BROTLI_QUALITY = 3;

const compressors: Readonly<Record<Encoding, (body: Buffer) => Promise<Buffer>>> = {
  br: (body) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body) => promisify(gzip)(body, { level: GZIP_LEVEL }),
};

/** Returns the quality values of an Accept-Encoding header by name (RFC 9110, 12.5.3). */
function qualitiesOf(header: string): Map<string, number> {
  return new Map(
    header
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part.split(';').map((each) => each.trim());
        const quality = parameters.find((each) => each.startsWith('q='))?.slice(2);
        return [name, quality === undefined ? 1 : Number(quality) || 0];
      }),
  );
}

/** Returns the encoding that a client prefers; brotli for equal preference, null for neither. */
export function encodingFor(acceptEncoding: string | undefined): Encoding | null {
  if (!acceptEncoding) return null;
  const qualities = qualitiesOf(acceptEncoding);
  const of = (name: string): number => qualities.get(name) ?? qualities.get('*') ?? 0;
  const byPreference: readonly Encoding[] = of('gzip') > of('br') ? ['gzip', 'br'] : ['br', 'gzip'];
  return byPreference.find((name) => of(name) > 0) ?? null;
}

export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Sends texts, compressed from `fromBytes` on where the client accepts it. 0 never compresses. */
export class TextSender {
  constructor(private readonly fromBytes: number) {}

  async send(
    { headers: { 'accept-encoding': accepted } }: IncomingMessage,
    response: ServerResponse,
    { status, headers, text }: Outgoing,
  ): Promise<void> {
    const bytes = Buffer.byteLength(text);
    const isLong = this.fromBytes > 0 && bytes >= this.fromBytes;
    const encoding = isLong ? encodingFor(String(accepted ?? '')) : null;
    // Node writes a text together with the headers, and a buffer after them.
    const body = encoding ? await compressors[encoding](Buffer.from(text)) : text;
    if (response.destroyed || response.headersSent) return;
    if (isLong) response.appendHeader('vary', 'accept-encoding');
    response
      .writeHead(status, {
        ...headers,
        ...(encoding ? { 'content-encoding': encoding } : {}),
        'content-length': typeof body === 'string' ? bytes : body.length,
      })
      .end(body);
  }
}
