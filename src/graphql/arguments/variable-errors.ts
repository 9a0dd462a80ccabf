import {
  getOperationAST,
  isNonNullType,
  Kind,
  typeFromAST,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import type { InputProblem } from '../../errors';
import { argumentError } from './argument-rules';
import { givenVariable } from './given-value';
import { missing, typeProblems } from './type-problems';
import { pathOfVariable } from './variable-path';

/** Replaces errors of variables by ones that equal those of literals. */
export function describeVariables(args: ExecutionArgs, result: ExecutionResult): ExecutionResult {
  const isFaultOfVariable = result.errors?.[0]?.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;
  const errors = isFaultOfVariable ? variableErrors(args) : [];
  return errors.length ? { errors } : result;
}

/** Returns one error for each invalid variable of an operation. */
function variableErrors({
  schema,
  document,
  operationName,
  variableValues,
}: ExecutionArgs): GraphQLError[] {
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return definitions.flatMap((definition) => {
    const path = pathOfVariable(document, definition.variable.name.value);
    const problems = problemsOf(schema, definition, variableValues ?? {}, path);
    return problems.length ? [argumentError(problems, definition)] : [];
  });
}

function problemsOf(
  schema: GraphQLSchema,
  { variable, type: node, defaultValue }: VariableDefinitionNode,
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): readonly InputProblem[] {
  const type = typeFromAST(schema, node as never) as GraphQLInputType;
  const value = values[variable.name.value];
  if (value !== undefined) return typeProblems(givenVariable(value), type, path);
  return isNonNullType(type) && !defaultValue ? [missing(type, path)] : [];
}
