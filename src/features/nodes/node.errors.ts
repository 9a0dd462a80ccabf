import { Field, Int, ObjectType } from 'type-graphql';
import { ErrorCode } from '../../errors';
import { declareErrorType, UserError } from '../../graphql/payload';

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'The object was changed since it was read.',
})
export class VersionConflictError extends UserError {
  @Field(() => Int, { description: 'Current version.' }) currentVersion!: number;
  /** Id of the object. */
  currentId!: string;
}

declareErrorType(ErrorCode.VERSION_CONFLICT, VersionConflictError);

/** Types that the schema reaches only through an interface. */
export const nodeErrors = [VersionConflictError];
