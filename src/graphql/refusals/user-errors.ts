import { Field, ObjectType } from 'type-graphql';
import { BusinessRule } from '../../business-rule';
import { ErrorCode, InputProblemCode, type InputProblem as Problem } from '../../errors';
import { declareErrorType, UserError } from '../payload';

@ObjectType({ simpleResolvers: true, description: 'A fault of one value of the input.' })
export class InputProblem implements Problem {
  @Field(() => [String], {
    description:
      'Path of the value in the arguments, or of the list in which it is missing. Begins with ' +
      '`input`; list indexes are decimal strings.',
  })
  path!: string[];
  @Field(() => InputProblemCode, { description: 'Kind of the fault.' }) code!: InputProblemCode;
  @Field({ description: 'The fault and the expected value, in English. May change.' })
  message!: string;

  customField?: { readonly id: string };
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'Values of the input are missing or invalid.',
})
class InvalidInputError extends UserError {
  @Field(() => [InputProblem], {
    description: 'All problems, in the order of the input. Missing values come last.',
  })
  problems!: InputProblem[];
}

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'A rule of the business forbids the change.',
})
class RuleViolatedError extends UserError {
  @Field(() => BusinessRule, { description: 'The rule.' }) rule!: BusinessRule;
}

declareErrorType(ErrorCode.BAD_USER_INPUT, InvalidInputError);
declareErrorType(ErrorCode.RULE_VIOLATED, RuleViolatedError);

/** Types that the schema reaches only through an interface. */
export const userErrors = [InvalidInputError, RuleViolatedError];
