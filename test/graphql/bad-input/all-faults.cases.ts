import { change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { BadInputFixture } from './bad-input.fixture';

const PROBLEMS = `userErrors {
  __typename code path message
  ... on InvalidInputError { problems { path code message customField { label } } }
}`;

/** Returns the problems as text: path, code, and the label of the custom field. */
const shown = (problems: readonly any[]): string[] =>
  problems.map(({ path, code, customField }) =>
    [path.join('.'), code, ...(customField ? [customField.label] : [])].join(' '),
  );

export function allFaultsCases(gateway: TestGateway, fixture: BadInputFixture): void {
  const refusedBy = async (mutation: string, input: object) => {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const data = await gateway.data(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${PROBLEMS} } }`,
      { input },
    );
    return data[mutation].userErrors;
  };
  const addField = async (label: string, mode: string) =>
    (
      await change(
        gateway,
        'createCustomField',
        { label, mode, dataType: 'NUM' },
        'customField { id }',
      )
    ).customField.id as string;

  it('reports every fault of built-in and custom fields in one response, and writes nothing', async () => {
    const [weight, doses] = [await addField('Weight', 'CLIENT'), await addField('Doses', 'APPT')];
    const client = {
      firstName: '  ',
      lastName: 'x'.repeat(101),
      emailAddress: 'nobody',
      fields: [
        { field: { id: weight }, value: 'heavy' },
        { field: { id: 'CustomField:2147483647' }, value: '1' },
        { field: { id: 'Staff:1' }, value: '1' },
      ],
    };
    const clientProblems = (path: string) => [
      `${path}.firstName TOO_SHORT`,
      `${path}.lastName TOO_LONG`,
      `${path}.emailAddress WRONG_FORMAT`,
    ];
    const fieldProblems = (path: string) => [
      `${path}.fields.0 WRONG_FORMAT Weight`,
      `${path}.fields.1 UNKNOWN`,
      `${path}.fields.2.field.id WRONG_FORMAT`,
    ];
    const count = async () => (await gateway.data('{ clients { totalCount } }')).clients.totalCount;
    const before = await count();

    const [created] = await refusedBy('createClient', client);
    const [booked] = await refusedBy('createAppointment', {
      ...fixture.good(),
      clientId: undefined,
      staffId: 'Client:1',
      candidateStaffIds: ['garbage'],
      note: 'bell \u0007',
      durationMinutes: 0,
      client,
      fields: [{ field: { id: doses }, value: 'many' }],
    });

    expect(created).toMatchObject({
      __typename: 'InvalidInputError',
      code: 'INVALID_INPUT',
      path: ['input', 'firstName'],
      message: expect.stringContaining('See problems for the others.'),
    });
    expect(shown(created.problems).toSorted()).toEqual(
      [...clientProblems('input'), ...fieldProblems('input')].toSorted(),
    );
    expect(shown(booked.problems).toSorted()).toEqual(
      [
        ...clientProblems('input.client'),
        ...fieldProblems('input.client'),
        'input.fields.0 WRONG_FORMAT Doses',
        'input.staffId WRONG_FORMAT',
        'input.candidateStaffIds.0 WRONG_FORMAT',
        'input.note WRONG_FORMAT',
        'input.durationMinutes OUT_OF_RANGE',
      ].toSorted(),
    );
    expect(await count()).toBe(before);
  });

  it.each([
    ['start', 'localStart', { localStart: '2031-01-07T09:00' }],
    [
      'clientId',
      'client',
      { client: { firstName: 'a', lastName: 'b', emailAddress: 'a@example.org' } },
    ],
    ['staffId', 'candidateStaffIds', { candidateStaffIds: ['Staff:1'] }],
    ['end', 'durationMinutes', { end: '2031-01-07T15:00:00Z', durationMinutes: 60 }],
  ])('states which of %s and %s to leave out', async (kept, redundant, input) => {
    expect(await refusedBy('createAppointment', { ...fixture.good(), ...input })).toEqual([
      {
        __typename: 'InvalidInputError',
        code: 'INVALID_INPUT',
        path: ['input', redundant],
        message: `Give ${kept} or ${redundant}, not both: leave ${redundant} out.`,
        problems: [
          {
            path: ['input', redundant],
            code: 'NOT_ALLOWED',
            message: `Give ${kept} or ${redundant}, not both: leave ${redundant} out.`,
            customField: null,
          },
        ],
      },
    ]);
  });

  it('has the same problems in the error of a query', async () => {
    const { errors } = await gateway.run(
      `query ($input: AvailabilityInput!) {
        availability(input: $input) { availableTimes(first: 1000) { nodes { start } } }
      }`,
      {
        input: {
          reasonId: fixture.clinic.reasonId,
          from: '2031-01-07',
          to: '2031-01-06',
        },
      },
    );

    expect(errors).toMatchObject([
      {
        path: ['availability'],
        extensions: {
          code: 'BAD_USER_INPUT',
          path: ['input', 'to'],
          problems: [
            {
              path: ['input', 'to'],
              code: 'OUT_OF_RANGE',
              message: 'The last day must not be before the first.',
            },
          ],
        },
      },
    ]);
  });
}
