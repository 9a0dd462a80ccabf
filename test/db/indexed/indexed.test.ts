import { POSTGRES } from '../../support/harness/scratch';
import { bookingsCases } from './bookings.cases';
import { indexedFixture } from './indexed.fixture';
import { groupsCases } from './groups.cases';
import { listsCases } from './lists.cases';

jest.setTimeout(600_000);

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'on a filled database, %s',
  (dialect) => {
    const fixture = indexedFixture(dialect);
    listsCases(dialect, fixture);
    groupsCases(fixture);
    bookingsCases(dialect, fixture);
  },
);
