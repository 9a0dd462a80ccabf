import { addReason, book, uniqueName } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { BadInputFixture } from './bad-input.fixture';

export function storedTextCases(gateway: TestGateway, fixture: BadInputFixture): void {
  const { good, refused } = fixture;

  it.each([
    ['NUL', 'a\u0000b'],
    ['half a character', 'a\ud800b'],
  ])('refuses %s in every stored text, and stays readable', async (_, text) => {
    const clientId = (
      await gateway.data(
        `mutation {
          createClient(input: { firstName: "Odd", lastName: "Text" }) { client { id } }
        }`,
      )
    ).createClient.client.id;
    const asked: [string, object][] = [
      ['query ($text: String!) { clients(filter: { search: $text }) { totalCount } }', { text }],
      ['query ($text: String!) { clients(filter: { tags: [$text] }) { nodes { id } } }', { text }],
      [
        'query ($text: String!) { clients(filter: { externalUserName: $text }) { nodes { id } } }',
        { text },
      ],
      ['query ($text: String!) { duplicateClients(emailAddress: $text) { id } }', { text }],
      [
        'query ($text: String!) { appointments(filter: { subStatuses: [$text] }) { totalCount } }',
        { text },
      ],
      ['query ($text: String!) { staff(filter: { search: $text }) { nodes { id } } }', { text }],
      [
        `mutation ($id: ID!, $text: String!) {
          updateClient(input: { id: $id, tags: [$text] }) { userErrors { code } }
        }`,
        { id: clientId, text },
      ],
      [
        `mutation ($id: ID!, $text: String!) {
          updateClient(input: { id: $id, alertNotes: [$text] }) { userErrors { code } }
        }`,
        { id: clientId, text },
      ],
      [
        `mutation ($id: ID!, $text: String!) {
          updateClient(input: { id: $id, externalIds: [{ system: "crm", id: $text }] }) {
            userErrors { code }
          }
        }`,
        { id: clientId, text },
      ],
    ];
    for (const [query, variables] of asked) {
      const { data, errors, status } = await gateway.run(query, variables);
      const code = errors?.[0]?.extensions.code ?? data.updateClient.userErrors[0].code;
      const expected = query.startsWith('mutation') ? 'INVALID_INPUT' : 'BAD_USER_INPUT';
      expect([query, status, code]).toEqual([query, 200, expected]);
    }
    const { clients } = await gateway.data(
      '{ clients(filter: { tags: ["even"] }) { totalCount } }',
    );
    expect(clients.totalCount).toBe(0);
  });

  it.each([
    [
      'createRecurringAppointment',
      (end: string) => ({ ...good(), rrule: 'FREQ=DAILY;COUNT=2', end }),
    ],
    [
      'createTimeOff',
      (end: string) => ({
        staffIds: [fixture.clinic.staffId],
        period: { instants: { start: good().start, end } },
      }),
    ],
  ])('refuses an end in the middle of a minute: %s', async (name, inputOf) => {
    await addReason(gateway, { reasonDesc: name, reasonType: 'PERSONAL', visitMinutes: 60 });
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;

    expect(
      await refused(
        `mutation ($input: ${type}!) {
          ${name}(input: $input) { userErrors { code message path } }
        }`,
        { input: inputOf('2031-01-07T14:45:30Z') },
      ),
    ).toEqual({
      code: 'INVALID_INPUT',
      path: 'end',
      message:
        'An appointment lasts whole minutes: give an end that is a number of minutes after the start.',
    });
  });

  it('keeps emoji, right-to-left and zero-width text as it is', async () => {
    const note = '👩‍⚕️ مرحبا \u200bשלום\nline two\tand a tab';
    const { appointment } = await book(gateway, fixture.clinic, '2031-01-08T14:00:00Z', { note });
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { note } }', {
          id: appointment.id,
        })
      ).appointment.note,
    ).toBe(note);
  });

  it('removes unsafe HTML', async () => {
    const { createReason } = await gateway.data(
      `mutation ($input: CreateReasonInput!) {
        createReason(input: $input) { reason { reasonDetail } }
      }`,
      {
        input: {
          reasonDesc: 'Safe',
          visitMinutes: 5,
          reasonDetail:
            '<p onclick="x()">Hi <script>alert(1)</script><a href="javascript:x">a</a><a href="https://example.org">b</a></p>',
        },
      },
    );
    expect(createReason.reason.reasonDetail).toBe(
      '<p>Hi <a rel="noopener noreferrer">a</a><a href="https://example.org" rel="noopener noreferrer">b</a></p>',
    );
  });

  it('stores phones as E.164 and shows them in national form', async () => {
    const { createClient } = await gateway.data(
      `mutation ($input: CreateClientInput!) {
        createClient(input: $input) { client { cellPhone homePhone } }
      }`,
      {
        input: {
          firstName: 'Pho',
          lastName: 'Ne',
          cellPhone: '212-555-0123',
          homePhone: '+49 30 901820',
        },
      },
    );
    expect(createClient.client).toEqual({ cellPhone: '(212) 555-0123', homePhone: '030 901820' });
    expect(
      (await gateway.data('{ clients(filter: { search: "+12125550123" }) { totalCount } }')).clients
        .totalCount,
    ).toBe(1);
  });

  it('refuses two staff with one user name, also concurrently', async () => {
    const userName = uniqueName(gateway, 'twin');
    const create = () =>
      gateway.data(
        `mutation ($input: CreateStaffInput!) {
          createStaff(input: $input) { staff { id } userErrors { code path } }
        }`,
        { input: { userName, firstName: 'a', lastName: 'b', timeZone: 'UTC' } },
      );
    const payloads = await Promise.all(Array.from({ length: 5 }, create));
    expect(payloads.filter(({ createStaff }) => createStaff.staff)).toHaveLength(1);
    for (const { createStaff } of payloads)
      if (!createStaff.staff)
        expect(createStaff.userErrors).toEqual([{ code: 'CONFLICT', path: ['input', 'userName'] }]);
  });

  it('refuses to clear required fields', async () => {
    const { code, path } = await refused(
      `mutation ($id: ID!) {
        updateReason(input: { id: $id, reasonDesc: null }) { userErrors { code message path } }
      }`,
      { id: fixture.clinic.reasonId },
    );
    expect([code, path]).toEqual(['INVALID_INPUT', 'reasonDesc']);
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { version } }', {
          id: fixture.appointmentId,
        })
      ).appointment.version,
    ).toBe(1);
  });

  it('survives two invalid ids in one request: the first refusal ends only the request', async () => {
    const input = {
      reasonId: 'Reason:2147483647',
      staffId: 'nobody',
      localStart: '2031-01-07T10:00',
      capacity: 1,
    };
    expect(
      await refused(
        `mutation ($input: CreateClassScheduleInput!) {
          createClassSchedule(input: $input) { userErrors { code message path } }
        }`,
        { input },
      ),
    ).toMatchObject({ code: 'INVALID_INPUT', path: 'staffId' });
    // An unhandled rejection surfaces here and fails the test.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
}
