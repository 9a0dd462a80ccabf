import { Role } from '../../src/context';
import { addClient, addReason, change } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import type { TestGateway } from '../support/harness/gateway';
import { NOW, HOUR, type ManageLinksFixture } from './manage-links.fixture';

export function linksCases(gateway: TestGateway, fixture: ManageLinksFixture): void {
  const { urlOf, tokenOf, exchange, accessOf, bookAt, unknown, sees } = fixture;

  it('are returned to staff and to the client, always the same, and to no other viewer', async () => {
    const url = await urlOf(fixture.mine);
    expect(url).toMatch(
      new RegExp(`^${gateway.gateway.url}/manage#\\d+-${numberOf(fixture.mine)}-[\\w-]{43}$`),
    );
    for (const [role, grant] of [
      [Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }],
      [Role.LOCATION_SUPER_USER, { locationIds: [numberOf(fixture.clinic.locationId)] }],
      [Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }],
    ] as const)
      expect(await urlOf(fixture.mine, await gateway.key(role, grant as object))).toBe(url);
    expect(
      await urlOf(
        fixture.mine,
        await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.stranger) }),
      ),
    ).toBeUndefined();
    expect(await urlOf(fixture.mine, gateway.business.publishableKey)).toBeUndefined();
    expect(await urlOf(fixture.mine, fixture.guest)).toBeNull();
    const { createAppointment } = await gateway.data(
      `mutation ($input: CreateAppointmentInput!) {
        createAppointment(input: $input) { appointment { id manageUrl } userErrors { message } }
      }`,
      {
        input: {
          reasonId: fixture.clinic.reasonId,
          locationId: fixture.clinic.locationId,
          staffId: fixture.clinic.otherStaffId,
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
      `mutation ($input: UpdateAppointmentInput!) {
        updateAppointment(input: $input) { userErrors { code } }
      }`,
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
      {
        staffIds: [fixture.clinic.staffId],
        period: { instants: { start: '2031-04-01T14:00:00Z', end: '2031-04-01T15:00:00Z' } },
      },
      'appointments { id }',
    );
    const held = (
      await change(
        gateway,
        'holdAppointment',
        {
          locationId: fixture.clinic.locationId,
          reasonId: fixture.clinic.reasonId,
          staffId: fixture.clinic.staffId,
          clientId: fixture.clinic.clientId,
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
    expect(await exchange(fixture.token)).toMatchObject({
      accessToken: fixture.guest,
      expiresAt: new Date(NOW + HOUR).toISOString(),
      appointmentId: fixture.mine,
    });
    const data = await gateway.data(
      `query ($id: ID!) {
        viewer { role actorName client { id } staff { id } business { name } }
        appointment(id: $id) {
          id status start reason { reasonDesc } location { locationName timeZone { code } }
          staff { fullName email } additionalStaff { fullName }
          client { id fullName emailAddress viewableClients: id } subStatus { code }
        }
      }`,
      { id: fixture.mine },
      { key: fixture.guest },
    );
    expect(data).toEqual({
      viewer: {
        role: 'GUEST',
        actorName: 'WebClient',
        client: { id: fixture.clinic.clientId },
        staff: null,
        business: { name: 'Test clinic' },
      },
      appointment: {
        id: fixture.mine,
        status: 'OPEN',
        start: '2031-03-10T14:00:00.000Z',
        reason: { reasonDesc: 'Check-up a' },
        location: { locationName: 'Office a', timeZone: { code: 'America/New_York' } },
        staff: { fullName: 'drjones-a Jones', email: null },
        additionalStaff: [],
        subStatus: { code: 'OPEN' },
        client: {
          id: fixture.clinic.clientId,
          fullName: 'Jon Snow a',
          emailAddress: 'jsnow-a@castleblack.mil',
          viewableClients: fixture.clinic.clientId,
        },
      },
    });
    gateway.time = NOW + HOUR - 1_000;
    expect(await sees(fixture.guest)).toBe(fixture.mine);
    gateway.time = NOW + HOUR;
    expect(await sees(fixture.guest)).toBe('UNAUTHENTICATED');
    const unused = await accessOf(fixture.token);
    gateway.time = NOW + 2 * HOUR;
    expect((await gateway.run('{ viewer { role } }', {}, { key: unused })).status).toBe(401);
    expect(await sees(await accessOf(fixture.token))).toBe(fixture.mine);
  });

  it('open nothing if they are forged, malformed, or of another appointment or business', async () => {
    const [, business, , signature] = /^(\d+)-(\d+)-(.+)$/.exec(fixture.token)!;
    const foreign = await gateway.addBusiness({ name: 'Elsewhere', timeZone: 'Europe/Berlin' });
    const flip = (text: string) =>
      `${text.slice(0, -2)}${text.at(-2) === 'A' ? 'B' : 'A'}${text.at(-1)}`;
    const forged = [
      flip(fixture.token),
      `${business}-${numberOf(fixture.another)}-${signature}`,
      `${foreign.business.rowId}-${numberOf(fixture.mine)}-${signature}`,
      `${business}-99999999-${signature}`,
      `9999999999-1-${signature}`,
      fixture.token.slice(0, -1),
      `${fixture.token}A`,
      '',
      'x',
      'é'.repeat(60),
      'x'.repeat(100_000),
      `${fixture.token}\n`,
      fixture.guest,
    ];
    for (const given of forged)
      expect([given.slice(0, 99), await exchange(given)]).toEqual([given.slice(0, 99), unknown]);
    const later = fixture.guest.replace(`_${NOW / 1000 + 3600}_`, `_${NOW / 1000 + 7200}_`);
    const other = fixture.guest.replace(
      `_${numberOf(fixture.mine)}_`,
      `_${numberOf(fixture.another)}_`,
    );
    const elsewhere = fixture.guest.replace(/^sg_at_\d+/, `sg_at_${foreign.business.rowId}`);
    for (const given of [
      flip(fixture.guest),
      later,
      other,
      elsewhere,
      fixture.token,
      `${fixture.guest}A`,
    ]) {
      expect(given).not.toBe(fixture.guest);
      const { errors, status } = await gateway.run('{ viewer { role } }', {}, { key: given });
      expect([status, errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(JSON.stringify(errors)).not.toContain(given);
    }
  });
}
