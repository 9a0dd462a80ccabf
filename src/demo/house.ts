import { Role, type Member } from '../context';
import type { Tx } from '../db/database';
import { newRow } from '../db/new-row';
import type { Ids } from '../db/state/ids';
import { insert } from '../db/table';
import type { Business } from '../features/businesses/business.entity';
import type { Client } from '../features/clients/client.entity';
import { insertClient } from '../features/clients/client.service';
import { CustomField } from '../features/custom-fields/custom-field.entity';
import { Location, type LocationType } from '../features/locations/location.entity';
import { RoundRobin } from '../features/locations/round-robin';
import { Subject } from '../features/occupancy/subject.entity';
import { ServiceStaff } from '../features/reasons/links/service-staff.entity';
import { Reason } from '../features/reasons/reason.entity';
import { Resource } from '../features/resources/resource.entity';
import { SchedulePeriod } from '../features/schedules/schedule-period.entity';
import { Weekday } from '../features/schedules/schedule-values';
import { Staff, StaffLocation } from '../features/staff/staff.entity';
import { MS_PER_DAY, toLocal } from '../lib/time-zone';
import { CLIENTS, type DemoBusiness } from './businesses';
import { createFields, type SampledField } from './fields';
import { clientsOf, staffOf } from './people';
import { reasonsOf } from './reasons';
import { DEMO_AUTHOR, type Stamps } from './stamps';
import { modifierOf } from '../log/actors/stamps';

/** Hours of a working day. */
const HOURS = 10;

/** A business of the demo with everything except its appointments. */
export interface House {
  readonly demo: DemoBusiness;
  readonly now: number;
  readonly business: Business;
  readonly member: Member;
  readonly locations: readonly Location[];
  readonly staff: readonly Staff[];
  readonly reasons: readonly Reason[];
  readonly clients: readonly Client[];
  readonly resources: readonly Resource[];
  readonly hours: readonly SchedulePeriod[];
  readonly fields: readonly SampledField[];
}

export async function houseOf(
  ids: Ids,
  business: Business,
  demo: DemoBusiness,
  now: number,
): Promise<House> {
  const createdAt = now - 90 * MS_PER_DAY;
  const stamps: Stamps = {
    businessId: business.rowId,
    version: 1,
    createdAt,
    modifiedAt: createdAt,
  };
  const [locationIds, staffIds, subjectIds, reasonIds, clientIds, resourceIds, periodIds] = [
    await ids.take('location', demo.locations.length),
    await ids.take('staff', demo.staff.length),
    await ids.take('subject', demo.staff.length + demo.resources.length),
    await ids.take('reason', demo.reasons.length + 1),
    await ids.take('client', CLIENTS.length),
    await ids.take('resource', demo.resources.length),
    await ids.take('schedule_period', demo.staff.length + 1),
  ];
  const locations = locationsOf(demo, locationIds, stamps);
  const staff = staffOf(demo, staffIds, subjectIds, stamps);
  const fields = await createFields(ids, business, demo, createdAt);
  const member = demoMember(business);
  const resourceSubjects = subjectIds.slice(demo.staff.length);
  return {
    demo,
    now,
    business,
    member,
    locations,
    staff,
    reasons: reasonsOf(demo, reasonIds, stamps),
    clients: clientsOf(fields, clientIds, { member, now: createdAt }),
    resources: demo.resources.map(({ name, quantity }, index) =>
      newRow(Resource, {
        ...stamps,
        rowId: resourceIds[index] as number,
        subjectId: resourceSubjects[index] as number,
        locationId: locationIds[0] as number,
        name,
        description: null,
        quantity,
        active: true,
        deleted: false,
      }),
    ),
    hours: hoursOf(demo, { locations, staff }, periodIds, stamps),
    fields,
  };
}

const demoMember = ({ rowId: businessId }: Business): Member => ({
  businessId,
  role: Role.ADMINISTRATOR,
  ...DEMO_AUTHOR,
  clientIds: [],
  locationIds: [],
});

