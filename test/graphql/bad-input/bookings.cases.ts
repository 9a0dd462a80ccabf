import { BOOK } from '../../support/fixtures/clinic';
import type { BadInputFixture } from './bad-input.fixture';

export function bookingsCases(fixture: BadInputFixture): void {
  const { good, refused } = fixture;

  it.each([
    ['an unknown id', { staffId: 'Staff:2147483647' }, 'NOT_FOUND', 'staffId'],
    ['a malformed id', { staffId: 'Staff:1; DROP TABLE staff' }, 'INVALID_INPUT', 'staffId'],
    ['an id of another type', { staffId: 'Client:1' }, 'INVALID_INPUT', 'staffId'],
    ['an id beyond integers', { clientId: 'Client:99999999999' }, 'INVALID_INPUT', 'clientId'],
    ['an id with a leading zero', { reasonId: 'Reason:01' }, 'INVALID_INPUT', 'reasonId'],
    ['no staff', { staffId: null }, 'INVALID_INPUT', 'staffId'],
    ['an end before the start', { end: '2031-01-07T13:00:00Z' }, 'INVALID_INPUT', 'end'],
    ['an end in the middle of a minute', { end: '2031-01-07T14:45:30Z' }, 'INVALID_INPUT', 'end'],
    ['an end at the start', { end: '2031-01-07T14:00:00Z' }, 'INVALID_INPUT', 'end'],
    [
      'an end and a duration',
      { end: '2031-01-07T15:00:00Z', durationMinutes: 60 },
      'INVALID_INPUT',
      'durationMinutes',
    ],
    ['years of length', { end: '2041-01-07T15:00:00Z' }, 'INVALID_INPUT', 'end'],
    ['no minutes', { durationMinutes: 0 }, 'INVALID_INPUT', 'durationMinutes'],
    ['negative minutes', { durationMinutes: -45 }, 'INVALID_INPUT', 'durationMinutes'],
    ['two starts', { localStart: '2031-01-07T09:00' }, 'INVALID_INPUT', 'localStart'],
    ['10 MB of notes', { note: 'x'.repeat(900_000) }, 'INVALID_INPUT', 'note'],
    ['a lone surrogate', { note: 'half \ud83d' }, 'INVALID_INPUT', 'note'],
    ['a control character', { note: 'bell \u0007' }, 'INVALID_INPUT', 'note'],
    ['a NUL', { note: 'nul \u0000' }, 'INVALID_INPUT', 'note'],
    ['a script as a link', { meetingUrl: 'javascript:alert(1)' }, 'INVALID_INPUT', 'meetingUrl'],
    ['an invalid color', { color: 'red' }, 'INVALID_INPUT', 'color'],
    [
      'a reminder after the start',
      { clientReminderHours: -1 },
      'INVALID_INPUT',
      'clientReminderHours',
    ],
    [
      'two clients',
      { client: { firstName: 'a', lastName: 'b', emailAddress: 'a@example.org' } },
      'INVALID_INPUT',
      'client',
    ],
    [
      'a client with an invalid address',
      { clientId: null, client: { firstName: 'a', lastName: 'b', emailAddress: 'nobody' } },
      'INVALID_INPUT',
      'emailAddress',
    ],
    [
      'a client without a name',
      { clientId: null, client: { firstName: '  ', lastName: 'b', emailAddress: 'a@example.org' } },
      'INVALID_INPUT',
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
      'INVALID_INPUT',
      'additionalStaffIds',
    ],
    [
      'no main staff besides the additional staff',
      { staffId: null, additionalStaffIds: ['Staff:1', 'Staff:2'] },
      'RULE_VIOLATED',
      'additionalStaffIds',
    ],
    ['an end long before the start', { end: '1900-01-01T00:00:00Z' }, 'INVALID_INPUT', 'end'],
    [
      'an e-mail address of half a character',
      { clientId: null, client: { firstName: 'a', lastName: 'b', emailAddress: '\udc00' } },
      'INVALID_INPUT',
      'emailAddress',
    ],
    ['an empty key', { idempotencyKey: '' }, 'INVALID_INPUT', 'idempotencyKey'],
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
      `mutation ($input: ${type}!) {
        ${mutation}(input: $input) { userErrors { code path message } }
      }`,
      { input },
    );
    expect([code, path]).toEqual(['INVALID_INPUT', field]);
  });
}
