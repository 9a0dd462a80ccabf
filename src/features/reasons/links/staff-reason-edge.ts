import { Field, ObjectType } from 'type-graphql';
import { memberOf, type Context } from '../../../context';
import { isOneOf, raw, sql } from '../../../db/sql';
import { tableOf } from '../../../db/table';
import type { PageEdge } from '../../../graphql/connection';
import { alignByKey, defineLoader } from '../../../graphql/relations/loader';
import { Reason } from '../reason.entity';
import { ServiceStaff } from './service-staff.entity';

/** An edge is the assignment itself, so that its fields have one implementation. */
@ObjectType({
  simpleResolvers: true,
  description: 'A reason of a staff member, its cursor, and the assignment to it.',
})
export class StaffReasonEdge extends ServiceStaff implements PageEdge<Reason> {
  @Field() cursor!: string;
  @Field(() => Reason, { description: 'The reason.' }) node!: Reason;
}

type Key = Pick<ServiceStaff, 'staffId' | 'reasonId'>;

const nameOf = ({ staffId, reasonId }: Key): string => `${staffId} ${reasonId}`;

/** Assignments by the names of their keys. */
const assignmentOf = defineLoader(async (context: Context, names: readonly string[]) => {
  const { businessId } = memberOf(context);
  const table = tableOf(ServiceStaff);
  const keys = names.map((name) => name.split(' ').map(Number) as [number, number]);
  const ids = (place: 0 | 1): number[] => [...new Set(keys.map((key) => key[place]))];
  const rows = await context.db.all(sql`
    SELECT ${table.select('s')} FROM ${raw('service_staff AS "s"')} WHERE s.business_id = ${businessId}
      AND ${isOneOf(raw('s.staff_id'), ids(0))} AND ${isOneOf(raw('s.reason_id'), ids(1))}`);
  return alignByKey(
    names,
    rows.map((row) => table.hydrate(row)),
    nameOf,
  );
});

/** Returns the edges with their assignments. One deleted since is omitted. */
export async function staffReasonEdges(
  { rowId: staffId }: { readonly rowId: number },
  context: Context,
  edges: readonly PageEdge<Reason>[],
): Promise<StaffReasonEdge[]> {
  const names = edges.map(({ node }) => nameOf({ staffId, reasonId: node.rowId }));
  const found = await assignmentOf(context).loadMany(names);
  return edges.flatMap(({ node, cursor }, index) => {
    const assignment = found[index];
    if (assignment instanceof Error) throw assignment;
    return assignment ? [Object.assign(new StaffReasonEdge(), assignment, { node, cursor })] : [];
  });
}
