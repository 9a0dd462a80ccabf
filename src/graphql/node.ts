import { Field, ID, InterfaceType } from 'type-graphql';
import { toGlobalId } from './global-id';

@InterfaceType({
  description: 'Whatever has an id of its own.',
  resolveType: (value: object) => value.constructor.name,
})
export abstract class Node {
  /** The number in the database. TimeTap's words for it (calendarId, reasonId ...) are fields of the types. */
  abstract rowId: number;

  @Field(() => ID, {
    description: 'Type and number, such as Appointment:17585855. Treat it as opaque.',
  })
  get id(): string {
    return toGlobalId(this.constructor.name, this.rowId);
  }
}