const locationsOf = (demo: DemoBusiness, rowIds: readonly number[], stamps: Stamps): Location[] =>
  demo.locations.map(({ name, type, city, address, zip }, index) =>
    newRow(Location, {
      ...stamps,
      rowId: rowIds[index] as number,
      locationName: name,
      locationType: type as LocationType,
      timeZoneCode: demo.timeZone,
      primary: index === 0,
      active: true,
      deleted: false,
      address: address
        ? {
            address1: address,
            address2: null,
            city,
            state: null,
            county: null,
            zip,
            country: demo.country,
          }
        : null,
      phone: null,
      bookingTimerMinutes: 10,
      roundRobin: RoundRobin.NONE,
    }),
  );

/** Returns the hours of the first location and of each staff member: Monday to Saturday. */
function hoursOf(
  { opens, timeZone }: DemoBusiness,
  { locations, staff }: Pick<House, 'locations' | 'staff'>,
  rowIds: readonly number[],
  stamps: Stamps,
): SchedulePeriod[] {
  const owners = [
    { ofLocationId: (locations[0] as Location).rowId },
    ...staff.map(({ rowId }) => ({ staffId: rowId })),
  ];
  return owners.map((owner, index) =>
    newRow(SchedulePeriod, {
      ...stamps,
      rowId: rowIds[index] as number,
      staffId: null,
      ofLocationId: null,
      ofReasonId: null,
      resourceId: null,
      ...owner,
      validFrom: toLocal(stamps.createdAt, timeZone).date,
      validTo: null,
      weekdays: Object.values(Weekday).filter((day) => day !== Weekday.SUNDAY),
      weeksOfMonth: [],
      ranges: [{ start: opens * 60, end: (opens + HOURS) * 60 }],
      locationId: null,
      reasonId: null,
      ...modifierOf(DEMO_AUTHOR),
    }),
  );
}

export async function addHouse(tx: Tx, house: House): Promise<void> {
  const { locations, resources, clients, hours, fields } = house;
  await insert(tx, Location, ...locations);
  await addStaff(tx, house);
  await addReasons(tx, house);
  await insert(
    tx,
    Subject,
    ...resources.map(({ businessId, subjectId, quantity }) => ({
      businessId,
      rowId: subjectId,
      kind: 'RESOURCE' as const,
      capacity: quantity,
    })),
  );
  await insert(tx, Resource, ...resources);
  await insert(tx, SchedulePeriod, ...hours);
  await insert(tx, CustomField, ...fields.map(({ field }) => field));
  for (const client of clients) await insertClient(tx, client);
}

async function addStaff(tx: Tx, { staff, locations }: House): Promise<void> {
  await insert(
    tx,
    Subject,
    ...staff.map(({ businessId, subjectId }) => ({
      businessId,
      rowId: subjectId,
      kind: 'STAFF' as const,
      capacity: 1,
    })),
  );
  await insert(tx, Staff, ...staff);
  await insert(
    tx,
    StaffLocation,
    ...staff.flatMap(({ businessId, rowId: staffId }) =>
      locations.map(({ rowId: locationId }) => ({ businessId, staffId, locationId })),
    ),
  );
}

/** Adds the reasons. All staff serve each of them, except private time. */
async function addReasons(tx: Tx, { reasons, staff, now }: House): Promise<void> {
  await insert(tx, Reason, ...reasons);
  await insert(
    tx,
    ServiceStaff,
    ...reasons
      .filter(({ personal }) => !personal)
      .flatMap(({ businessId, rowId: reasonId }) =>
        staff.map(({ rowId: staffId }) =>
          newRow(ServiceStaff, {
            businessId,
            reasonId,
            staffId,
            active: true,
            price: null,
            durations: [],
            description: null,
            priority: 0,
            weight: 100,
            createdAt: now,
            modifiedAt: now,
          }),
        ),
      ),
  );
}
