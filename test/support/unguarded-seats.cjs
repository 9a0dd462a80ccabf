// Preloaded into a gateway by the control runs of the class bursts: takes the look at the seats that are free away, and the lock with it.
const occupancy = require('../../dist/src/features/occupancy/occupancy.service.js');
const seats = require('../../dist/src/features/classes/class.seats.js');

occupancy.lockSubjects = async (_tx, _businessId, ids) => new Map(ids.map((id) => [id, 1_000_000]));
seats.seatsTaken = async () => new Map();
