// Removes the occupancy check before a write, and its lock. Preloaded into a gateway by the control runs of the burst tests.
const occupancy = require('../../../dist/src/features/occupancy/occupancy.service.js');

occupancy.lockSubjects = async (_tx, _businessId, ids) => new Map(ids.map((id) => [id, 1]));
occupancy.heldWithin = async () => [];
// Every subject has the capacity of a person.
occupancy.lockWhere = async () => ({ get: () => 1 });
occupancy.heldWhere = async () => [];
occupancy.heldInAny = async () => [];
