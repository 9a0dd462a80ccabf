import { addClinic, addReason, book, change, type Clinic } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';

type Input = () => object | Promise<object>;

onEachDatabase('the payload of a refused mutation', (gateway) => {
  let clinic: Clinic;
  let waitlistReasonId: string | undefined;
  const reason = (input: object) =>
    addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 30,
      staffIds: [clinic.staffId],
      ...input,
    });

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('an invalid input leaves every field of the payload null', async () => {
    const { appointment } = await book(gateway, clinic, '2031-03-04T15:00:00Z');
    const { cancelAppointment } = await gateway.data(
      `mutation ($input: CancelAppointmentInput!) {
        cancelAppointment(input: $input) {
          appointment { id } hold { id } userErrors { code path }
        }
      }`,
      { input: { id: appointment.id, subStatus: ' ', waitlistEntryIds: ['garbage'] } },
    );

    expect(cancelAppointment).toEqual({
      appointment: null,
      hold: null,
      userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'subStatus'] }],
    });
  });

  it.each([
    [
      'createStaff',
      'userName',
      () => ({ userName: 'twin', firstName: 'A', lastName: 'B', timeZone: 'UTC' }),
      'staff',
    ],
    [
      'createDateOverride',
      'date',
      () => ({ ownerId: clinic.staffId, date: '2031-07-01', ranges: [] }),
      'dateOverride',
    ],
    [
      'createCustomField',
      'code',
      () => ({ label: 'Twin', dataType: 'TXT', code: 'twin' }),
      'customField',
    ],
    [
      'joinWaitlist',
      'wish.times',
      async () => ({
        reasonId: (waitlistReasonId ??= await reason({ allowWaitList: true })),
        clientId: clinic.clientId,
        wish: { times: ['2031-08-01T15:00:00Z'] },
      }),
      'waitlistEntry',
    ],
  ] as [string, string, Input, string][])(
    'a conflict of %s at %s names the existing object',
    async (mutation, field, inputOf, result) => {
      const input = await inputOf();
      const first = await change(gateway, mutation, input, `${result} { id }`);
      const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
      const data = await gateway.data(
        `mutation ($input: ${type}!) {
          ${mutation}(input: $input) {
            userErrors { __typename code path ... on ConflictError { existing { id } } }
          }
        }`,
        { input },
      );

      expect(data[mutation].userErrors).toEqual([
        {
          __typename: 'ConflictError',
          code: 'CONFLICT',
          path: ['input', ...field.split('.')],
          existing: { id: first[result].id },
        },
      ]);
    },
  );
});
