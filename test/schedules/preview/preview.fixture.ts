import {
  addClinic,
  addLocation,
  book as bookWithin,
  change,
  hire,
  type Clinic,
} from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

export const QUERY = `query ($input: ScheduleChangeInput!) {
  previewScheduleChange(input: $input) { totalCount outside { already appointment { start } } }
}`;
const WEEK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];

/** Set-up and requests that the cases of the suite share. */
export function previewFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let annex: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/New_York' });
  });

  /** Books regardless of hours. */
  const book = (_: unknown, whose: Clinic, start: string, input: object = {}) =>
    bookWithin(gateway, whose, start, { override: true, ...input });
  const hours = (from: string, to: string, input: object = {}) => ({
    validFrom: '2031-01-01',
    weekdays: WEEK,
    ranges: [{ start: from, end: to }],
    ...input,
  });
  const add = async (
    ownerId: string,
    from: string,
    to: string,
    input: object = {},
  ): Promise<string> =>
    (
      await change(
        gateway,
        'createSchedulePeriod',
        { ownerId, ...hours(from, to, input) },
        'schedulePeriod { id }',
      )
    ).schedulePeriod.id;
  const preview = async (input: object, key?: string): Promise<[string, boolean][]> => {
    const { previewScheduleChange } = await gateway.data(QUERY, { input }, key ? { key } : {});
    expect(previewScheduleChange.totalCount).toBe(previewScheduleChange.outside.length);
    return previewScheduleChange.outside.map(({ already, appointment }: any) => [
      appointment.start.slice(5, 16),
      already,
    ]);
  };
  const person = async (name: string): Promise<Clinic> => ({
    ...clinic,
    staffId: await hire(
      gateway,
      clinic,
      name,
      'America/New_York',
      [clinic.locationId, annex],
      null,
    ),
  });

  return {
    get clinic() {
      return clinic;
    },
    get annex() {
      return annex;
    },
    book,
    hours,
    add,
    preview,
    person,
  };
}

export type PreviewFixture = ReturnType<typeof previewFixture>;
