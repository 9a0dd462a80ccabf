import { readFileSync } from 'node:fs';
import { addClient, addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import type { TestGateway } from '../support/harness/gateway';

export const NOW = Date.parse('2031-03-01T12:00:00Z');
export const HOUR = 3_600_000;
/** As in docs/manage-links.md. */
const EXCHANGE = /```graphql\n([\s\S]*?)```/.exec(
  readFileSync('docs/manage-links.md', 'utf8'),
)![1] as string;

/** Set-up and requests that the cases of the suite share. */
export function manageLinksFixture(gateway: TestGateway) {
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
  const accessOf = async (given: string): Promise<string> => (await exchange(given)).accessToken;
  const bookAt = async (start: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, start, input);
    if (!appointment) throw new Error(JSON.stringify(userErrors));
    return appointment.id;
  };
  const unknown = {
    accessToken: null,
    expiresAt: null,
    appointmentId: null,
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

  return {
    get clinic() {
      return clinic;
    },
    get stranger() {
      return stranger;
    },
    get mine() {
      return mine;
    },
    get another() {
      return another;
    },
    get token() {
      return token;
    },
    get guest() {
      return guest;
    },
    urlOf,
    tokenOf,
    exchange,
    accessOf,
    bookAt,
    unknown,
    sees,
  };
}

export type ManageLinksFixture = ReturnType<typeof manageLinksFixture>;
