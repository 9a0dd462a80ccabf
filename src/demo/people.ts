import type { WriteUnit } from '../context';
import { newRow } from '../db/new-row';
import type { Client } from '../features/clients/client.entity';
import { newClient } from '../features/clients/new-client';
import { Staff } from '../features/staff/staff.entity';
import { CLIENTS, type DemoBusiness } from './businesses';
import { sampleValuesAt, type SampledField } from './fields';
import type { Stamps } from './stamps';

export const staffOf = (
  demo: DemoBusiness,
  rowIds: readonly number[],
  subjectIds: readonly number[],
  stamps: Stamps,
): Staff[] =>
  demo.staff.map(({ userName, firstName, lastName, timeZone }, index) =>
    newRow(Staff, {
      ...stamps,
      rowId: rowIds[index] as number,
      subjectId: subjectIds[index] as number,
      userName,
      firstName,
      lastName,
      fullName: `${firstName} ${lastName}`,
      email: `${userName}@example.org`,
      phone: null,
      timeZoneCode: timeZone ?? demo.timeZone,
      acceptsAppointments: true,
      active: true,
      deleted: false,
    }),
  );

/** Returns the clients, every fifth of them with a tag. */
export const clientsOf = (
  fields: readonly SampledField[],
  rowIds: readonly number[],
  author: Pick<WriteUnit, 'member' | 'now'>,
): Client[] =>
  CLIENTS.map(([firstName, lastName], index) =>
    newClient(author, {
      rowId: rowIds[index] as number,
      firstName,
      lastName,
      email: `client${index + 1}@example.org`,
      fieldValues: sampleValuesAt(fields, 'CLIENT', index),
      tags: index % 5 === 0 ? ['regular'] : [],
    }),
  );
