import { Field, ID, ObjectType } from 'type-graphql';
import { ErrorCode } from '../../errors';
import { shapeOf, UserError } from '../../graphql/payload';
import { FieldProblemCode } from './custom-field.enums';

@ObjectType({ simpleResolvers: true, description: 'What is wrong with one field.' })
export class FieldProblem {
  @Field(() => ID, {
    nullable: true,
    description: 'Null where there is no such field, or all are meant.',
  })
  fieldId!: string | null;
  @Field(() => String, { nullable: true }) label!: string | null;
  @Field(() => FieldProblemCode) code!: FieldProblemCode;
  @Field({ description: 'A sentence that names the field.' }) message!: string;
  @Field(() => [String], {
    description: 'Where in the arguments it was given, or should have been.',
  })
  path!: string[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'Custom fields are missing, or have values that do not fit.',
})
export class InvalidFieldsError extends UserError {
  @Field(() => [FieldProblem], {
    description: 'All of them, in the order of the input; what is missing comes last.',
  })
  problems!: FieldProblem[];
}

shapeOf(ErrorCode.INVALID_FIELDS, InvalidFieldsError);

/** For the schema: types that only an interface leads to. */
export const customFieldErrors = [InvalidFieldsError];
