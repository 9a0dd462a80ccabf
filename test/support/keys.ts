import { Role } from '../../src/context';
import type { Clinic } from './clinic';
import type { TestGateway } from './gateway';
import { numberOf } from './ids';

/** The access token of the manage link of a client's first appointment. */
async function guestKey(gateway: TestGateway, clientId: string): Promise<string> {
  const { appointments } = await gateway.data(
    'query ($filter: AppointmentFilter) { appointments(filter: $filter) { nodes { manageUrl } } }',
    { filter: { clientIds: [clientId] } },
  );
  const token = appointments.nodes[0].manageUrl.split('#')[1];
  const { exchangeManageToken } = await gateway.data(
    'mutation ($token: String!) { exchangeManageToken(token: $token) { access { accessToken } } }',
    { token },
    { key: null },
  );
  return exchangeManageToken.access.accessToken;
}

/** A key of each role for a clinic, whose client has an appointment with a manage link. */
export async function keysOf(
  gateway: TestGateway,
  { clientId, staffId, locationId }: Pick<Clinic, 'clientId' | 'staffId' | 'locationId'>,
): Promise<Record<Role, string>> {
  return {
    [Role.ADMINISTRATOR]: gateway.business.secretKey,
    [Role.LOCATION_SUPER_USER]: await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(locationId)],
    }),
    [Role.STAFF_USER]: await gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }),
    [Role.CLIENT]: await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) }),
    [Role.GUEST]: await guestKey(gateway, clientId),
    [Role.PUBLIC]: gateway.business.publishableKey,
  };
}
