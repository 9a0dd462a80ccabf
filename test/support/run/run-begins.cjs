const { randomBytes } = require('node:crypto');

/** Before the first suite: names the database that those of this run are copied from. */
module.exports = () => {
  process.env.TEST_TEMPLATE = `slotgraph_test_template_${randomBytes(6).toString('hex')}`;
};
