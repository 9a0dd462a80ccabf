// Preloaded into a gateway by the control runs of the burst tests: takes the check before the write away, and the lock with it.
const occupancy = require('../../dist/src/features/occupancy/occupancy.service.js');

occupancy.lockSubjects = async (_tx, _businessId, ids) => new Map(ids.map((id) => [id, 1]));
occupancy.heldWithin = async () => [];
// Every subject is taken for a person's, none for locked.
occupancy.lockWhere = async () => ({ get: () => 1 });
occupancy.heldWhere = async () => [];
