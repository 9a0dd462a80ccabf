import { Field, ID, ObjectType } from 'type-graphql';
import { ErrorCode } from '../../errors';
import { declareErrorType, UserError } from '../../graphql/payload';
import { FieldProblemCode } from './data-types';

@ObjectType({ simpleResolvers: true, description: 'A problem with one custom field.' })
export class FieldProblem {
  @Field(() => ID, {
    nullable: true,
    description:
      'Id of the field. Null if the field is unknown, or if the problem concerns all fields.',
  })
  fieldId!: string | null;
  @Field(() => String, { nullable: true }) label!: string | null;
  @Field(() => FieldProblemCode) code!: FieldProblemCode;
  @Field({ description: 'Description of the problem, with the label of the field.' })
  message!: string;
  @Field(() => [String], {
    description: 'Path of the value in the arguments, or of the list in which it is missing.',
  })
  path!: string[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'Error for missing or invalid values of custom fields.',
})
class InvalidFieldsError extends UserError {
  @Field(() => [FieldProblem], {
    description: 'All problems, in the order of the input. Missing values come last.',
  })
  problems!: FieldProblem[];
}

declareErrorType(ErrorCode.INVALID_FIELDS, InvalidFieldsError);

/** Types that the schema reaches only through an interface. */
export const customFieldErrors = [InvalidFieldsError];
