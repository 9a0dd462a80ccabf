// Shortens the lease of jobs, so that another process soon claims the jobs of one that died. Preloaded into a gateway.
const queue = require('../../../dist/src/jobs/queue.js');

queue.LEASE_MS = 3_000;
