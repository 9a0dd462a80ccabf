import { Role } from '../../src/context';
import { addClient, addClinic, book, hire, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const UPDATE = `mutation ($input: UpdateClientInput!) { updateClient(input: $input) {
  client { firstName companyName dateOfBirth sex address { city zip } locale timeZone { code } tags status externalUserName allowWaitListText invitationOptIn imageUrl homePhone modifiedBy
    alertNotes { text createdBy } externalIds { system id } emergencyContact { name phone relationship } jobRequisitions { requisitionId number state } }
  userErrors { code path } } }`;

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
      modifiedBy: 'First key',
      alertNotes: [{ text: 'Allergic to nuts', createdBy: 'First key' }],
      externalIds: [{ system: 'stripe', id: 'cus_1' }],
      emergencyContact: { name: 'Ned', phone: '+12125550100', relationship: 'father' },
      jobRequisitions: [{ requisitionId: '7', number: 'R-7', state: 'SENT' }],
    });
    const cleared = await gateway.data(UPDATE, {
      input: {
        id,
        companyName: null,
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
          '{ clients(filter: { statuses: [BLACKLISTED], externalUserName: "ext-1" }) { nodes { id } } }',
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
    const look =
      'query ($id: ID!) { client(id: $id) { notes alertNotes { text } externalIds { id } jobRequisitions { number } } }';
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
      `mutation ($input: SetViewableClientsInput!) { setViewableClients(input: $input) {
      client { viewableClients { fullName viewedBy { fullName } } viewedBy { id } } userErrors { code } } }`,
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
      '{ appointments { nodes { id client { fullName } } } clients { nodes { fullName } } bookingNotifications { nodes { appointment { id } } } }',
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
      clients(filter: { staffIds: $s, locationIds: $l, reasonIds: $r }) { nodes { fullName activeAppointmentCount } } }`,
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

onEachDatabase('reasons, staff and locations', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('a reason stores every given field, and leaves lists when it is inactive', async () => {
    const input = {
      reasonDesc: 'Massage',
      internalName: 'MSG',
      reasonDetail: '<p>Soft</p>',
      visitMinutes: 50,
      bufferBefore: 5,
      bufferAfter: 10,
      allowOnline: false,
      apptDayMax: 30,
      apptHrMin: 2,
      rescheduleType: 'STRICT',
      price: '60.5',
      depositAmount: '10',
      taxable: true,
      allowPrePay: true,
      sortWeight: 7,
      color: '#AABBCC',
      imageUrl: 'https://example.org/m.png',
      emailInstructions: 'Bring\na towel',
      emailInstructions2: 'Relax',
    };
    const FIELDS = `id ${Object.keys(input).join(' ')} internalDisplayName currency status active modifiedBy createdAt modifiedAt`;
    const { createReason } = await gateway.data(
      `mutation ($input: CreateReasonInput!) { createReason(input: $input) { reason { ${FIELDS} } userErrors { code } } }`,
      { input },
    );
    expect(createReason.reason).toEqual({
      ...input,
      id: expect.any(String),
      internalDisplayName: 'MSG',
      currency: 'USD',
      status: 'ACTIVE',
      active: true,
      modifiedBy: 'First key',
      createdAt: expect.any(String),
      modifiedAt: expect.any(String),
    });
    const { id } = createReason.reason;
    await gateway.data(
      'mutation ($input: UpdateReasonInput!) { updateReason(input: $input) { userErrors { code } } }',
      { input: { id, status: 'DEACTIVE', internalName: null } },
    );
    const of = async (filter: string) =>
      (
        await gateway.data(
          `{ reasons(filter: { ${filter} }) { nodes { reasonDesc internalDisplayName } } }`,
        )
      ).reasons.nodes;
    expect(await of('search: "massage"')).toEqual([]);
    expect(await of('search: "soft", statuses: [ACTIVE, DEACTIVE]')).toEqual([
      { reasonDesc: 'Massage', internalDisplayName: 'Massage' },
    ]);
    expect(await of(`excludeIds: ["${clinic.reasonId}"]`)).toEqual([]);
    expect(await of(`staffIds: ["${clinic.staffId}"]`)).toHaveLength(1);
    expect(await of('types: [ADDON]')).toEqual([]);
    expect(await of('excludeTypes: [SERVICE]')).toEqual([]);
    expect(
      await of('createdBetween: { from: "2020-01-01T00:00:00Z", to: "2020-01-02T00:00:00Z" }'),
    ).toEqual([]);
    expect(await of('modifiedBetween: { from: "2020-01-01T00:00:00Z" }')).toHaveLength(1);
    expect(
      (await book(gateway, { ...clinic, reasonId: id }, '2031-09-07T14:00:00Z')).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'reasonId'] }]);
  });

  it('a staff member who takes no appointments, or has left, cannot be booked', async () => {
    const staffId = await hire(gateway, clinic, 'leaver', 'Europe/Paris', [clinic.locationId]);
    const change = (input: object) =>
      gateway.data(
        'mutation ($input: UpdateStaffInput!) { updateStaff(input: $input) { staff { fullName phone timeZone { code } locations { id } active acceptsAppointments } userErrors { code path } } }',
        { input: { id: staffId, ...input } },
      );
    expect(
      (await change({ lastName: 'Leaver', phone: '+33 1 70 36 39 50', locationIds: [] }))
        .updateStaff.staff,
    ).toEqual({
      fullName: 'leaver Leaver',
      phone: '+33170363950',
      timeZone: { code: 'Europe/Paris' },
      locations: [],
      active: true,
      acceptsAppointments: true,
    });
    await change({ acceptsAppointments: false });
    expect(
      (await book(gateway, { ...clinic, staffId }, '2031-09-08T14:00:00Z')).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'staffId'] }]);
    await change({ acceptsAppointments: true, active: false });
    expect(
      (await book(gateway, { ...clinic, staffId }, '2031-09-08T14:00:00Z')).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED' }]);
    expect((await change({ userName: 'drwho-a' })).updateStaff.userErrors).toEqual([
      { code: 'CONFLICT', path: ['input', 'userName'] },
    ]);
    expect(
      (await gateway.data('{ staff(filter: { active: false }) { nodes { id } } }')).staff.nodes,
    ).toEqual([{ id: staffId }]);
    expect(
      (
        await gateway.data(
          '{ staff { nodes { id } } }',
          {},
          { key: gateway.business.publishableKey },
        )
      ).staff.nodes,
    ).not.toContainEqual({ id: staffId });
  });

  it('exactly one location is primary, also after two concurrent changes', async () => {
    const make = (name: string) =>
      gateway.data(
        'mutation ($input: CreateLocationInput!) { createLocation(input: $input) { location { id } } }',
        { input: { locationName: name, timeZone: 'UTC', primary: true } },
      );
    await Promise.all(['North', 'South', 'West'].map(make));
    const { locations } = await gateway.data('{ locations { nodes { id primary locationName } } }');
    expect(locations.nodes.filter(({ primary }: any) => primary)).toHaveLength(1);
    const { id } = locations.nodes.find(({ primary }: any) => primary);
    const { updateLocation } = await gateway.data(
      'mutation ($id: ID!) { updateLocation(input: { id: $id, primary: false }) { userErrors { code path } } }',
      { id },
    );
    expect(updateLocation.userErrors).toEqual([
      { code: 'RULE_VIOLATED', path: ['input', 'primary'] },
    ]);
    const changed = await gateway.data(
      'mutation ($id: ID!) { updateLocation(input: { id: $id, active: false, address: { city: "Oslo" }, phone: "212-555-0142" }) { location { active address { city state } phone staff { totalCount } } } }',
      { id: clinic.locationId },
    );
    expect(changed.updateLocation.location).toEqual({
      active: false,
      address: { city: 'Oslo', state: null },
      phone: '+12125550142',
      staff: { totalCount: 2 },
    });
    expect((await book(gateway, clinic, '2031-09-09T14:00:00Z')).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'locationId'] },
    ]);
  });
});
