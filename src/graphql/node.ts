import { Field, ID, InterfaceType } from 'type-graphql';
import { toGlobalId } from './global-id';

@InterfaceType({
  description: 'An object with a globally unique id.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class Node {
  /** The id in the database. TimeTap's names (calendarId, reasonId …) are fields of the types. */
  abstract rowId: number;

  @Field(() => ID, {
    description: 'Globally unique id, such as Appointment:17585855. Treat it as opaque.',
  })
  get id(): string {
    return toGlobalId(this.constructor.name, this.rowId);
  }
}
