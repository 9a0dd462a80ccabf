import { render } from '../../../src/db/sql';
import { filled } from '../../../src/graphql/planner/json-sql';
import { statementOf } from '../../../src/graphql/planner/sql';
import { type Options, runOf, planned, inOneLine, type Case } from './compile.fixture';
import { COMPLETED } from './completed.table';
import { DIRECT } from './direct.table';
import { IN_PART, SOME_ROWS } from './in-part.table';

function statement(text: string, options: Options = {}) {
  const { dialect = 'sqlite' } = options;
  const plan = planned(text, options);
  const { text: made, values } = render(
    filled(statementOf(plan, dialect), runOf(plan, options)),
    dialect,
  );
  return { direct: plan.direct, text: inOneLine(made), values };
}

describe('compile and statementOf', () => {
  it.each<Case>(DIRECT)('read the response of %s', (query, text, values, options = {}) =>
    expect(statement(query, options)).toEqual({
      direct: true,
      text: `SELECT ${inOneLine(text)} AS json`,
      values,
    }),
  );
  it.each<Case>(COMPLETED)('read the values of %s', (query, text, values, options = {}) =>
    expect(statement(query, options)).toEqual({
      direct: false,
      text: `SELECT ${inOneLine(text)} AS json`,
      values,
    }),
  );
  it.each<Case>(IN_PART)(
    'read %s for a viewer who sees rows in part',
    (query, text, values, options = {}) =>
      expect(statement(query, options)).toEqual({
        direct: false,
        text: `SELECT ${inOneLine(text)} AS json`,
        values,
      }),
  );
  it.each<Case>(SOME_ROWS)(
    'read %s for a viewer of some rows',
    (query, text, values, options = {}) =>
      expect(statement(query, options)).toEqual({
        direct: true,
        text: `SELECT ${inOneLine(text)} AS json`,
        values,
      }),
  );
});
