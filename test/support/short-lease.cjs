// Preloaded into a gateway by the tests of several processes: what one of them has and leaves is soon another's.
const queue = require('../../dist/src/jobs/queue.js');

queue.LEASE_MS = 3_000;
