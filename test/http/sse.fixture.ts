import type { TestGateway } from '../support/harness/gateway';

interface Received {
  id?: string;
  event?: string;
  data?: any;
}

/** Connections to event streams, which end after each test. */
export function eventStreams(gateway: TestGateway) {
  const open: AbortController[] = [];
  afterEach(() => open.splice(0).forEach((abort) => abort.abort()));

  /** Parses the events of a response as a browser does. */
  async function connect(path: string, init: RequestInit = {}) {
    const abort = new AbortController();
    open.push(abort);
    const response = await fetch(gateway.gateway.url + path, { ...init, signal: abort.signal });
    const received: Received[] = [];
    let ended = false;
    const reading = (async () => {
      let text = '';
      for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
        new TextDecoderStream(),
      )) {
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const lines = text
            .slice(0, end)
            .split('\n')
            .filter((line) => !line.startsWith(':'))
            .map((line) => /^(\w+): ?(.*)$/.exec(line)!);
          text = text.slice(end + 2);
          if (lines.length)
            received.push(
              Object.fromEntries(
                lines.map(([, name, value]) => [
                  name,
                  name === 'data' && value ? JSON.parse(value) : value,
                ]),
              ),
            );
        }
      }
    })()
      .catch(() => undefined)
      .finally(() => (ended = true));
    return {
      response,
      received,
      reading,
      async atLeast(count: number) {
        while (received.length < count) {
          if (ended) throw new Error(`ended after ${JSON.stringify(received)}`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return received;
      },
      close: () => abort.abort(),
    };
  }

  return connect;
}
