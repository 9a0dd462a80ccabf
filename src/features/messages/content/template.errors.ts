import { Field, ObjectType } from 'type-graphql';
import { ErrorCode } from '../../../errors';
import { shapeOf, UserError } from '../../../graphql/payload';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A template has tags that nothing stands for.',
})
export class UnknownTagError extends UserError {
  @Field(() => [String], { description: 'Those tags, without their signs.' }) tags!: string[];
  @Field(() => [String], {
    description: 'All that every business has; a custom field says its own.',
  })
  known!: string[];
}

shapeOf(ErrorCode.UNKNOWN_TAG, UnknownTagError);

/** For the schema: types that only an interface leads to. */
export const messageErrors = [UnknownTagError];
