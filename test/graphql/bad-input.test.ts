import { addClinic, addReason, BOOK, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('bad input', (gateway) => {
  let clinic: Clinic;
  let appointmentId: string;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    appointmentId = (await book(gateway, clinic, '2031-01-06T14:00:00Z')).appointment.id;
    await gateway.logged();
  });

  const good = () => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    return { locationId, reasonId, staffId, clientId, start: '2031-01-07T14:00:00Z' };
  };
  const everything = async () =>
    gateway.data(
      '{ appointments { totalCount } clients(filter: { includeDeleted: true }) { totalCount } staff { totalCount } locations { totalCount } reasons { totalCount } bookingNotifications { nodes { cursor } } }',
    );

  /** The parts of a refusal: its path, its code, and a message that does not repeat the input. */
  const refused = async (query: string, variables: object) => {
    const before = await everything();
    const { data, errors, status } = await gateway.run(query, variables);
    const [payload] = Object.values((data ?? {}) as Record<string, any>);
    const found = errors?.[0]?.extensions ?? payload?.userErrors[0];
    const message = errors?.[0]?.message ?? payload?.userErrors[0]?.message;
    expect([status, typeof message]).toEqual([status < 500 ? status : 'a server error', 'string']);
    expect(message.length).toBeLessThan(400);
    expect(await everything()).toEqual(before);
    return {
      code: found.code,
      path: (found.violations?.[0]?.path ?? found.path ?? []).at(-1),
      message,
    };
  };

  it.each([
    ['an unknown id', { staffId: 'Staff:2147483647' }, 'NOT_FOUND', 'staffId'],
    ['a malformed id', { staffId: 'Staff:1; DROP TABLE staff' }, 'BAD_USER_INPUT', 'staffId'],
    ['an id of another type', { staffId: 'Client:1' }, 'BAD_USER_INPUT', 'staffId'],
    ['an id beyond integers', { clientId: 'Client:99999999999' }, 'BAD_USER_INPUT', 'clientId'],
    ['an id with a leading zero', { reasonId: 'Reason:01' }, 'BAD_USER_INPUT', 'reasonId'],
    ['no staff', { staffId: null }, 'BAD_USER_INPUT', 'staffId'],
    ['an end before the start', { end: '2031-01-07T13:00:00Z' }, 'BAD_USER_INPUT', 'end'],
    ['an end in the middle of a minute', { end: '2031-01-07T14:45:30Z' }, 'BAD_USER_INPUT', 'end'],
    ['an end at the start', { end: '2031-01-07T14:00:00Z' }, 'BAD_USER_INPUT', 'end'],
    [
      'an end and a duration',
      { end: '2031-01-07T15:00:00Z', durationMinutes: 60 },
      'BAD_USER_INPUT',
      'end',
    ],
    ['years of length', { end: '2041-01-07T15:00:00Z' }, 'BAD_USER_INPUT', 'end'],
    ['no minutes', { durationMinutes: 0 }, 'BAD_USER_INPUT', 'durationMinutes'],
    ['negative minutes', { durationMinutes: -45 }, 'BAD_USER_INPUT', 'durationMinutes'],
    ['two starts', { localStart: '2031-01-07T09:00' }, 'BAD_USER_INPUT', 'start'],
    ['10 MB of notes', { note: 'x'.repeat(900_000) }, 'BAD_USER_INPUT', 'note'],
    ['a lone surrogate', { note: 'half \ud83d' }, 'BAD_USER_INPUT', 'note'],
    ['a control character', { note: 'bell \u0007' }, 'BAD_USER_INPUT', 'note'],
    ['a NUL', { note: 'nul \u0000' }, 'BAD_USER_INPUT', 'note'],
    ['a script as a link', { meetingUrl: 'javascript:alert(1)' }, 'BAD_USER_INPUT', 'meetingUrl'],
    ['an invalid color', { color: 'red' }, 'BAD_USER_INPUT', 'color'],
    [
      'a reminder after the start',
      { clientReminderHours: -1 },
      'BAD_USER_INPUT',
      'clientReminderHours',
    ],
    [
      'two clients',
      { client: { firstName: 'a', lastName: 'b', emailAddress: 'a@example.org' } },
      'BAD_USER_INPUT',
      'clientId',
    ],
    [
      'a client with an invalid address',
      { clientId: null, client: { firstName: 'a', lastName: 'b', emailAddress: 'nobody' } },
      'BAD_USER_INPUT',
      'emailAddress',
    ],
    [
      'a client without a name',
      { clientId: null, client: { firstName: '  ', lastName: 'b', emailAddress: 'a@example.org' } },
      'BAD_USER_INPUT',
      'firstName',
    ],
    [
      'additional staff with invalid ids',
      { additionalStaffIds: ['Staff:2147483647'] },
      'NOT_FOUND',
      'additionalStaffIds',
    ],
    [
      'too many staff',
      { additionalStaffIds: Array.from({ length: 21 }, () => 'Staff:1') },
      'BAD_USER_INPUT',
      'additionalStaffIds',
    ],
    [
      'no main staff besides the additional staff',
      { staffId: null, additionalStaffIds: ['Staff:1', 'Staff:2'] },
      'RULE_VIOLATED',
      'additionalStaffIds',
    ],
    ['an end long before the start', { end: '1900-01-01T00:00:00Z' }, 'BAD_USER_INPUT', 'end'],
    [
      'an e-mail address of half a character',
      { clientId: null, client: { firstName: 'a', lastName: 'b', emailAddress: '\udc00' } },
      'BAD_USER_INPUT',
      'emailAddress',
    ],
    ['an empty key', { idempotencyKey: '' }, 'BAD_USER_INPUT', 'idempotencyKey'],
  ])('booking with %s is refused', async (_name, input, code, field) => {
    const { path, ...found } = await refused(BOOK, { input: { ...good(), ...input } });
    expect([found.code, path]).toEqual([code, field]);
  });

  it.each([
    ['a time without an offset', { start: '2031-01-07T14:00:00' }, /offset/],
    ['a year 20000', { start: '20000-01-07T14:00:00Z' }, /1900 to 2200/],
    ['a day that does not exist', { start: '2031-02-30T14:00:00Z' }, /1900 to 2200/],
    ['a number as a time', { start: 1925561600000 }, /2030-01-31T09:00:00\+01:00/],
    ['an hour 24', { start: '2031-01-07T24:00:00Z' }, /2030-01-31/],
    [
      'an offset on a wall clock',
      { start: null, localStart: '2031-01-07T14:00:00Z' },
      /2030-01-31T09:00/,
    ],
    ['a float for a price', { price: 12.5 }, /"12.50"/],
    ['words as a price', { price: 'twelve' }, /"12.50"/],
    ['an unknown field', { colour: '#123456' }, /colour/],
  ])('booking with %s is refused before execution', async (_name, input, says) => {
    const { code, message } = await refused(BOOK, { input: { ...good(), ...input } });
    expect(code).toBe('BAD_USER_INPUT');
    expect(message).toMatch(says);
  });

  it.each([
    ['createLocation', { locationName: 'x', timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['createLocation', { locationName: 'x', timeZone: '+02:00' }, 'timeZone'],
    ['createLocation', { locationName: '', timeZone: 'UTC' }, 'locationName'],
    ['createLocation', { locationName: 'x'.repeat(256), timeZone: 'UTC' }, 'locationName'],
    [
      'createStaff',
      { userName: 'x', firstName: 'a', lastName: 'b', timeZone: 'UTC', email: 'not an address' },
      'email',
    ],
    [
      'createStaff',
      { userName: 'x', firstName: 'a', lastName: 'b', timeZone: 'UTC', phone: 'call me' },
      'phone',
    ],
    [
      'createStaff',
      { userName: 'x', firstName: 'a\nb', lastName: 'b', timeZone: 'UTC' },
      'firstName',
    ],
    ['createReason', { reasonDesc: 'x', visitMinutes: 30, bufferBefore: 7 }, 'bufferBefore'],
    ['createReason', { reasonDesc: 'x', visitMinutes: 0 }, 'visitMinutes'],
    ['createReason', { reasonDesc: 'x', visitMinutes: 30, price: '-1.00' }, 'price'],
    ['createClient', { firstName: 'a', lastName: 'b', locale: '!!' }, 'locale'],
    ['createClient', { firstName: 'a', lastName: 'b', timeZone: 'Nowhere' }, 'timeZone'],
    [
      'createClient',
      { firstName: 'a', lastName: 'b', imageUrl: 'ftp://example.org/x.png' },
      'imageUrl',
    ],
    ['createClient', { firstName: 'a', lastName: 'b', address: { city: 'x'.repeat(101) } }, 'city'],
  ])('%s refuses %j', async (mutation, input, field) => {
    const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const { code, path } = await refused(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code path message } } }`,
      { input },
    );
    expect([code, path]).toEqual(['BAD_USER_INPUT', field]);
  });

  it.each([
    ['NUL', 'a\u0000b'],
    ['half a character', 'a\ud800b'],
  ])('refuses %s in every stored text, and stays readable', async (_, text) => {
    const clientId = (
      await gateway.data(
        'mutation { createClient(input: { firstName: "Odd", lastName: "Text" }) { client { id } } }',
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
        'mutation ($id: ID!, $text: String!) { updateClient(input: { id: $id, tags: [$text] }) { userErrors { code } } }',
        { id: clientId, text },
      ],
      [
        'mutation ($id: ID!, $text: String!) { updateClient(input: { id: $id, alertNotes: [$text] }) { userErrors { code } } }',
        { id: clientId, text },
      ],
      [
        'mutation ($id: ID!, $text: String!) { updateClient(input: { id: $id, externalIds: [{ system: "crm", id: $text }] }) { userErrors { code } } }',
        { id: clientId, text },
      ],
    ];
    for (const [query, variables] of asked) {
      const { errors, status } = await gateway.run(query, variables);
      expect([query, status, errors?.[0]?.extensions.code]).toEqual([query, 200, 'BAD_USER_INPUT']);
    }
    const { clients } = await gateway.data(
      '{ clients(filter: { tags: ["even"] }) { totalCount } }',
    );
    expect(clients.totalCount).toBe(0);
  });

  it.each([
    ['createRecurringAppointment', () => ({ ...good(), rrule: 'FREQ=DAILY;COUNT=2' })],
    ['createTimeOff', () => ({ staffIds: [clinic.staffId], start: good().start })],
  ])('refuses an end in the middle of a minute: %s', async (name, inputOf) => {
    await addReason(gateway, { reasonDesc: name, reasonType: 'PERSONAL', visitMinutes: 60 });
    const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;

    expect(
      await refused(
        `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message path } } }`,
        { input: { ...inputOf(), end: '2031-01-07T14:45:30Z' } },
      ),
    ).toEqual({
      code: 'BAD_USER_INPUT',
      path: 'end',
      message:
        'An appointment lasts whole minutes: give an end that is a number of minutes after the start.',
    });
  });

  it('keeps emoji, right-to-left and zero-width text as it is', async () => {
    const note = '👩‍⚕️ مرحبا \u200bשלום\nline two\tand a tab';
    const { appointment } = await book(gateway, clinic, '2031-01-08T14:00:00Z', { note });
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
      'mutation ($input: CreateReasonInput!) { createReason(input: $input) { reason { reasonDetail } } }',
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
      'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { cellPhone homePhone } } }',
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
    const create = () =>
      gateway.data(
        'mutation { createStaff(input: { userName: "twin", firstName: "a", lastName: "b", timeZone: "UTC" }) { staff { id } userErrors { code path } } }',
      );
    const payloads = await Promise.all(Array.from({ length: 5 }, create));
    expect(payloads.filter(({ createStaff }) => createStaff.staff)).toHaveLength(1);
    for (const { createStaff } of payloads)
      if (!createStaff.staff)
        expect(createStaff.userErrors).toEqual([{ code: 'CONFLICT', path: ['input', 'userName'] }]);
  });

  it('refuses to clear required fields', async () => {
    const { code, path } = await refused(
      'mutation ($id: ID!) { updateReason(input: { id: $id, reasonDesc: null }) { userErrors { code } } }',
      { id: clinic.reasonId },
    );
    expect([code, path]).toEqual(['BAD_USER_INPUT', 'reasonDesc']);
    expect(
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { version } }', {
          id: appointmentId,
        })
      ).appointment.version,
    ).toBe(1);
  });

  it('survives two invalid ids in one request: the first refusal ends the request, not the process', async () => {
    const input = {
      reasonId: 'Reason:2147483647',
      staffId: 'nobody',
      localStart: '2031-01-07T10:00',
      capacity: 1,
    };
    expect(
      await refused(
        'mutation ($input: CreateClassScheduleInput!) { createClassSchedule(input: $input) { userErrors { code } } }',
        { input },
      ),
    ).toMatchObject({ code: 'BAD_USER_INPUT', path: 'staffId' });
    // An unhandled rejection surfaces here and fails the test.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
