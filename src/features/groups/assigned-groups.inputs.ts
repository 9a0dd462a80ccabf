import { Field, ID, InputType } from 'type-graphql';

type AbstractClass = abstract new (...args: any[]) => object;

/** Adds the groups of a booking to an input type. */
export function withGroups<Input extends AbstractClass>(input: Input) {
  @InputType()
  abstract class AppointmentGroups extends input {
    @Field(() => ID, {
      nullable: true,
      description: 'Group of type LOCATION by which it is booked. It must contain the location.',
    })
    locationGroupId?: string | null;

    @Field(() => ID, {
      nullable: true,
      description:
        'Super-group by which it is booked. It must contain locationGroupId, or else the location ' +
        'through one of its groups.',
    })
    locationSuperGroupId?: string | null;

    @Field(() => ID, {
      nullable: true,
      description: 'Group of type REASON by which it is booked. It must contain the reason.',
    })
    reasonGroupId?: string | null;
  }
  return AppointmentGroups;
}
