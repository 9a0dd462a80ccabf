import { addClinic, addLocation, change, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

export const WEEK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];
export const NINE_TO_FIVE = [{ start: '09:00', end: '17:00' }];
export const PERIOD = `schedulePeriod {
  id validFrom validTo weekdays weeksOfMonth ranges { start end } location { id } reason { id }
  modifiedByName
}`;

/** Set-up and requests that the cases of the suite share. */
export function periodsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let annex: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'a', undefined, { hours: false });
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
  });

  const add = async (input: object, key?: string): Promise<any> => {
    const { schedulePeriod, userErrors } = await change(
      gateway,
      'createSchedulePeriod',
      {
        ownerId: clinic.staffId,
        validFrom: '2031-01-01',
        weekdays: WEEK,
        ranges: NINE_TO_FIVE,
        ...input,
      },
      PERIOD,
      key,
    );
    expect(userErrors).toEqual([]);
    return schedulePeriod;
  };
  const read = (id: string) =>
    gateway
      .data(`query ($id: ID!) { ${PERIOD.replace('schedulePeriod', 'schedulePeriod(id: $id)')} }`, {
        id,
      })
      .then(({ schedulePeriod }) => schedulePeriod);

  return {
    get clinic() {
      return clinic;
    },
    get annex() {
      return annex;
    },
    add,
    read,
  };
}

export type PeriodsFixture = ReturnType<typeof periodsFixture>;
