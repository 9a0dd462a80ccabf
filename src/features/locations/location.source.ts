import { isStaffSide } from '../../context';
import { isOneOf, sql, TRUE } from '../../shared/db/sql';
import { parseGlobalIds } from '../../shared/global-id';
import { defineList } from '../../shared/list';
import { OrderDirection } from '../../shared/page';
import { defineSource } from '../../shared/source';
import { Location } from './location.entity';
import type { LocationFilter } from './location.inputs';

/** Staff see every location of their business, others those that take appointments. */
export const locations = defineSource(Location, (viewer, column) => (isStaffSide(viewer) ? TRUE : sql`${column('active')} = ${true}`));

export const locationList = defineList<Location, LocationFilter>({
  source: locations,
  orders: { NAME: ['locationName'] },
  defaultOrder: { field: 'NAME', direction: OrderDirection.ASC },
  filter: ({ ids, active, types }, column) => [
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Location', ids, ['filter', 'ids']))] : []),
    ...(types ? [isOneOf(column('locationType'), types)] : []),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
  ],
});
