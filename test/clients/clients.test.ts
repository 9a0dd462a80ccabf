import { Role } from '../../src/context';
import { addClient, addClinic, book, hire, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const UPDATE = `mutation ($input: UpdateClientInput!) {
  updateClient(input: $input) {
    client {
      firstName companyName dateOfBirth sex address { city zip } locale timeZone { code } tags
      status externalUserName allowWaitListText invitationOptIn imageUrl homePhone modifiedByName
      businessPhone referredBy spouseName insurance { company plan group policyNumber }
      alertNotes { text createdByName } externalIds { system id }
      emergencyContact { name phone relationship } jobRequisitions { requisitionId number state }
    } userErrors { code path }
  }
}`;

onEachDatabase('clients', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('store every given field, and clear those set to null', async () => {
    const id = await addClient(gateway, { firstName: 'Full', lastName: 'House' });
    const input = {
      id,
      companyName: "Night's Watch",
      dateOfBirth: '1984-05-09',
      sex: 'female',
      address: { city: 'Victoria', zip: '8000' },
      locale: 'fr-CA',
      timeZone: 'America/Halifax',
      tags: ['a', ' b ', 'a'],
      externalUserName: 'ext-1',
      allowWaitListText: true,
      invitationOptIn: true,
      imageUrl: 'https://example.org/x.png',
      homePhone: '212-555-0199',
      businessPhone: '212-555-0198',
      referredBy: 'Samwell',
      spouseName: 'Ygritte',
      insurance: { company: ' Iron Bank ', policyNumber: 'P-1', plan: '' },
      alertNotes: ['Allergic to nuts'],
      externalIds: [{ system: 'stripe', id: 'cus_1' }],
      emergencyContact: { name: 'Ned', phone: '212-555-0100', relationship: 'father' },
      jobRequisitions: [{ requisitionId: '7', number: 'R-7', state: 'SENT' }],
    };
    const { updateClient } = await gateway.data(UPDATE, { input });
    expect(updateClient.client).toEqual({
      firstName: 'Full',
      companyName: "Night's Watch",
      dateOfBirth: '1984-05-09',
      sex: 'female',
      address: { city: 'Victoria', zip: '8000' },
      locale: 'fr-CA',
      timeZone: { code: 'America/Halifax' },
      tags: ['a', 'b'],
      status: 'ACTIVE',
      externalUserName: 'ext-1',
      allowWaitListText: true,
      invitationOptIn: true,
      imageUrl: 'https://example.org/x.png',
      homePhone: '(212) 555-0199',
      businessPhone: '(212) 555-0198',
      referredBy: 'Samwell',
      spouseName: 'Ygritte',
      insurance: { company: 'Iron Bank', plan: null, group: null, policyNumber: 'P-1' },
      modifiedByName: 'First key',
      alertNotes: [{ text: 'Allergic to nuts', createdByName: 'First key' }],
      externalIds: [{ system: 'stripe', id: 'cus_1' }],
      emergencyContact: { name: 'Ned', phone: '+12125550100', relationship: 'father' },
      jobRequisitions: [{ requisitionId: '7', number: 'R-7', state: 'SENT' }],
    });
    const cleared = await gateway.data(UPDATE, {
      input: {
        id,
        companyName: null,
        insurance: { company: ' ' },
        businessPhone: null,
        address: null,
        locale: null,
        timeZone: null,
        emergencyContact: null,
        status: 'BLACKLISTED',
      },
    });
    expect(cleared.updateClient.client).toMatchObject({
      firstName: 'Full',
      companyName: null,
      insurance: null,
      businessPhone: null,
      referredBy: 'Samwell',
      address: null,
      locale: null,
      timeZone: null,
      emergencyContact: null,
      tags: ['a', 'b'],
      status: 'BLACKLISTED',
    });
    expect(
      (await book(gateway, { ...clinic, clientId: id }, '2031-09-01T14:00:00Z')).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'clientId'] }]);
    expect(
      (
        await gateway.data(
          `{
            clients(filter: { statuses: [BLACKLISTED], externalUserName: "ext-1" }) { nodes { id } }
          }`,
        )
      ).clients.nodes,
    ).toEqual([{ id }]);
  });

  it('show internal fields to staff only', async () => {
    const id = await addClient(gateway, {
      firstName: 'Secret',
      lastName: 'Notes',
      notes: 'n',
      alertNotes: ['a'],
      externalIds: [{ system: 'x', id: '1' }],
      jobRequisitions: [{ requisitionId: '1', number: '1', state: 'SENT' }],
    });
    const key = await gateway.key(Role.CLIENT, { clientId: Number(id.split(':')[1]) });
    const look = `query ($id: ID!) {
      client(id: $id) { notes alertNotes { text } externalIds { id } jobRequisitions { number } }
    }`;
    expect((await gateway.data(look, { id })).client).toEqual({
      notes: 'n',
      alertNotes: [{ text: 'a' }],
      externalIds: [{ id: '1' }],
      jobRequisitions: [{ number: '1' }],
    });
    expect((await gateway.data(look, { id }, { key })).client).toEqual({
      notes: null,
      alertNotes: [],
      externalIds: [],
      jobRequisitions: [],
    });
  });

  it('see and book for the clients that they may view, and no others', async () => {
    const [parent, child, stranger] = [
      await addClient(gateway, { firstName: 'Catelyn', lastName: 'Tully' }),
      await addClient(gateway, { firstName: 'Bran', lastName: 'Stark' }),
      await addClient(gateway, { firstName: 'Ramsay', lastName: 'Bolton' }),
    ];
    const { setViewableClients } = await gateway.data(
      `mutation ($input: SetViewableClientsInput!) {
        setViewableClients(input: $input) {
          client { viewableClients { fullName viewedBy { fullName } } viewedBy { id } }
          userErrors { code }
        }
      }`,
      { input: { clientId: parent, viewableClientIds: [child] } },
    );
    expect(setViewableClients).toEqual({
      client: {
        viewableClients: [{ fullName: 'Bran Stark', viewedBy: [{ fullName: 'Catelyn Tully' }] }],
        viewedBy: [],
      },
      userErrors: [],
    });
    const key = await gateway.key(Role.CLIENT, { clientId: Number(parent.split(':')[1]) });
    const own = (
      await book(gateway, { ...clinic, clientId: child }, '2031-09-02T14:00:00Z', {}, key)
    ).appointment.id;
    expect(
      (await book(gateway, { ...clinic, clientId: stranger }, '2031-09-03T14:00:00Z', {}, key))
        .userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    await book(gateway, { ...clinic, clientId: stranger }, '2031-09-04T14:00:00Z');
    const data = await gateway.data(
      `{
        appointments { nodes { id client { fullName } } } clients { nodes { fullName } }
        bookingNotifications { nodes { appointment { id } } }
      }`,
      {},
      { key },
    );
    expect(data).toEqual({
      appointments: { nodes: [{ id: own, client: { fullName: 'Bran Stark' } }] },
      clients: { nodes: [{ fullName: 'Bran Stark' }, { fullName: 'Catelyn Tully' }] },
      bookingNotifications: { nodes: [{ appointment: { id: own } }] },
    });
    const childKey = await gateway.key(Role.CLIENT, { clientId: Number(child.split(':')[1]) });
    expect(
      (await gateway.data('{ clients { nodes { fullName } } }', {}, { key: childKey })).clients
        .nodes,
    ).toEqual([{ fullName: 'Bran Stark' }]);
  });

  it('are found by location, reason and staff of their appointments; their open ones are counted in one statement', async () => {
    const staffId = await hire(gateway, clinic, 'finder');
    const id = await addClient(gateway, { firstName: 'Found', lastName: 'Here' });
    await book(gateway, { ...clinic, staffId, clientId: id }, '2031-09-05T14:00:00Z');
    const { appointment } = await book(
      gateway,
      { ...clinic, staffId, clientId: id },
      '2031-09-06T14:00:00Z',
    );
    await gateway.data(
      'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }',
      { id: appointment.id },
    );
    const { data, statements } = await gateway.counted(
      `query ($s: [ID!], $l: [ID!], $r: [ID!]) {
        clients(filter: { staffIds: $s, locationIds: $l, reasonIds: $r }) {
          nodes { fullName activeAppointmentCount }
        }
      }`,
      { s: [staffId], l: [clinic.locationId], r: [clinic.reasonId] },
    );
    expect(data.clients.nodes).toEqual([{ fullName: 'Found Here', activeAppointmentCount: 1 }]);
    expect(statements).toHaveLength(1);
    expect(
      (await gateway.data('{ clients(filter: { staffIds: ["Staff:2147483647"] }) { totalCount } }'))
        .clients.totalCount,
    ).toBe(0);
  });
});
