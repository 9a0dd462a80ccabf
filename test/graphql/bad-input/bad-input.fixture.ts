import { addClinic, book, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function badInputFixture(gateway: TestGateway) {
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
      `{
        appointments { totalCount } clients(filter: { includeDeleted: true }) { totalCount }
        staff { totalCount } locations { totalCount } reasons { totalCount }
        bookingNotifications { nodes { cursor } }
      }`,
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
      path: (found.path ?? []).at(-1),
      message,
    };
  };

  return {
    get clinic() {
      return clinic;
    },
    get appointmentId() {
      return appointmentId;
    },
    good,
    refused,
  };
}

export type BadInputFixture = ReturnType<typeof badInputFixture>;
