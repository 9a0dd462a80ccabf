import { createServer, type AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { ErrorCode } from '../src/errors';
import { asBusy } from '../src/shared/db/failures';
import { POSTGRES } from './support/scratch';

/** What a pool says that cannot give a connection in a moment. */
async function refusalOf(pool: Pool): Promise<unknown> {
  const client = await pool.connect().catch((error: unknown) => ({ error }));
  return 'error' in client ? client.error : null;
}

describe('a database that cannot be had for now is BUSY', () => {
  it('where it takes a connection and says nothing', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const pool = new Pool({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port, connectionTimeoutMillis: 50 });
    expect(asBusy(await refusalOf(pool))).toMatchObject({ code: ErrorCode.BUSY });
    await pool.end();
    await new Promise((resolve) => silent.close(resolve));
  });

  (POSTGRES ? it : it.skip)(`where all connections are taken${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`, async () => {
    const pool = new Pool({ connectionString: POSTGRES, max: 1, connectionTimeoutMillis: 50 });
    const taken = await pool.connect();
    expect(asBusy(await refusalOf(pool))).toMatchObject({ code: ErrorCode.BUSY });
    taken.release();
    await pool.end();
  });
});
