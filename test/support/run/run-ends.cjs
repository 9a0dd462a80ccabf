const { rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { Client } = require('pg');

/** After the last suite. */
module.exports = async () => {
  rmSync(join(tmpdir(), `${process.env.TEST_TEMPLATE}.db`), { force: true });
  if (!process.env.TEST_DATABASE_URL) return;
  const admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  await admin
    .query(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE}`)
    .finally(() => admin.end());
};
