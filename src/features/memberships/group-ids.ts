import { ArrayMaxSize, IsOptional } from 'class-validator';
import { Field, ID } from 'type-graphql';

/** Adds a filter by the ids of groups. */
export const GroupIds =
  (description: string): PropertyDecorator =>
  (target, property) => {
    Field(() => [ID], { nullable: true, description })(target, property as string);
    IsOptional()(target, property as string);
    ArrayMaxSize(100)(target, property as string);
  };
