import { Agent, request } from 'node:http';

const PATIENCE_MS = 20_000;

/** One kept-alive connection to the gateway. */
export class Connection {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(url, key = null) {
    this.url = url;
    this.key = key;
  }

  post(body) {
    return this.#send('/graphql', JSON.stringify(body));
  }

  get(path) {
    return this.#send(path, null);
  }

  close() {
    this.#agent.destroy();
  }

  #send(path, body) {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.url + path,
        {
          method: body === null ? 'GET' : 'POST',
          agent: this.#agent,
          headers: {
            ...(body === null
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...(this.key ? { authorization: `Bearer ${this.key}` } : {}),
          },
          timeout: PATIENCE_MS,
        },
        (response) => {
          const chunks = [];
          response
            .on('data', (chunk) => chunks.push(chunk))
            .on('end', () =>
              resolve({ status: response.statusCode, body: Buffer.concat(chunks).toString() }),
            )
            .on('error', reject);
        },
      );
      outgoing
        .on('error', reject)
        .on('timeout', () => outgoing.destroy(new Error('The gateway did not respond.')));
      outgoing.end(body ?? undefined);
    });
  }
}
