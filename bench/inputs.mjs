// Random inputs of the operations, within the data set.
import * as databases from './database.mjs';
import { BUSINESSES, LOCATIONS, REASONS, STAFF } from './data.mjs';
import { ask } from './operations.mjs';

const random = (count) => Math.floor(Math.random() * count);

/** From an operation to an input of it, of a business at random or of the one at `place`. */
export function inputsOf(size) {
  let slot = 0;
  return {
    q1: (place = random(BUSINESSES)) => ({
      place,
      id: place * size.perBusiness + 1 + random(size.perBusiness),
    }),
    q2: (place = random(BUSINESSES)) => ({ place, id: place * LOCATIONS + 1 + random(LOCATIONS) }),
    q3: (place = random(BUSINESSES)) => ({ place }),
    /** A free time of the staff member at `staff` of the business, different in each call. */
    m1(place = random(BUSINESSES), staff = random(STAFF)) {
      slot += 1;
      return {
        place,
        locationId: place * LOCATIONS + 1,
        reasonId: place * REASONS + 1,
        clientId: place * size.clients + 1 + random(size.clients),
        staffId: place * STAFF + 1 + staff,
        start: size.freeFrom + slot * 1_800_000,
      };
    },
  };
}

/** From an operation and its input to what a server is sent. */
export const requestFor =
  (name, keys) =>
  (operation, { place, ...input }) => ({
    ...ask[name](operation, { business: databases.businessOf(keys[place]), ...input }),
    headers: name === 'gateway' ? { authorization: `Bearer ${keys[place]}` } : {},
  });
