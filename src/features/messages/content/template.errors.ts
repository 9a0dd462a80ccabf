import { Field, ObjectType } from 'type-graphql';
import { ErrorCode } from '../../../errors';
import { declareErrorType, UserError } from '../../../graphql/payload';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A template contains unknown tags.',
})
class UnknownTagError extends UserError {
  @Field(() => [String], { description: 'Unknown tags, without percent signs.' }) tags!: string[];
  @Field(() => [String], {
    description: 'Tags available in every business. Tags of custom fields are in CustomField.',
  })
  known!: string[];
}

declareErrorType(ErrorCode.UNKNOWN_TAG, UnknownTagError);

/** Object types that the schema reaches only through an interface. */
export const messageErrors = [UnknownTagError];
