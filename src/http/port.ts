import { createServer } from 'node:net';

/**
 * Checks that the port is available, before the database is migrated or seeded.
 * @throws the error of `listen`: EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
export function requirePort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server
      .once('error', reject)
      .listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}
