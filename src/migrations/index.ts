import { FirstTables1763700000000 } from './1763700000000-first-tables';
import { Bookings1763700000001 } from './1763700000001-bookings';

/** In the order they run. */
export const migrations = [FirstTables1763700000000, Bookings1763700000001];
