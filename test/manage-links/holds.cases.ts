import { Role } from '../../src/context';
import { change, refusal } from '../support/fixtures/clinic';
import { keysOf } from '../support/fixtures/keys';
import type { TestGateway } from '../support/harness/gateway';
import { NOW, type ManageLinksFixture } from './manage-links.fixture';

const SECRET = 'the secret of this hold';

export function holdsCases(gateway: TestGateway, fixture: ManageLinksFixture): void {
  let days = 0;
  const publicKey = () => gateway.business.publishableKey;

  const hold = async (): Promise<{ id: string; holdExpiresAt: string }> => {
    const { locationId, reasonId, staffId } = fixture.clinic;
    const start = new Date(Date.UTC(2031, 6, (days += 1), 14)).toISOString();
    const input = { locationId, reasonId, staffId, start, holdSecret: SECRET };
    const selection = 'appointment { id holdExpiresAt }';
    return (await change(gateway, 'holdAppointment', input, selection, publicKey())).appointment;
  };
  const exchange = (input: object, key: string | null = publicKey()) =>
    gateway.run(
      `mutation ($input: ExchangeManageTokenInput!) {
        exchangeManageToken(input: $input) {
          accessToken expiresAt appointmentId userErrors { code path }
        }
      }`,
      { input },
      { key },
    );
  const accessTo = async (id: string): Promise<any> =>
    (await exchange({ hold: { id, holdSecret: SECRET } })).data.exchangeManageToken;
  const reads = async (id: string, key: string): Promise<any> => {
    const { data, errors } = await gateway.run(
      'query ($id: ID!) { appointment(id: $id) { id status manageUrl client { id } } viewer { role } }',
      { id },
      { key },
    );
    return errors?.[0]?.extensions.code ?? data;
  };
  const refused = async (input: object, key: string | null = publicKey()) => {
    const { data, errors } = await exchange(input, key);
    const [error] = data?.exchangeManageToken?.userErrors ?? [];
    return errors?.[0]?.extensions.code ?? [error?.code, error?.path.slice(1).join('.')];
  };

  it('exchanges the secret of a hold for access to that hold only', async () => {
    const { id, holdExpiresAt } = await hold();
    const other = await hold();

    const { accessToken, expiresAt, appointmentId, userErrors } = await accessTo(id);

    expect([appointmentId, userErrors]).toEqual([id, []]);
    expect(Date.parse(expiresAt) - Date.parse(holdExpiresAt)).toBeLessThan(1_000);
    expect(await reads(id, accessToken)).toEqual({
      appointment: { id, status: 'PENDING', manageUrl: null, client: null },
      viewer: { role: 'GUEST' },
    });
    expect((await reads(other.id, accessToken)).appointment).toBeNull();
    expect((await reads(fixture.mine, accessToken)).appointment).toBeNull();
    for (const mutation of ['bookAppointment', 'releaseHold'])
      expect((await refusal(gateway, mutation, { id }, accessToken))[0]).toBe('FORBIDDEN');
    expect((await refusal(gateway, 'cancelAppointment', { id: other.id }, accessToken))[0]).toBe(
      'NOT_FOUND',
    );
    expect(await refusal(gateway, 'cancelAppointment', { id }, accessToken)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('refuses another secret, row, tenant and a caller without a key', async () => {
    const { id } = await hold();
    const { secretKey } = await gateway.addBusiness({ name: 'Elsewhere', timeZone: 'UTC' });
    const given = { id, holdSecret: SECRET };

    expect(await refused({ hold: { id, holdSecret: 'another secret of 20' } })).toEqual([
      'NOT_FOUND',
      'hold.id',
    ]);
    expect(await refused({ hold: { ...given, id: fixture.mine } })).toEqual([
      'NOT_FOUND',
      'hold.id',
    ]);
    expect(await refused({ hold: given }, secretKey)).toEqual(['NOT_FOUND', 'hold.id']);
    expect(await refused({ hold: given }, null)).toBe('UNAUTHENTICATED');
    expect(await refused({})).toEqual(['INVALID_INPUT', 'token']);
    expect(await refused({ hold: given, token: 'x' })).toEqual(['INVALID_INPUT', 'hold']);
    expect(await refused({ hold: { id, holdSecret: 'short' } })).toEqual([
      'INVALID_INPUT',
      'hold.holdSecret',
    ]);
  });

  it('is permitted to each role of the business', async () => {
    const { id } = await hold();
    const keys: Record<string, string> = await keysOf(gateway, fixture.clinic);
    const roles = Object.keys(keys);

    expect(roles).toEqual(expect.arrayContaining([Role.CLIENT, Role.PUBLIC, Role.STAFF_USER]));
    for (const role of roles) {
      const { data } = await exchange({ hold: { id, holdSecret: SECRET } }, keys[role]);
      expect([role, data.exchangeManageToken.appointmentId]).toEqual([role, id]);
    }
  });

  it('ends with the hold, to the millisecond', async () => {
    const { id, holdExpiresAt } = await hold();
    const { accessToken } = await accessTo(id);

    gateway.time = Date.parse(holdExpiresAt) - 1;
    const last = await reads(id, accessToken);
    const exchanged = await accessTo(id);
    gateway.time += 1;
    const late = [
      await reads(id, accessToken),
      await refused({ hold: { id, holdSecret: SECRET } }),
    ];
    gateway.time = NOW;

    expect(last.appointment.id).toBe(id);
    expect(exchanged.userErrors).toEqual([]);
    expect(late).toEqual(['UNAUTHENTICATED', ['NOT_FOUND', 'hold.id']]);
  });

  it('ends when the hold is booked, whose payload has the manage link', async () => {
    const { id } = await hold();
    const { accessToken } = await accessTo(id);
    const client = { firstName: 'New', lastName: 'Guest', emailAddress: 'guest@example.org' };

    const { appointment } = await change(
      gateway,
      'bookAppointment',
      { id, holdSecret: SECRET, client },
      'appointment { status manageUrl }',
      publicKey(),
    );

    expect(appointment).toEqual({ status: 'OPEN', manageUrl: expect.stringContaining('#') });
    expect(await reads(id, accessToken)).toBe('UNAUTHENTICATED');
    expect(await refused({ hold: { id, holdSecret: SECRET } })).toEqual(['NOT_FOUND', 'hold.id']);
    const link = await fixture.accessOf(appointment.manageUrl.split('#')[1]);
    expect((await reads(id, link)).appointment).toMatchObject({ id, status: 'OPEN' });
  });
}
