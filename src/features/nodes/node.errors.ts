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
  /** Id of the object. Null for one without an id. */
  currentId!: string | null;
}

declareErrorType(ErrorCode.VERSION_CONFLICT, VersionConflictError);

/** Types that the schema reaches only through an interface. */
export const nodeErrors = [VersionConflictError];
