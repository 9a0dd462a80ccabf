import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addHours,
  addReason,
  addStaff,
  BOOK,
  book,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

onEachDatabase('permissions', (gateway) => {
  let mine: Clinic;
  let theirs: Clinic;
  let foreignKey: string;
  let foreign: string;
  let appointmentId: string;

  beforeAll(async () => {
    mine = await addClinic(gateway, 'mine');
    foreignKey = (
      await gateway.addBusiness({
        name: 'Another business',
        timeZone: 'Europe/Berlin',
        currency: 'EUR',
        country: 'DE',
      })
    ).secretKey;
    theirs = await addClinic(gateway, 'theirs', foreignKey);
    foreign = (await book(gateway, theirs, '2031-01-06T14:00:00Z', {}, foreignKey)).appointment.id;
    appointmentId = (await book(gateway, mine, '2031-01-06T14:00:00Z')).appointment.id;
    await gateway.logged();
  });

  it('no read crosses businesses, by any path', async () => {
    const ids = [foreign, ...Object.values(theirs)];
    const data = await gateway.data(
      `query ($ids: [ID!]!, $a: ID!, $c: ID!, $s: ID!, $l: ID!, $r: ID!) {
      nodes(ids: $ids) { id } appointment(id: $a) { id } client(id: $c) { id } staffMember(id: $s) { id } location(id: $l) { id } reason(id: $r) { id }
      appointments { nodes { id } } clients { nodes { id } } staff { nodes { id } } locations { nodes { id } } reasons { nodes { id } }
      filtered: appointments(filter: { clientIds: [$c] }) { totalCount } counts: appointmentCounts(by: STAFF, filter: { staffIds: [$s] }) { count }
      bookingNotifications(first: 100, after: "0") { nodes { appointment { id } } } duplicateClients(emailAddress: "jsnow-theirs@castleblack.mil") { id }
    }`,
      {
        ids,
        a: foreign,
        c: theirs.clientId,
        s: theirs.staffId,
        l: theirs.locationId,
        r: theirs.reasonId,
      },
    );
    expect(data.nodes).toEqual(ids.map(() => null));
    for (const field of ['appointment', 'client', 'staffMember', 'location', 'reason'])
      expect([field, data[field]]).toEqual([field, null]);
    const seen = ['appointments', 'clients', 'staff', 'locations', 'reasons'].flatMap((field) =>
      data[field].nodes.map(({ id }: any) => id),
    );
    expect(seen).toEqual(
      expect.arrayContaining([
        appointmentId,
        mine.clientId,
        mine.staffId,
        mine.locationId,
        mine.reasonId,
      ]),
    );
    expect(seen.filter((id) => ids.includes(id))).toEqual([]);
    expect(data.filtered.totalCount).toBe(0);
    expect(data.counts).toEqual([]);
    expect(data.bookingNotifications.nodes).toEqual([{ appointment: { id: appointmentId } }]);
    expect(data.duplicateClients).toEqual([]);
  });

  it('no write crosses businesses, with any of the ids, and nothing is written', async () => {
    for (const field of ['locationId', 'reasonId', 'staffId', 'clientId'] as const) {
      const payload = await book(
        gateway,
        { ...mine, [field]: theirs[field] },
        '2031-01-07T14:00:00Z',
      );
      expect(payload).toMatchObject({
        appointment: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['input', field] }],
      });
    }
    const change = async (mutation: string, input: object) =>
      Object.values(
        await gateway.data(
          `mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { userErrors { code } } }`,
          { input },
        ),
      )[0];
    for (const [mutation, input] of [
      ['updateAppointment', { id: foreign, note: 'x' }],
      ['cancelAppointment', { id: foreign }],
      ['rescheduleAppointment', { id: foreign, start: '2031-01-08T14:00:00Z' }],
      ['setAppointmentStatus', { id: foreign, status: 'COMPLETED' }],
      ['updateClient', { id: theirs.clientId, firstName: 'x' }],
      ['updateStaff', { id: theirs.staffId, firstName: 'x' }],
      ['updateReason', { id: theirs.reasonId, reasonDesc: 'x' }],
      ['updateLocation', { id: theirs.locationId, locationName: 'x' }],
      ['deleteClient', { id: theirs.clientId }],
      ['setReasonStaff', { reasonId: mine.reasonId, staff: [{ staffId: theirs.staffId }] }],
      ['updateStaff', { id: mine.staffId, locationIds: [theirs.locationId] }],
    ] as const)
      expect([mutation, await change(mutation, input)]).toEqual([
        mutation,
        { userErrors: [{ code: 'NOT_FOUND' }] },
      ]);
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { version history { type } client { firstName deleted } } }',
      { id: foreign },
      { key: foreignKey },
    );
    expect(appointment).toEqual({
      version: 1,
      history: [{ type: 'CREATED' }],
      client: { firstName: 'Jon', deleted: false },
    });
  });

  it('without a key only the viewer can be read', async () => {
    expect(
      await gateway.data('{ viewer { role actor business { name } } }', {}, { key: null }),
    ).toEqual({ viewer: { role: 'PUBLIC', actor: 'WebClient', business: null } });
    for (const query of [
      '{ appointments { totalCount } }',
      '{ locations { totalCount } }',
      '{ clients { nodes { id } } }',
      `{ node(id: "${mine.staffId}") { id } }`,
      '{ bookingNotifications { nodes { cursor } } }',
    ]) {
      const { errors } = await gateway.run(query, {}, { key: null });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });

  it('a wrong key is refused for any field', async () => {
    for (const key of [
      'nonsense',
      `${gateway.business.secretKey}x`,
      gateway.business.secretKey.replace(/_\d+_/, '_2_'),
      'sg_sk_1_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    ]) {
      const { errors } = await gateway.run('{ viewer { role } }', {}, { key });
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });

  it('the public sees bookable objects only, and no clients', async () => {
    const key = gateway.business.publishableKey;
    const hidden = await addReason(gateway, {
      reasonDesc: 'By phone',
      visitMinutes: 30,
      allowOnline: false,
    });
    const { data, errors } = await gateway.run(
      `query ($hidden: ID!) { viewer { role business { name } } reason(id: $hidden) { id } reasons { nodes { reasonDesc internalName } } locations { totalCount }
      staff { nodes { fullName email userName } } clients { totalCount } appointments { totalCount } }`,
      { hidden },
      { key },
    );
    expect(data).toMatchObject({
      viewer: { role: 'PUBLIC', business: { name: 'Test clinic' } },
      reason: null,
      clients: null,
      appointments: null,
      locations: { totalCount: 1 },
    });
    expect(errors).toMatchObject([
      { path: ['clients'], extensions: { code: 'FORBIDDEN' } },
      { path: ['appointments'], extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(data.reasons.nodes).toEqual([{ reasonDesc: 'Check-up mine', internalName: null }]);
    expect(data.staff.nodes).toContainEqual({
      fullName: 'drjones-mine Jones',
      email: null,
      userName: null,
    });
    for (const query of ['{ bookingNotifications { nodes { cursor } } }', '{ clientTags }']) {
      expect((await gateway.run(query, {}, { key })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
  });

  it('the public books as a new client, within the rules', async () => {
    const key = gateway.business.publishableKey;
    const { clientId: _mine, ...anyone } = mine;
    const client = {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'Arya@Winterfell.example',
    };
    const publicly = (input: object) =>
      gateway.run(
        BOOK,
        { input: { ...anyone, otherStaffId: undefined, start: '2031-01-09T14:00:00Z', ...input } },
        { key },
      );
    expect((await publicly({})).data.createAppointment.userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'client'] },
    ]);
    expect(
      (await publicly({ clientId: mine.clientId })).data.createAppointment.userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    for (const extra of [{ price: '0.01' }, { override: true }]) {
      expect((await publicly({ client, ...extra })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
    expect((await publicly({ client, durationMinutes: 500 })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'durationMinutes'] } },
    ]);
    expect(
      (await publicly({ client, start: '2020-01-09T14:00:00Z' })).data.createAppointment.userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE', path: ['input', 'start'] }]);
    const { id } = (await publicly({ client })).data.createAppointment.appointment;
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { createdBy client { fullName emailAddress createdBy } } }',
      { id },
    );
    expect(appointment).toEqual({
      createdBy: 'WebClient',
      client: {
        fullName: 'Arya Stark',
        emailAddress: 'arya@winterfell.example',
        createdBy: 'WebClient',
      },
    });
    await publicly({ client, start: '2031-01-09T16:00:00Z' });
    // As a new client each time: a caller who knows name and address learns nothing of the existing
    // client.
    await gateway.data(
      'mutation ($input: UpdateClientInput!) { updateClient(input: $input) { userErrors { code } } }',
      { input: { id: mine.clientId, dateOfBirth: '1984-05-09' } },
    );
    const known = {
      firstName: 'Jon',
      lastName: 'Snow mine',
      emailAddress: 'jsnow-mine@castleblack.mil',
    };
    const stranger = (
      await gateway.data(
        'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { appointment { client { id dateOfBirth appointments { totalCount } } } } }',
        {
          input: {
            ...anyone,
            otherStaffId: undefined,
            start: '2031-01-09T18:00:00Z',
            client: known,
          },
        },
        { key },
      )
    ).createAppointment.appointment.client;
    expect(stranger).toEqual({
      id: expect.not.stringMatching(mine.clientId),
      dateOfBirth: null,
      appointments: { totalCount: 0 },
    });
    expect(
      (
        await gateway.data(
          '{ duplicateClients(emailAddress: "jsnow-mine@castleblack.mil") { id } }',
        )
      ).duplicateClients,
    ).toHaveLength(2);
    await gateway.data(
      'mutation ($input: UpdateClientInput!) { updateClient(input: $input) { userErrors { code } } }',
      { input: { id: stranger.id, status: 'BLACKLISTED' } },
    );
    expect(
      (await publicly({ client: known, start: '2031-01-09T20:00:00Z' })).data.createAppointment
        .userErrors,
    ).toEqual([
      {
        __typename: 'Refusal',
        code: 'RULE_VIOLATED',
        message: 'This cannot be booked online. Contact the business.',
        path: ['input'],
      },
    ]);
  });

  it('notice and horizon of a reason bind clients, and not staff', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Planned',
      visitMinutes: 30,
      apptHrMin: 24,
      apptDayMax: 30,
    });
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(mine.clientId) });
    const at = (hours: number) =>
      new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 + hours * 3_600_000).toISOString();
    const planned = { ...mine, reasonId };
    const { locationId, staffId, clientId } = mine;
    const ask = async (start: string) =>
      (
        await gateway.data(
          `mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { userErrors {
            code ... on TimeUnavailableError { explanation { candidates { refusals { rule } } } } } } }`,
          { input: { locationId, reasonId, staffId, clientId, start } },
          { key },
        )
      ).createAppointment.userErrors;
    const refusedBy = (rule: string) => [
      { code: 'TIME_UNAVAILABLE', explanation: { candidates: [{ refusals: [{ rule }] }] } },
    ];
    expect(await ask(at(23))).toMatchObject(refusedBy('NOTICE'));
    expect(await ask(at(31 * 24))).toMatchObject(refusedBy('HORIZON'));
    expect((await book(gateway, planned, at(26), {}, key)).userErrors).toEqual([]);
    expect((await book(gateway, planned, at(2))).userErrors).toEqual([]);
  });

  it('a client sees only their own appointments, and may move and cancel them', async () => {
    const otherClient = await addClient(gateway, { firstName: 'Sansa', lastName: 'Stark' });
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(otherClient) });
    const own = (await book(gateway, { ...mine, clientId: otherClient }, '2031-01-10T14:00:00Z'))
      .appointment.id;
    const data = await gateway.data(
      'query ($other: ID!) { appointment(id: $other) { id } appointments { nodes { id staff { fullName email } client { fullName notes } } } clients { nodes { id } } }',
      { other: appointmentId },
      { key },
    );
    expect(data).toEqual({
      appointment: null,
      clients: { nodes: [{ id: otherClient }] },
      appointments: {
        nodes: [
          {
            id: own,
            staff: { fullName: 'drjones-mine Jones', email: null },
            client: { fullName: 'Sansa Stark', notes: null },
          },
        ],
      },
    });
    const RESCHEDULE =
      'mutation ($input: RescheduleAppointmentInput!) { rescheduleAppointment(input: $input) { appointment { clientRescheduleCount modifiedBy } userErrors { code path } } }';
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: own, start: '2031-01-10T16:00:00Z' } },
          { key },
        )
      ).rescheduleAppointment.appointment,
    ).toEqual({ clientRescheduleCount: 1, modifiedBy: 'WebClient' });
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: appointmentId, start: '2031-01-10T18:00:00Z' } },
          { key },
        )
      ).rescheduleAppointment.userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(
      (
        await gateway.run(
          'mutation ($id: ID!) { completeAppointment(input: { id: $id }) { userErrors { code } } }',
          { id: own },
          { key },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await gateway.data(
      'mutation ($input: UpdateReasonInput!) { updateReason(input: $input) { userErrors { code } } }',
      { input: { id: mine.reasonId, rescheduleType: 'NOT_ALLOWED' } },
    );
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: own, start: '2031-01-10T18:00:00Z' } },
          { key },
        )
      ).rescheduleAppointment.userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED' }]);
    await gateway.data(
      'mutation ($input: UpdateReasonInput!) { updateReason(input: $input) { userErrors { code } } }',
      { input: { id: mine.reasonId, rescheduleType: 'STRICT' } },
    );
    expect(
      (
        await gateway.data(
          RESCHEDULE,
          { input: { id: own, start: '2031-01-10T18:00:00Z', staffId: mine.otherStaffId } },
          { key },
        )
      ).rescheduleAppointment.userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'staffId'] }]);
    const { cancelAppointment } = await gateway.data(
      'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { appointment { cancelledBy } } }',
      { id: own },
      { key },
    );
    expect(cancelAppointment.appointment.cancelledBy).toBe('WebClient');
    expect(
      (
        await gateway.run(
          'mutation ($input: UpdateClientInput!) { updateClient(input: $input) { userErrors { code } } }',
          { input: { id: otherClient, notes: 'vip' } },
          { key },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('a staff user sees the clients they serve, main or additional, and their assigned reasons', async () => {
    const newcomer = await addStaff(gateway, 'newcomer');
    const key = await gateway.key(Role.STAFF_USER, { staffId: numberOf(newcomer) });
    const look = () =>
      gateway.data(
        '{ viewer { actor } appointments { totalCount } clients { totalCount } reasons { totalCount } }',
        {},
        { key },
      );
    expect(
      await gateway.data(
        '{ clientTags duplicateClients(emailAddress: "jsnow-mine@castleblack.mil") { id } }',
        {},
        { key },
      ),
    ).toEqual({ clientTags: [], duplicateClients: [] });
    expect(await look()).toEqual({
      viewer: { actor: 'newcomer Jones' },
      appointments: { totalCount: 0 },
      clients: { totalCount: 0 },
      reasons: { totalCount: 0 },
    });
    await addHours(gateway, newcomer);
    await book(gateway, { ...mine, staffId: newcomer }, '2031-02-01T14:00:00Z', { override: true });
    await book(gateway, mine, '2031-02-02T14:00:00Z', { additionalStaffIds: [newcomer] });
    expect(await look()).toMatchObject({
      appointments: { totalCount: 2 },
      clients: { totalCount: 1 },
      reasons: { totalCount: 0 },
    });
    expect(
      (await book(gateway, { ...mine, staffId: newcomer }, '2031-02-03T14:00:00Z', {}, key))
        .userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'reasonId'] }]);
    await gateway.data(
      'mutation ($input: SetReasonStaffInput!) { setReasonStaff(input: $input) { reason { serviceStaff { staff { id } active price } } userErrors { code } } }',
      {
        input: {
          reasonId: mine.reasonId,
          staff: [{ staffId: newcomer, price: '99.00' }, { staffId: mine.staffId }],
        },
      },
    );
    expect((await look()).reasons.totalCount).toBe(1);
    expect(
      (await book(gateway, { ...mine, staffId: newcomer }, '2031-02-03T14:00:00Z', {}, key))
        .userErrors,
    ).toEqual([]);
    expect(
      (
        await gateway.run(
          'mutation { createLocation(input: { locationName: "x", timeZone: "UTC" }) { userErrors { code } } }',
          {},
          { key },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('a location super user writes and overrides at their own locations only', async () => {
    const key = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(mine.locationId)],
    });
    const other = (
      await gateway.data(
        'mutation { createLocation(input: { locationName: "Annex", timeZone: "America/New_York" }) { location { id } } }',
      )
    ).createLocation.location.id;
    expect((await book(gateway, mine, '2031-02-05T14:00:00Z', {}, key)).userErrors).toEqual([]);
    expect(
      (await book(gateway, mine, '2031-02-05T14:00:00Z', { override: true }, key)).userErrors,
    ).toEqual([]);
    const { errors } = await gateway.run(
      BOOK,
      {
        input: {
          ...mine,
          otherStaffId: undefined,
          locationId: other,
          start: '2031-02-06T14:00:00Z',
        },
      },
      { key },
    );
    expect(errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', path: ['input', 'locationId'] } },
    ]);
    const elsewhere = (
      await book(gateway, { ...mine, locationId: other }, '2031-02-06T14:00:00Z', {
        override: true,
      })
    ).appointment.id;
    expect(
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { id } }',
        { id: elsewhere },
        { key },
      ),
    ).toEqual({ appointment: null });
  });
});
