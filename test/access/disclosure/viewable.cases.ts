import { type Row } from '../../support/schema/edges';
import type { TestGateway } from '../../support/harness/gateway';
import type { DisclosureFixture } from './disclosure.fixture';

const clientField = (id: string, index: number) =>
  `c${index}: client(id: "${id}") {
    emailAddress cellPhone deleted modifiedAt viewableClients { id }
  }`;

export function viewableCases(gateway: TestGateway, fixture: DisclosureFixture): void {
  it('shows a client of a viewable client the name and the appointments only', async () => {
    const key = fixture.keys.CLIENT as string;
    const chain = `fullName emailAddress cellPhone dateOfBirth notes tags status createdAt
      address { address1 } emergencyContact { phone } viewedBy { id } viewableClients { id }`;

    const { data, errors } = await gateway.run(
      `query ($id: ID!) {
        client(id: $id) {
          emailAddress viewedBy { ${chain} }
          viewableClients { ${chain} appointments { totalCount } waitlistEntries { totalCount } }
        }
      }`,
      { id: fixture.clientIds[1] },
      { key },
    );

    const refused = ['tags', 'viewedBy', 'viewableClients', 'waitlistEntries'];
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
      refused.map((field) => [['client', 'viewableClients', 0, field], 'FORBIDDEN']),
    );
    expect(data.client).toEqual({
      emailAddress: 'email-c1@canary.example',
      viewedBy: [],
      viewableClients: [
        {
          fullName: 'Namec2 Canary',
          emailAddress: null,
          cellPhone: null,
          dateOfBirth: null,
          notes: null,
          tags: null,
          status: null,
          createdAt: null,
          address: null,
          emergencyContact: null,
          viewedBy: null,
          viewableClients: null,
          appointments: { totalCount: 1 },
          waitlistEntries: null,
        },
      ],
    });
  });

  it('shows a location super user the clients and reasons of its locations only', async () => {
    const key = fixture.keys.LOCATION_SUPER_USER as string;
    const data = await gateway.data(
      `query ($client: ID!, $reason: ID!) {
        client(id: $client) { id } reason(id: $reason) { id } clients { nodes { id } }
        reasons { nodes { id reasonDesc } }
      }`,
      {
        client: fixture.elsewhere.clientId,
        reason: fixture.elsewhere.reasonId,
      },
      { key },
    );

    expect(data).toMatchObject({ client: null, reason: null });
    expect(data.clients.nodes.map(({ id }: Row) => id).sort()).toEqual(
      [...fixture.clientIds].sort(),
    );
    expect(data.reasons.nodes.map(({ reasonDesc }: any) => reasonDesc).sort()).toEqual([
      'By phone',
      'Check-up mine',
      'Class',
    ]);
  });

  it.each(['updateClient', 'deleteClient', 'setViewableClients'])(
    'refuses %s of a client that is readable in part or not at all, and writes nothing',
    async (mutation) => {
      const inputs: Record<string, (id: string) => object> = {
        updateClient: (id) => ({
          id,
          emailAddress: 'attacker@example.org',
          cellPhone: '+12025550199',
        }),
        deleteClient: (id) => ({ id }),
        setViewableClients: (id) => ({ clientId: id, viewableClientIds: [] }),
      };
      const read = () =>
        gateway.data(
          `{
            ${fixture.clientIds.map(clientField).join(' ')}
            e: client(id: "${fixture.elsewhere.clientId}") { emailAddress deleted modifiedAt }
          }`,
        );
      const before = await read();
      const attempt = async (role: string, id: string) => {
        const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
        const { data, errors } = await gateway.run(
          `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
          { input: inputs[mutation]?.(id) },
          { key: fixture.keys[role] as string },
        );
        return errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code;
      };

      expect(await attempt('CLIENT', fixture.clientIds[2] as string)).toBe(
        mutation === 'updateClient' ? 'INSUFFICIENT_PERMISSION' : 'FORBIDDEN',
      );
      expect(await attempt('CLIENT', fixture.clientIds[0] as string)).toBe(
        mutation === 'updateClient' ? 'NOT_FOUND' : 'FORBIDDEN',
      );
      expect(await attempt('LOCATION_SUPER_USER', fixture.elsewhere.clientId)).toBe('NOT_FOUND');
      expect(await attempt('STAFF_USER', fixture.elsewhere.clientId)).toBe(
        mutation === 'setViewableClients' ? 'FORBIDDEN' : 'NOT_FOUND',
      );
      expect(await attempt('PUBLIC', fixture.clientIds[0] as string)).toBe('FORBIDDEN');

      expect(await read()).toEqual(before);
    },
  );
}
