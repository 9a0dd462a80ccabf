import { change, type Clinic, addClinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

export const FIELDS = 'fields { field { label } value extendedValue validationError }';
const PROBLEMS =
  '... on InvalidInputError { problems { code message path customField { id label } } }';

/** Set-up and requests that the cases of the suite share. */
export function valuesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  const id: Record<string, string> = {};
  let hour = 0;
  /** Returns a different time for each booking. */
  const next = () =>
    new Date(Date.parse('2031-03-03T14:00:00Z') + hour++ * 3_600_000).toISOString();
  const fill = (name: string, value: string | null) => ({ field: { id: id[name] }, value });

  const define = async (label: string, input: object = {}): Promise<string> =>
    (id[label] = (
      await change(gateway, 'createCustomField', { label, ...input }, 'customField { id }')
    ).customField.id);

  const refusedBy = async (mutation: string, input: object, key?: string): Promise<any[]> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const data = await gateway.data(
      `mutation ($input: ${type}!) {
        ${mutation}(input: $input) { userErrors { __typename code path ${PROBLEMS} } }
      }`,
      { input },
      key ? { key } : {},
    );
    return data[mutation].userErrors;
  };
  const problemsOf = async (mutation: string, input: object, key?: string) =>
    (await refusedBy(mutation, input, key)).flatMap(({ problems = [] }: any) =>
      problems.map(({ customField, code }: any) => [customField?.label ?? null, code]),
    );
  const wanted = (input: object = {}) => ({
    locationId: clinic.locationId,
    reasonId: clinic.reasonId,
    staffId: clinic.staffId,
    clientId: clinic.clientId,
    start: next(),
    ...input,
  });
  const read = async (appointmentId: string, key?: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { appointment(id: $id) { ${FIELDS} customFieldText } }`,
        { id: appointmentId },
        key ? { key } : {},
      )
    ).appointment;
  const total = async () =>
    await gateway.data('{ appointments { totalCount } clients { totalCount } }');

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await define('Comments', { dataType: 'AREA', sortOrder: 2 });
    await define('Insurance', {
      code: 'insurance',
      validationRegex: '[A-Z]{2}\\d{4}',
      sortOrder: 1,
    });
    await define('Triage', {
      dataType: 'LIST',
      options: [
        { value: 'high', label: 'At once' },
        { value: 'low', label: 'Some day' },
      ],
      visibleOnScheduler: false,
      sortOrder: 3,
    });
    await define('Source', { visible: false, sortOrder: 4 });
    await define('Allergies', {
      mode: 'CLIENT',
      dataType: 'MULTI',
      options: [
        { value: 'nuts', label: 'Nuts' },
        { value: 'latex', label: 'Latex' },
      ],
    });
    await define('Risk', { mode: 'CLIENT', dataType: 'NUM', visibleOnScheduler: false });
  });

  return {
    get clinic() {
      return clinic;
    },
    id,
    next,
    fill,
    define,
    refusedBy,
    problemsOf,
    wanted,
    read,
    total,
  };
}

export type ValuesFixture = ReturnType<typeof valuesFixture>;
