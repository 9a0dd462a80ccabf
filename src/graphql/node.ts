import { Extensions, Field, ID, InterfaceType } from 'type-graphql';
import { keyedGlobalId, toGlobalId } from './global-id';

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
  // As Shows('id') declares it: a computed object has its id as a property.
  @Extensions({ reads: { properties: ['id'] } })
  get id(): string {
    return toGlobalId(this.constructor.name, this.rowId);
  }
}

/** An object of a business without a number: one of a kind, or identified by a key of words. */
export abstract class KeyedNode extends Node {
  abstract businessId: number;

  /** Identifies the object in its business. Empty for the only one of its type. */
  abstract readonly key: string;

  get rowId(): number {
    return this.businessId;
  }

  override get id(): string {
    return keyedGlobalId(this.constructor.name, this.businessId, this.key);
  }
}
