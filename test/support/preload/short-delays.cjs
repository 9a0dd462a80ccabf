// Shortens the delays, pauses, leases and timeouts of webhook deliveries. Preloaded into a gateway.
const delivery = require('../../../dist/src/features/webhooks/delivery/send-delivery.js');
const attempts = require('../../../dist/src/features/webhooks/delivery/record-attempt.js');
const outbound = require('../../../dist/src/services/outbound/outbound.js');
const queue = require('../../../dist/src/jobs/queue.js');

delivery.RETRY_DELAYS.splice(0, delivery.RETRY_DELAYS.length, ...Array(30).fill(20));
attempts.FIRST_PAUSE_MS = 20;
attempts.LONGEST_PAUSE_MS = 100;
queue.LEASE_MS = 1_000;
outbound.Outbound = class extends outbound.Outbound {
  constructor(options) {
    super({ ...options, timeoutMs: 250 });
  }
};
