import type { Member } from '../../../context';
import { or, sql, type Sql } from '../../../db/sql';
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

/** The visible appointments, by the alias `visit`, for which a condition holds. */
const visits = (member: Member, where: Sql): Sql =>
  sql`FROM appointment AS visit WHERE ${appointments.visible(member, 'visit')} AND ${where}
    AND visit.status <> ${AppointmentStatus.DELETED}`;

/**
 * Condition for the visit of a staff member, main or additional. Each OFFSET here keeps PostgreSQL
 * from reading all rows of the business into a hash table.
 */
const isServedBy = (staffId: Sql): Sql =>
  or([
    sql`visit.staff_id = ${staffId}`,
    sql`EXISTS (SELECT 1 FROM appointment_staff AS help WHERE help.business_id = visit.business_id
      AND help.appointment_id = visit.id AND help.staff_id = ${staffId} LIMIT 1 OFFSET 0)`,
  ]);

export const clientsOfStaff = connectionField(
  Staff,
  'clients',
  toManyWhere(clientList, (alias, parent, member) => {
    const clientId = clientList.source.table.column(alias, 'rowId');
    const served = visits(member, sql`visit.client_id = ${clientId} AND ${isServedBy(parent)}`);
    return sql`EXISTS (SELECT 1 ${served} LIMIT 1 OFFSET 0)`;
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
      sql`SELECT visit.reason_id ${visits(member, sql`visit.client_id = ${parent}`)}`,
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
