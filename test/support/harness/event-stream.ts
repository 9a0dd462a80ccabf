/** One message of server-sent events. */
interface StreamMessage {
  readonly event: string;
  readonly id?: string;
  readonly data: any;
}

/** Reads server-sent events as a browser does, until it is closed. */
export function readStream(url: string, headers: Record<string, string>) {
  const abort = new AbortController();
  const received: StreamMessage[] = [];
  const done = (async () => {
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: abort.signal,
    });
    let text = '';
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
      new TextDecoderStream(),
    )) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text
          .slice(0, end)
          .split('\n')
          .filter((line) => !line.startsWith(':'));
        text = text.slice(end + 2);
        const fields = lines.map((line) => /^(\w+): ?(.*)$/.exec(line) as RegExpExecArray);
        if (fields.length)
          received.push(
            Object.fromEntries(
              fields.map(([, name, value]) => [
                name,
                name === 'data' && value ? JSON.parse(value) : value,
              ]),
            ) as never,
          );
      }
    }
  })().catch(() => undefined);
  return { received, done, close: () => abort.abort() };
}
