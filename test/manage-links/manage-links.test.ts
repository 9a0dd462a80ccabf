import { readFileSync } from 'node:fs';
import { type GraphQLObjectType } from 'graphql';
import { pino } from 'pino';
import { loadConfig } from '../../src/config';
import { Role } from '../../src/context';
import { startApp } from '../../src/app';
import { gatewaySchema } from '../../src/schema';
import { linksOf, Signer, signerOf } from '../../src/services/links';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { selectionOfField, edgesOf, leavesOf, objectOf } from '../support/schema/schema-walker';

const NOW = Date.parse('2031-03-01T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** As in docs/manage-links.md. */
const EXCHANGE = /```graphql\n([\s\S]*?)```/.exec(
  readFileSync('docs/manage-links.md', 'utf8'),
)![1] as string;

onEachDatabase('manage links', (gateway) => {
  let clinic: Clinic;
  let stranger: string;
  let mine: string;
  let another: string;
  let token: string;
  let guest: string;

  const urlOf = async (id: string, key?: string): Promise<string | null | undefined> =>
    (
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { manageUrl } }',
        { id },
        key ? { key } : {},
      )
    ).appointment?.manageUrl;
  const tokenOf = async (id: string) => (await urlOf(id))!.split('#')[1]!;
  const exchange = async (given: string) =>
    (await gateway.data(EXCHANGE, { token: given }, { key: null })).exchangeManageToken;
  const accessOf = async (given: string): Promise<string> =>
    (await exchange(given)).access.accessToken;
  const bookAt = async (start: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, start, input);
    if (!appointment) throw new Error(JSON.stringify(userErrors));
    return appointment.id;
  };
  const unknown = {
    access: null,
    userErrors: [{ code: 'NOT_FOUND', message: 'Unknown or expired link.' }],
  };
  /**
   * Returns the result of a request with an access token: the visible appointment, or the code of
   * the refusal.
   */
  const sees = async (key: string) => {
    const { data, errors } = await gateway.run(
      '{ viewer { business { id } } appointment(id: "Appointment:1") { id } }'.replace(
        'Appointment:1',
        mine,
      ),
      {},
      { key },
    );
    return errors?.[0]?.extensions.code ?? data.appointment?.id ?? null;
  };

  beforeAll(async () => {
    gateway.time = NOW;
    clinic = await addClinic(gateway);
    stranger = await addClient(gateway, {
      firstName: 'SECRETARYA',
      lastName: 'SECRETSTARK',
      emailAddress: 'secretarya@winterfell.example',
      cellPhone: '+12125550123',
    });
    await change(gateway, 'setViewableClients', {
      clientId: clinic.clientId,
      viewableClientIds: [stranger],
    });
    mine = await bookAt('2031-03-10T14:00:00Z');
    another = await bookAt('2031-03-11T14:00:00Z', { note: 'SECRETNOTE' });
    await bookAt('2031-03-12T14:00:00Z', { clientId: stranger, note: 'SECRETNOTE' });
    token = await tokenOf(mine);
    guest = await accessOf(token);
    await gateway.logged();
  });
  afterEach(() => {
    gateway.time = NOW;
  });

  it('are returned to staff and to the client, always the same, and to no other viewer', async () => {
    const url = await urlOf(mine);
    expect(url).toMatch(
      new RegExp(`^${gateway.gateway.url}/manage#\\d+-${numberOf(mine)}-[\\w-]{43}$`),
    );
    for (const [role, grant] of [
      [Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }],
      [Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }],
      [Role.CLIENT, { clientId: numberOf(clinic.clientId) }],
    ] as const)
      expect(await urlOf(mine, await gateway.key(role, grant as object))).toBe(url);
    expect(
      await urlOf(mine, await gateway.key(Role.CLIENT, { clientId: numberOf(stranger) })),
    ).toBeUndefined();
    expect(await urlOf(mine, gateway.business.publishableKey)).toBeUndefined();
    expect(await urlOf(mine, guest)).toBeNull();
    const { createAppointment } = await gateway.data(
      'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { id manageUrl } userErrors { message } } }',
      {
        input: {
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          staffId: clinic.otherStaffId,
          start: '2031-03-10T14:00:00Z',
          client: { firstName: 'A', lastName: 'B', emailAddress: 'ab@example.org' },
        },
      },
      { key: gateway.business.publishableKey },
    );
    const own = await urlOf(createAppointment.appointment.id);
    expect(own).toContain('/manage#');
    expect(createAppointment).toEqual({
      appointment: { id: expect.any(String), manageUrl: own },
      userErrors: [],
    });
  });

  it('opens a reassigned appointment to no access token of its former client', async () => {
    const id = await bookAt('2031-06-17T14:00:00Z');
    const access = await accessOf(await tokenOf(id));
    const next = await addClient(gateway, { firstName: 'Next', lastName: 'Client' });

    await gateway.data(
      'mutation ($input: UpdateAppointmentInput!) { updateAppointment(input: $input) { userErrors { code } } }',
      { input: { id, clientId: next } },
    );

    const { errors } = await gateway.run(
      'query ($id: ID!) { appointment(id: $id) { id } }',
      { id },
      { key: access },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('are null for time off, holds, and deleted or long finished appointments', async () => {
    await addReason(gateway, { reasonDesc: 'Holiday', reasonType: 'PERSONAL', visitMinutes: 60 });
    const { appointments } = await change(
      gateway,
      'createTimeOff',
      { staffIds: [clinic.staffId], start: '2031-04-01T14:00:00Z', end: '2031-04-01T15:00:00Z' },
      'appointments { id }',
    );
    const held = (
      await change(
        gateway,
        'holdAppointment',
        {
          locationId: clinic.locationId,
          reasonId: clinic.reasonId,
          staffId: clinic.staffId,
          clientId: clinic.clientId,
          start: '2031-04-02T14:00:00Z',
        },
        'appointment { id }',
      )
    ).appointment.id;
    const deleted = await bookAt('2031-04-03T14:00:00Z');
    const old = await tokenOf(deleted);
    await change(gateway, 'setAppointmentStatus', { id: deleted, status: 'DELETED' });
    for (const id of [appointments[0].id, held, deleted])
      expect([id, await urlOf(id)]).toEqual([id, null]);
    expect(await exchange(old)).toEqual(unknown);
    await change(gateway, 'bookAppointment', { id: held });
    expect(await urlOf(held)).toContain('/manage#');
  });

  it('open one appointment for an hour, with its client and related rows', async () => {
    expect((await exchange(token)).access).toEqual({
      accessToken: guest,
      expiresAt: new Date(NOW + HOUR).toISOString(),
      appointmentId: mine,
    });
    const data = await gateway.data(
      `query ($id: ID!) { viewer { role actor clientId staffId business { name } } appointment(id: $id) {
      id status start reason { reasonDesc } location { locationName timeZone { code } } staff { fullName email } additionalStaff { fullName } client { id fullName emailAddress viewableClients: id } subStatus { code }
    } }`,
      { id: mine },
      { key: guest },
    );
    expect(data).toEqual({
      viewer: {
        role: 'GUEST',
        actor: 'WebClient',
        clientId: clinic.clientId,
        staffId: null,
        business: { name: 'Test clinic' },
      },
      appointment: {
        id: mine,
        status: 'OPEN',
        start: '2031-03-10T14:00:00.000Z',
        reason: { reasonDesc: 'Check-up a' },
        location: { locationName: 'Office a', timeZone: { code: 'America/New_York' } },
        staff: { fullName: 'drjones-a Jones', email: null },
        additionalStaff: [],
        subStatus: { code: 'OPEN' },
        client: {
          id: clinic.clientId,
          fullName: 'Jon Snow a',
          emailAddress: 'jsnow-a@castleblack.mil',
          viewableClients: clinic.clientId,
        },
      },
    });
    gateway.time = NOW + HOUR - 1_000;
    expect(await sees(guest)).toBe(mine);
    gateway.time = NOW + HOUR;
    expect(await sees(guest)).toBe('UNAUTHENTICATED');
    const unused = await accessOf(token);
    gateway.time = NOW + 2 * HOUR;
    expect((await gateway.run('{ viewer { role } }', {}, { key: unused })).status).toBe(401);
    expect(await sees(await accessOf(token))).toBe(mine);
  });

  it('open nothing if they are forged, malformed, or of another appointment or business', async () => {
    const [, business, , signature] = /^(\d+)-(\d+)-(.+)$/.exec(token)!;
    const foreign = await gateway.addBusiness({ name: 'Elsewhere', timeZone: 'Europe/Berlin' });
    const flip = (text: string) =>
      `${text.slice(0, -2)}${text.at(-2) === 'A' ? 'B' : 'A'}${text.at(-1)}`;
    const forged = [
      flip(token),
      `${business}-${numberOf(another)}-${signature}`,
      `${foreign.business.rowId}-${numberOf(mine)}-${signature}`,
      `${business}-99999999-${signature}`,
      `9999999999-1-${signature}`,
      token.slice(0, -1),
      `${token}A`,
      '',
      'x',
      'é'.repeat(60),
      'x'.repeat(100_000),
      `${token}\n`,
      guest,
    ];
    for (const given of forged)
      expect([given.slice(0, 99), await exchange(given)]).toEqual([given.slice(0, 99), unknown]);
    const later = guest.replace(`_${NOW / 1000 + 3600}_`, `_${NOW / 1000 + 7200}_`);
    const other = guest.replace(`_${numberOf(mine)}_`, `_${numberOf(another)}_`);
    const elsewhere = guest.replace(/^sg_at_\d+/, `sg_at_${foreign.business.rowId}`);
    for (const given of [flip(guest), later, other, elsewhere, token, `${guest}A`]) {
      expect(given).not.toBe(guest);
      const { errors, status } = await gateway.run('{ viewer { role } }', {}, { key: given });
      expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(JSON.stringify(errors)).not.toContain(given);
    }
  });

  it('see no other appointment, and change none', async () => {
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { id } }',
          { id: another },
          { key: guest },
        )
      ).appointment,
    ).toBeNull();
    expect(
      await refusal(
        gateway,
        'rescheduleAppointment',
        { id: another, start: '2031-03-14T14:00:00Z' },
        guest,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(await refusal(gateway, 'cancelAppointment', { id: another }, guest)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(
      await gateway.data('query ($id: ID!) { appointment(id: $id) { version status } }', {
        id: another,
      }),
    ).toEqual({ appointment: { version: 1, status: 'OPEN' } });
  });

  it('move and cancel within the rules for clients', async () => {
    const id = await bookAt('2031-05-05T14:00:00Z');
    const key = await accessOf(await tokenOf(id));
    const move = (input: object) =>
      refusal(
        gateway,
        'rescheduleAppointment',
        { id, start: '2031-05-06T14:00:00Z', ...input },
        key,
      );
    expect(await move({ override: true })).toEqual(['FORBIDDEN', 'override']);
    expect(await move({ durationMinutes: 500 })).toEqual(['FORBIDDEN', 'durationMinutes']);
    expect(await move({ start: '2031-02-06T14:00:00Z' })).toEqual(['TIME_UNAVAILABLE', 'start']);
    expect(await move({ start: '2031-05-06T14:07:00Z' })).toEqual(['TIME_UNAVAILABLE', 'start']);
    expect(await move({ start: '2031-03-11T14:00:00Z' })).toEqual(['TIME_UNAVAILABLE', 'start']);
    const { availability } = await gateway.data(
      'query ($i: AvailabilityInput!) { availability(input: $i) { availableTimes { start } } }',
      {
        i: {
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          from: '2031-05-06',
          to: '2031-05-06',
        },
      },
      { key },
    );
    expect(availability.availableTimes).toContainEqual({ start: '2031-05-06T14:00:00.000Z' });
    const moved = (
      await change(
        gateway,
        'rescheduleAppointment',
        { id, start: '2031-05-06T14:00:00Z' },
        'appointment { start clientRescheduleCount staffRescheduleCount modifiedBy client { fullName } }',
        key,
      )
    ).appointment;
    expect(moved).toEqual({
      start: '2031-05-06T14:00:00.000Z',
      clientRescheduleCount: 1,
      staffRescheduleCount: 0,
      modifiedBy: 'WebClient',
      client: { fullName: 'Jon Snow a' },
    });
    await change(gateway, 'updateReason', { id: clinic.reasonId, rescheduleType: 'NOT_ALLOWED' });
    expect(await move({ start: '2031-05-07T14:00:00Z' })).toEqual(['RULE_VIOLATED', 'id']);
    await change(gateway, 'updateReason', { id: clinic.reasonId, rescheduleType: 'FLEXIBLE' });
    expect(
      await change(
        gateway,
        'cancelAppointment',
        { id, reason: 'A cold' },
        'appointment { status cancelledBy cancelReason }',
        key,
      ),
    ).toMatchObject({
      appointment: { status: 'CANCELLED', cancelledBy: 'WebClient', cancelReason: 'A cold' },
      userErrors: [],
    });

    const waiting = await bookAt('2031-05-08T14:00:00Z');
    expect(
      await refusal(
        gateway,
        'cancelAppointment',
        { id: waiting, waitlistEntryIds: ['WaitlistEntry:1'] },
        await accessOf(await tokenOf(waiting)),
      ),
    ).toEqual(['FORBIDDEN', 'waitlistEntryIds']);

    const begun = await bookAt('2031-03-02T14:00:00Z');
    const link = await tokenOf(begun);
    gateway.time = Date.parse('2031-03-02T14:00:00Z');
    const late = await accessOf(link);
    expect(await refusal(gateway, 'cancelAppointment', { id: begun }, late)).toEqual([
      'RULE_VIOLATED',
      'id',
    ]);
    expect(
      await refusal(
        gateway,
        'rescheduleAppointment',
        { id: begun, start: '2031-05-07T14:00:00Z' },
        late,
      ),
    ).toEqual(['RULE_VIOLATED', 'id']);
  });

  it('expire a week after the appointment, after any move, or after its cancellation', async () => {
    const id = await bookAt('2031-06-02T14:00:00Z');
    const link = await tokenOf(id);
    const worksAt = async (time: string) => {
      gateway.time = Date.parse(time);
      return [(await exchange(link)).access !== null, (await urlOf(id)) !== null];
    };
    expect(await worksAt('2031-06-09T14:44:59Z')).toEqual([true, true]);
    const last = await accessOf(link);
    expect(await sees(last)).not.toBe('UNAUTHENTICATED');
    expect(await worksAt('2031-06-09T14:45:00Z')).toEqual([false, false]);
    expect(await sees(last)).toBe('UNAUTHENTICATED');
    gateway.time = NOW;
    await change(gateway, 'rescheduleAppointment', { id, start: '2031-06-16T14:00:00Z' });
    expect(await worksAt('2031-06-23T14:44:00Z')).toEqual([true, true]);
    gateway.time = NOW;
    await change(gateway, 'cancelAppointment', { id });
    expect(await worksAt(new Date(NOW + 7 * DAY - 1_000).toISOString())).toEqual([true, true]);
    expect(await worksAt(new Date(NOW + 7 * DAY).toISOString())).toEqual([false, false]);
  });

  it('expire immediately when the appointment passes to another client, open WebSockets included', async () => {
    const id = await bookAt('2031-07-07T14:00:00Z');
    const link = await tokenOf(id);
    const key = await accessOf(link);
    const look = () =>
      gateway.run(
        'query ($id: ID!) { appointment(id: $id) { id client { fullName } } }',
        { id },
        { key },
      );
    expect((await look()).data.appointment.client.fullName).toBe('Jon Snow a');
    const socket = gateway.subscribe(
      'query ($id: ID!) { appointment(id: $id) { id } }',
      { id },
      key,
    );
    expect((await socket.atLeast(1))[0].data.appointment).toEqual({ id });
    await socket.close();
    await change(gateway, 'updateAppointment', { id, clientId: stranger });
    expect(await exchange(link)).toEqual(unknown);
    // Within the second for which a key is cached it sees nothing; afterwards it is unknown.
    const { data, errors } = await look();
    expect(errors?.[0]?.extensions.code ?? data.appointment).toBe(
      errors ? 'UNAUTHENTICATED' : null,
    );
    expect(await tokenOf(id)).not.toBe(link);
    await change(gateway, 'updateAppointment', { id, clientId: clinic.clientId });
    expect(await tokenOf(id)).toBe(link);
  });

  const schema = gatewaySchema();
  const OPEN = [
    'appointment',
    'availability',
    'viewer',
    'cancelAppointment',
    'exchangeManageToken',
    'rescheduleAppointment',
  ];
  const codes = ({ errors }: { errors?: any }) =>
    (Array.isArray(errors) ? errors : []).map(({ extensions }) => extensions?.code);

  it('open no other root: tries each query, mutation and subscription of the schema', async () => {
    const roots = [
      ['query', schema.getQueryType()],
      ['mutation', schema.getMutationType()],
    ] as [string, GraphQLObjectType][];
    let refused = 0;
    for (const [kind, type] of roots) {
      for (const field of Object.values(type.getFields()).filter(
        ({ name }) => !OPEN.includes(name),
      )) {
        const operation = `${kind} { ${selectionOfField(field)} }`;
        expect([operation, codes(await gateway.run(operation, {}, { key: guest }))]).toEqual([
          operation,
          ['FORBIDDEN'],
        ]);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(60);
    for (const field of Object.values(schema.getSubscriptionType()!.getFields())) {
      const subscription = gateway.subscribe(
        `subscription { ${selectionOfField(field)} }`,
        {},
        guest,
      );
      expect([field.name, codes({ errors: await subscription.untilEnd() })]).toEqual([
        field.name,
        ['FORBIDDEN'],
      ]);
      await subscription.close();
    }
    // Control: another caller is admitted to the same fields.
    for (const operation of ['{ appointments { __typename } }', '{ clients { __typename } }'])
      expect(codes(await gateway.run(operation))).toEqual([]);
  });

  it('lead from the appointment to its related rows, and no further', async () => {
    const ways: [string, string, GraphQLObjectType][] = [
      ['Appointment', 'X', objectOf(schema.getQueryType()!.getFields().appointment!)!],
    ];
    const FOLLOWED = [
      'client',
      'location',
      'reason',
      'staff',
      'additionalStaff',
      'blockedStaff',
      'business',
    ];
    for (const name of FOLLOWED)
      ways.push([
        `Appointment.${name}`,
        `${name} { X }`,
        objectOf(ways[0]![2].getFields()[name]!)!,
      ]);
    const VALUES = [
      'Address',
      'AppointmentSubStatus',
      'EmergencyContact',
      'FieldValue',
      'TimeZone',
    ];
    let [seen, refused] = ['', 0];
    for (const [place, way, type] of ways) {
      const ask = (selection: string) =>
        gateway.run(
          `query ($id: ID!) { appointment(id: $id) { ${way.replace('X', selection)} } }`,
          { id: mine },
          { key: guest },
        );
      const leaves = await ask(leavesOf(type).join(' '));
      expect([place, codes(leaves)]).toEqual([place, []]);
      seen += JSON.stringify(leaves.data);
      for (const field of edgesOf(type)) {
        if (
          (place === 'Appointment' && FOLLOWED.includes(field.name)) ||
          VALUES.includes(objectOf(field)?.name ?? '')
        )
          continue;
        const answer = await ask(selectionOfField(field));
        // No other staff serve, so none are listed.
        if (['additionalStaff', 'blockedStaff'].some((name) => place.endsWith(name))) continue;
        expect([place, field.name, codes(answer)]).toEqual([place, field.name, ['FORBIDDEN']]);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(20);
    expect(seen).toContain('Jon Snow a');
    expect(seen).not.toMatch(/SECRET|winterfell|2125550123/i);
    const all = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { client { viewableClients { fullName } appointments { nodes { note } } } } }',
      { id: mine },
    );
    expect(JSON.stringify(all)).toMatch(/SECRETARYA.*SECRETNOTE/);
  });

  it('are no keys: no key can have their role', async () => {
    expect(await refusal(gateway, 'createApiKey', { name: 'x', role: 'GUEST' })).toEqual([
      'BAD_USER_INPUT',
      'role',
    ]);
  });

  it('are valid across restarts and processes, and appear in no log', async () => {
    const lines: string[] = [];
    const url = await urlOf(mine);
    await gateway.gateway.stop();
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    gateway.gateway = await startApp(gateway.config, {
      now: () => gateway.time ?? Date.now(),
      log,
    });
    expect((await urlOf(mine))!.split('#')[1]).toBe(url!.split('#')[1]);
    const key = await accessOf(token);
    expect(await sees(key)).toBe(mine);
    const feed = (
      await change(gateway, 'createCalendarFeed', { ownerId: clinic.staffId }, 'calendarFeedUrl')
    ).calendarFeedUrl;
    for (const address of [
      feed,
      feed.replace('.ics', 'x.ics'),
      feed.replace('/calendar/', '/calenda/'),
    ])
      await (await fetch(address)).text();
    for (const given of [`${token}x`, token.replace(/-\d+-/, '-7-')]) await exchange(given);
    await gateway.run('{ viewer { role } }', {}, { key: `${key}x` });
    await gateway.run(`mutation { exchangeManageToken(token: "${token}") { nonsense } }`);
    await gateway.run(
      'mutation ($token: Int!) { exchangeManageToken(token: $token) { __typename } }',
      { token },
    );
    expect(lines.length).toBeGreaterThan(5);
    const secrets = [token, key, feed].map(
      (text: string) => /([\w-]{43})(?:\.ics)?$/.exec(text)![1] as string,
    );
    const [{ value }] = (await gateway.gateway.db.all<{ value: string }>(
      sql`SELECT value FROM installation_secret`,
    )) as [{ value: string }];
    for (const secret of [...secrets, value]) expect(lines.join('')).not.toContain(secret);

    const signers = await Promise.all(
      Array.from({ length: 5 }, () => signerOf(gateway.gateway.db, null)),
    );
    expect(new Set(signers.map((signer) => signer.sign('a', 1)))).toEqual(
      new Set([new Signer(value).sign('a', 1)]),
    );
  });
});

describe('public addresses', () => {
  const signer = new Signer('k'.repeat(32));
  const configured = (env: Record<string, string>) =>
    linksOf(signer, loadConfig(env), () => 'http://localhost:4000');

  it('follow the configuration', () => {
    expect(configured({}).publicUrl('/calendar/x.ics')).toBe(
      'http://localhost:4000/calendar/x.ics',
    );
    expect(configured({}).manageUrl('t')).toBe('http://localhost:4000/manage#t');
    const links = configured({
      PUBLIC_URL: 'https://clinic.example/book/',
      MANAGE_URL: 'myapp://manage?t={token}',
    });
    expect([links.publicUrl('/calendar/x.ics'), links.manageUrl('t')]).toEqual([
      'https://clinic.example/book/calendar/x.ics',
      'myapp://manage?t=t',
    ]);
    expect(configured({ PUBLIC_URL: 'https://clinic.example' }).manageUrl('t')).toBe(
      'https://clinic.example/manage#t',
    );
  });

  it.each([
    ['PUBLIC_URL', 'clinic.example', /http or https address/],
    ['PUBLIC_URL', 'https://clinic.example?x=1', /without a query/],
    ['MANAGE_URL', 'https://clinic.example/manage', /\{token\}/],
    ['MANAGE_URL', 'manage#{token}', /address with \{token\}/],
    ['SIGNING_KEY', 'short', /at least 32 characters/],
  ])('refuse a %s such as %s', (name, value, message) => {
    expect(() => loadConfig({ [name]: value })).toThrow(message);
    if (name === 'SIGNING_KEY') expect(() => loadConfig({ [name]: value })).not.toThrow(value);
  });

  it('are signed for one purpose and these values, by one key', () => {
    const signature = signer.sign('manage-link', 1, 23, null);
    expect(signature).toMatch(/^[\w-]{43}$/);
    expect(signer.vouches(signature, 'manage-link', 1, 23, null)).toBe(true);
    for (const [purpose, ...facts] of [
      ['manage-access', 1, 23, null],
      ['manage-link', 12, 3, null],
      ['manage-link', 1, 23, 0],
      ['manage-link', 1, 23],
    ] as [string, ...number[]][]) {
      expect(signer.vouches(signature, purpose, ...facts)).toBe(false);
    }
    expect(new Signer('j'.repeat(32)).vouches(signature, 'manage-link', 1, 23, null)).toBe(false);
    for (const other of ['', signature.slice(1), `${signature}A`])
      expect(signer.vouches(other, 'manage-link', 1, 23, null)).toBe(false);
  });
});
