const { Client } = require('pg');

/** After the last suite. */
module.exports = async () => {
  if (!process.env.TEST_DATABASE_URL) return;
  const admin = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await admin.connect();
  await admin
    .query(`DROP DATABASE IF EXISTS ${process.env.TEST_TEMPLATE}`)
    .finally(() => admin.end());
};
