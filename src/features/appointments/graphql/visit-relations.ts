import type { Member } from '../../../context';
import { join, raw, sql, type Sql } from '../../../db/sql';
import { isAmong } from '../../../graphql/relations/branches';
import { toManyWhere } from '../../../graphql/relations/relation';
import { connectionField } from '../../../graphql/relations/relation-field';
import { Client } from '../../clients/client.entity';
import { ClientFilter, ClientOrder } from '../../clients/client.inputs';
import { clientList } from '../../clients/client.list';
import { ClientConnection } from '../../clients/client.relations';
import { ReasonFilter, ReasonOrder } from '../../reasons/reason.filter';
import { reasonList } from '../../reasons/reason.list';
import { ReasonConnection } from '../../reasons/reason.relations';
import { Staff } from '../../staff/staff.entity';
import { appointments } from '../model/list';
import { AppointmentStatus } from '../model/status';

/**
 * Relations through appointments. They count the appointments that the viewer sees only, so that an
 * edge does not disclose that another one exists.
 */

/**
 * Selects a column of the visible appointments, by the alias `visit`, for which a condition holds.
 * An index of the parent has them: a correlated EXISTS would be evaluated for every row.
 */
const ofVisits = (
  member: Member,
  selected: 'client_id' | 'reason_id',
  from: Sql,
  where: Sql,
): Sql =>
  sql`SELECT visit.${raw(selected)} FROM ${from} WHERE ${where} AND ${appointments.visible(member, 'visit')}
    AND visit.status <> ${AppointmentStatus.DELETED}`;

const VISIT = raw('appointment AS visit');

const HELPED = raw(`appointment_staff AS help JOIN appointment AS visit
  ON visit.business_id = help.business_id AND visit.id = help.appointment_id`);

export const clientsOfStaff = connectionField(
  Staff,
  'clients',
  toManyWhere(clientList, (alias, parent, member) => {
    const served = [
      ofVisits(member, 'client_id', VISIT, sql`visit.staff_id = ${parent}`),
      ofVisits(
        member,
        'client_id',
        HELPED,
        sql`help.business_id = ${member.businessId} AND help.staff_id = ${parent}`,
      ),
    ];
    return isAmong(clientList.source.table.column(alias, 'rowId'), join(served, ' UNION ALL '));
  }),
  {
    type: () => ClientConnection,
    filter: () => ClientFilter,
    orderBy: () => ClientOrder,
    description:
      'Clients whom the staff member serves in an appointment visible to the caller. Ordered by ' +
      'name by default.',
  },
);

export const reasonsOfClient = connectionField(
  Client,
  'reasons',
  toManyWhere(reasonList, (alias, parent, member) =>
    isAmong(
      reasonList.source.table.column(alias, 'rowId'),
      ofVisits(member, 'reason_id', VISIT, sql`visit.client_id = ${parent}`),
    ),
  ),
  {
    type: () => ReasonConnection,
    filter: () => ReasonFilter,
    orderBy: () => ReasonOrder,
    description:
      'Reasons of the appointments of the client that are visible to the caller, by sortWeight.',
  },
);
