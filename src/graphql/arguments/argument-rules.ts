import {
  GraphQLError,
  isRequiredArgument,
  ProvidedRequiredArgumentsRule,
  specifiedRules,
  typeFromAST,
  ValuesOfCorrectTypeRule,
  type ASTNode,
  type ASTVisitor,
  type DirectiveNode,
  type FieldNode,
  type GraphQLInputType,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { invalidInput, type InputProblem } from '../../errors';
import { givenLiteral } from './given-value';
import { missing, typeProblems } from './type-problems';
import { pathOfVariable } from './variable-path';

/** Returns an error of the calling program with the problems of one argument. */
export const argumentError = (problems: readonly InputProblem[], node: ASTNode): GraphQLError => {
  const error = invalidInput(problems);
  return new GraphQLError(error.message, { nodes: node, originalError: error });
};

/** Refuses literals that the types of their arguments do not accept. */
function acceptLiterals(context: ValidationContext): ASTVisitor {
  const report = (problems: readonly InputProblem[], node: ASTNode) => {
    if (problems.length) context.reportError(argumentError(problems, node));
  };
  return {
    Argument(node) {
      const argument = context.getArgument();
      if (argument)
        report(typeProblems(givenLiteral(node.value), argument.type, [argument.name]), node.value);
      return false;
    },
    VariableDefinition({ defaultValue, type, variable }) {
      const of = typeFromAST(context.getSchema(), type as never) as GraphQLInputType | undefined;
      if (!of || !defaultValue) return;
      const path = pathOfVariable(context.getDocument(), variable.name.value);
      report(typeProblems(givenLiteral(defaultValue), of, path), defaultValue);
    },
  };
}

/** Refuses fields and directives without their required arguments. */
function requireArguments(context: ValidationContext): ASTVisitor {
  const check = (
    node: FieldNode | DirectiveNode,
    declared: readonly Parameters<typeof isRequiredArgument>[0][] = [],
  ) => {
    const given = new Set(node.arguments?.map(({ name }) => name.value));
    const problems = declared
      .filter((argument) => isRequiredArgument(argument) && !given.has(argument.name))
      .map(({ name, type }) => missing(type, [name]));
    if (problems.length) context.reportError(argumentError(problems, node));
  };
  return {
    Field: { leave: (node) => check(node, context.getFieldDef()?.args) },
    Directive: {
      leave: (node) => check(node, context.getSchema().getDirective(node.name.value)?.args),
    },
  };
}

const REPLACED = new Map<ValidationRule, ValidationRule>([
  [ValuesOfCorrectTypeRule, acceptLiterals],
  [ProvidedRequiredArgumentsRule, requireArguments],
]);

/** GraphQL's rules, with the errors of a literal equal to those of a variable. */
export const argumentRules: readonly ValidationRule[] = specifiedRules.map(
  (rule) => REPLACED.get(rule) ?? rule,
);
