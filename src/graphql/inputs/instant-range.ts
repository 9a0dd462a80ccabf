import { Field, InputType } from 'type-graphql';
import { sql, type Sql } from '../../db/sql';
import { DateTime } from '../scalars';

@InputType({ description: 'Half-open range of instants. Either end may be omitted.' })
export class InstantRange {
  @Field(() => DateTime, { description: 'Inclusive start.', nullable: true }) from?: number | null;
  @Field(() => DateTime, { nullable: true, description: 'Exclusive end.' }) to?: number | null;
}

export const withinRange = (column: Sql, { from, to }: InstantRange): Sql[] => [
  ...(from == null ? [] : [sql`${column} >= ${from}`]),
  ...(to == null ? [] : [sql`${column} < ${to}`]),
];
