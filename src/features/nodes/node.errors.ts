import { Field, Int, ObjectType } from 'type-graphql';
import { ErrorCode, FIND_EXISTING } from '../../errors';
import type { FindExisting } from '../../db/errors';
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

@ObjectType({
  implements: UserError,
  simpleResolvers: true,
  description: 'Another object has the value already.',
})
export class ConflictError extends UserError {
  /** Reads the object after the transaction. */
  [FIND_EXISTING]?: FindExisting;
}

declareErrorType(ErrorCode.CONFLICT, ConflictError);
declareErrorType(ErrorCode.VERSION_CONFLICT, VersionConflictError);

/** Types that the schema reaches only through an interface. */
export const nodeErrors = [ConflictError, VersionConflictError];
