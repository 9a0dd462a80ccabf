import { Role } from '../../../src/context';
import { addReason, BOOK, book } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { ScopeFixture } from './scope.fixture';

export function publicCases(gateway: TestGateway, fixture: ScopeFixture): void {
  it('without a key only the viewer can be read', async () => {
    expect(
      await gateway.data('{ viewer { role actorName business { name } } }', {}, { key: null }),
    ).toEqual({ viewer: { role: 'PUBLIC', actorName: 'WebClient', business: null } });
    for (const query of [
      '{ appointments { totalCount } }',
      '{ locations { totalCount } }',
      '{ clients { nodes { id } } }',
      `{ node(id: "${fixture.mine.staffId}") { id } }`,
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
      `query ($hidden: ID!) {
        viewer { role business { name } } reason(id: $hidden) { id }
        reasons { nodes { reasonDesc internalName } } locations { totalCount }
        staff { nodes { fullName email userName } } clients { totalCount }
        appointments { totalCount }
      }`,
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
    const { clientId: _mine, ...anyone } = fixture.mine;
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
      (await publicly({ clientId: fixture.mine.clientId })).data.createAppointment.userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    for (const extra of [{ price: '0.01' }, { override: true }]) {
      expect(
        (await publicly({ client, ...extra })).data.createAppointment.userErrors,
      ).toMatchObject([
        { code: 'INSUFFICIENT_PERMISSION', path: ['input', Object.keys(extra)[0]] },
      ]);
    }
    expect(
      (await publicly({ client, durationMinutes: 500 })).data.createAppointment.userErrors,
    ).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'durationMinutes'] }]);
    expect(
      (await publicly({ client, start: '2020-01-09T14:00:00Z' })).data.createAppointment.userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE', path: ['input', 'start'] }]);
    const { id } = (await publicly({ client })).data.createAppointment.appointment;
    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) { createdByName client { fullName emailAddress createdByName } }
      }`,
      { id },
    );
    expect(appointment).toEqual({
      createdByName: 'WebClient',
      client: {
        fullName: 'Arya Stark',
        emailAddress: 'arya@winterfell.example',
        createdByName: 'WebClient',
      },
    });
    await publicly({ client, start: '2031-01-09T16:00:00Z' });
    // As a new client each time: a caller who knows name and address learns nothing of the existing
    // client.
    await gateway.data(
      `mutation ($input: UpdateClientInput!) {
        updateClient(input: $input) { userErrors { code } }
      }`,
      { input: { id: fixture.mine.clientId, dateOfBirth: '1984-05-09' } },
    );
    const known = {
      firstName: 'Jon',
      lastName: 'Snow mine',
      emailAddress: 'jsnow-mine@castleblack.mil',
    };
    const { data, errors } = await gateway.run(
      `mutation ($input: CreateAppointmentInput!) {
        createAppointment(input: $input) {
          appointment { client { id dateOfBirth appointments { totalCount } } }
        }
      }`,
      {
        input: {
          ...anyone,
          otherStaffId: undefined,
          start: '2031-01-09T18:00:00Z',
          client: known,
        },
      },
      { key },
    );
    const stranger = data.createAppointment.appointment.client;
    expect(stranger).toEqual({
      id: expect.not.stringMatching(fixture.mine.clientId),
      dateOfBirth: null,
      appointments: null,
    });
    expect(errors?.map(({ path, extensions }) => [path?.at(-1), extensions.code])).toEqual([
      ['appointments', 'FORBIDDEN'],
    ]);
    expect(
      (
        await gateway.data(
          '{ duplicateClients(emailAddress: "jsnow-mine@castleblack.mil") { id } }',
        )
      ).duplicateClients,
    ).toHaveLength(2);
    await gateway.data(
      `mutation ($input: UpdateClientInput!) {
        updateClient(input: $input) { userErrors { code } }
      }`,
      { input: { id: stranger.id, status: 'BLACKLISTED' } },
    );
    expect(
      (await publicly({ client: known, start: '2031-01-09T20:00:00Z' })).data.createAppointment
        .userErrors,
    ).toEqual([
      {
        __typename: 'RuleViolatedError',
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
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.mine.clientId) });
    const at = (hours: number) =>
      new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 + hours * 3_600_000).toISOString();
    const planned = { ...fixture.mine, reasonId };
    const { locationId, staffId, clientId } = fixture.mine;
    const ask = async (start: string) =>
      (
        await gateway.data(
          `mutation ($input: CreateAppointmentInput!) {
            createAppointment(input: $input) {
              userErrors {
                code
                ... on TimeUnavailableError { explanation { candidates { refusals { rule } } } }
              }
            }
          }`,
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
}
