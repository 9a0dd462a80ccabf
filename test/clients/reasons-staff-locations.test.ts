import { addClinic, book, hire, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

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
    const FIELDS = `id ${Object.keys(input).join(' ')} internalDisplayName currency status active
      modifiedByName createdAt modifiedAt`;
    const { createReason } = await gateway.data(
      `mutation ($input: CreateReasonInput!) {
        createReason(input: $input) { reason { ${FIELDS} } userErrors { code } }
      }`,
      { input },
    );
    expect(createReason.reason).toEqual({
      ...input,
      id: expect.any(String),
      internalDisplayName: 'MSG',
      currency: 'USD',
      status: 'ACTIVE',
      active: true,
      modifiedByName: 'First key',
      createdAt: expect.any(String),
      modifiedAt: expect.any(String),
    });
    const { id } = createReason.reason;
    await gateway.data(
      `mutation ($input: UpdateReasonInput!) {
        updateReason(input: $input) { userErrors { code } }
      }`,
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
        `mutation ($input: UpdateStaffInput!) {
          updateStaff(input: $input) {
            staff { fullName phone timeZone { code } locations { id } active acceptsAppointments }
            userErrors { code path }
          }
        }`,
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
        `mutation ($input: CreateLocationInput!) {
          createLocation(input: $input) { location { id } }
        }`,
        { input: { locationName: name, timeZone: 'UTC', primary: true } },
      );
    await Promise.all(['North', 'South', 'West'].map(make));
    const { locations } = await gateway.data('{ locations { nodes { id primary locationName } } }');
    expect(locations.nodes.filter(({ primary }: any) => primary)).toHaveLength(1);
    const { id } = locations.nodes.find(({ primary }: any) => primary);
    const { updateLocation } = await gateway.data(
      `mutation ($id: ID!) {
        updateLocation(input: { id: $id, primary: false }) { userErrors { code path } }
      }`,
      { id },
    );
    expect(updateLocation.userErrors).toEqual([
      { code: 'RULE_VIOLATED', path: ['input', 'primary'] },
    ]);
    const changed = await gateway.data(
      `mutation ($id: ID!) {
        updateLocation(
          input: { id: $id, active: false, address: { city: "Oslo" }, phone: "212-555-0142" }
        ) {
          location { active address { city state } phone staff { totalCount } }
        }
      }`,
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
