import { Role } from '../../src/context';
import { addReason, addStaff, book, change, refusal } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { invited } from '../support/fixtures/messages';
import type { TestGateway } from '../support/harness/gateway';
import type { Post } from '../support/fixtures/messages';

export function recipientsCases(gateway: TestGateway, post: Post): void {
  it('are not sent for holds, time off and disabled message types', async () => {
    await change(gateway, 'holdAppointment', {
      locationId: post.clinic.locationId,
      reasonId: post.clinic.reasonId,
      staffId: post.clinic.staffId,
      start: '2031-01-23T14:00:00Z',
      clientId: await post.anna(),
    });
    const personal = await addReason(gateway, {
      reasonDesc: 'Holiday',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
      staffIds: [post.clinic.otherStaffId],
    });
    await book(
      gateway,
      {
        ...post.clinic,
        reasonId: personal,
        staffId: post.clinic.otherStaffId,
        clientId: null as never,
      },
      '2031-01-23T14:00:00Z',
    );
    expect(await post.deliver()).toEqual([]);
    const settings = async (): Promise<any> =>
      (
        await gateway.data(
          `{
            messageSettings {
              clientReminderHours remindStaffSmsHours messages { kind channel audience enabled }
            }
          }`,
        )
      ).messageSettings;
    const on = async () =>
      (await settings()).messages
        .filter(({ enabled }: any) => enabled)
        .map(({ kind, channel, audience }: any) => `${kind} ${channel} ${audience}`);
    expect((await on()).filter((name: string) => name.includes('SMS'))).toEqual([
      'REMINDER SMS CLIENT',
      'WAITLIST_INVITATION SMS CLIENT',
      'REMINDER SMS STAFF',
    ]);
    const off = { kind: 'CONFIRMATION', channel: 'EMAIL', audience: 'STAFF', enabled: false };
    const sent = { kind: 'CONFIRMATION', channel: 'SMS', audience: 'CLIENT', enabled: true };
    await change(
      gateway,
      'updateMessageSettings',
      { messages: [off, sent], remindStaffSmsHours: 2 },
      'messageSettings { remindStaffSmsHours }',
    );
    expect(await on()).toEqual(expect.arrayContaining(['CONFIRMATION SMS CLIENT']));
    expect(await on()).not.toContain('CONFIRMATION EMAIL STAFF');
    const { appointment } = await book(gateway, post.clinic, '2031-01-24T14:00:00Z', {
      clientId: await post.anna(),
    });
    expect(await post.deliver()).toEqual([expect.stringMatching(/^anna@example.org: Confirmed/)]);
    expect(post.sms.received.map(({ to }) => to)).toEqual(['+12125550123']);
    expect(await post.states(appointment.id, { states: ['PLANNED'] })).toEqual([
      'REMINDER EMAIL CLIENT PLANNED',
      'REMINDER EMAIL STAFF PLANNED',
      'REMINDER SMS STAFF PLANNED',
    ]);
    expect(
      await refusal(gateway, 'updateMessageSettings', {
        messages: [{ kind: 'THANK_YOU', channel: 'EMAIL', audience: 'STAFF', enabled: true }],
      }),
    ).toEqual(['INVALID_INPUT', 'kind']);
    expect(await refusal(gateway, 'updateMessageSettings', { clientReminderHours: -1 })).toEqual([
      'INVALID_INPUT',
      'clientReminderHours',
    ]);
    await change(gateway, 'updateMessageSettings', {
      messages: [
        { ...off, enabled: true },
        { ...sent, enabled: false },
      ],
      remindStaffSmsHours: 0,
    });
  });

  it('are visible to administrators, and to staff at visible appointments, of the same business only', async () => {
    const { appointment, userErrors } = await book(gateway, post.clinic, '2031-01-30T14:00:00Z', {
      clientId: await post.anna(),
    });
    expect(userErrors).toEqual([]);
    await post.deliver();
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    expect(
      (await gateway.data('{ messages { totalCount } }', {}, { key: other })).messages.totalCount,
    ).toBe(0);
    const LIST = `query ($filter: MessageFilter) {
      messages(filter: $filter, first: 5) { totalCount nodes { id kind appointment { id } } }
    }`;
    const { messages } = await gateway.data(LIST, {
      filter: {
        appointmentIds: [appointment.id],
        kinds: ['CONFIRMATION'],
        channels: ['EMAIL'],
        audiences: ['STAFF'],
        states: ['SENT'],
        staffIds: [post.clinic.staffId],
        dueBetween: { from: '2031-01-01T00:00:00Z' },
      },
    });
    expect(messages).toMatchObject({
      totalCount: 1,
      nodes: [{ kind: 'CONFIRMATION', appointment: { id: appointment.id } }],
    });
    const id = messages.nodes[0].id;
    expect(
      (await gateway.data('query ($id: ID!) { node(id: $id) { id } }', { id }, { key: other }))
        .node,
    ).toBeNull();
    expect(
      (await gateway.data('query ($id: ID!) { node(id: $id) { ... on Message { kind } } }', { id }))
        .node,
    ).toEqual({ kind: 'CONFIRMATION' });
    const stranger = await addStaff(gateway, `stranger-${gateway.dialect}`);
    const count = async (key: string) => {
      const { data, errors } = await gateway.run(
        'query ($id: ID!) { appointment(id: $id) { messages { totalCount } } }',
        { id: appointment.id },
        { key },
      );
      return data.appointment?.messages?.totalCount ?? errors?.[0]?.extensions.code ?? null;
    };
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(post.clinic.staffId) });
    const strangerKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(stranger) });
    const clientKey = await gateway.key(Role.CLIENT, {
      clientId: (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { client { clientId } } }', {
          id: appointment.id,
        })
      ).appointment.client.clientId,
    });
    expect([
      await count(staffKey),
      await count(strangerKey),
      await count(clientKey),
      await count(other),
    ]).toEqual([4, null, 'FORBIDDEN', null]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { node(id: $id) { id } }',
          { id },
          { key: strangerKey },
        )
      ).node,
    ).toBeNull();
    for (const key of [staffKey, clientKey, gateway.business.publishableKey]) {
      for (const query of [
        '{ messages { totalCount } }',
        '{ messageSettings { clientReminderHours } }',
      ])
        expect((await gateway.run(query, {}, { key })).errors).toMatchObject([
          { extensions: { code: 'FORBIDDEN' } },
        ]);
      expect(
        await refusal(gateway, 'updateMessageSettings', { clientReminderHours: 1 }, key),
      ).toEqual(['FORBIDDEN', undefined]);
    }
    expect(
      (
        await gateway.counted(
          `{
            messages(first: 50) {
              totalCount nodes { kind client { id } staff { id } appointment { id } }
            }
          }`,
        )
      ).statements,
    ).toHaveLength(1);
  });

  it('notify added and removed people of an appointment only', async () => {
    const [anna, bea] = [
      await post.anna(),
      await post.anna({ firstName: 'Bea', emailAddress: 'bea@example.org' }),
    ];
    const { appointment } = await book(gateway, post.clinic, '2031-02-03T14:00:00Z', {
      clientId: anna,
    });
    await post.deliver();
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      note: 'Fasting',
      price: '10.00',
    });
    expect(await post.deliver()).toEqual([]);
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      clientId: bea,
      additionalStaffIds: [post.clinic.otherStaffId],
    });
    const [gone, come, helper] = await post.arrived();
    expect(
      [gone, come, helper].map((mail) => [
        mail!.envelope.to[0],
        mail!.subject.split(':')[0],
        invited(mail!.invitation).method,
      ]),
    ).toEqual([
      ['anna@example.org', 'Cancelled', 'CANCEL'],
      ['bea@example.org', 'Confirmed', 'REQUEST'],
      ['drwho-a@example.org', 'New appointment', 'REQUEST'],
    ]);
    expect(await post.states(appointment.id, { kinds: ['REMINDER'], states: ['PLANNED'] })).toEqual(
      [
        'REMINDER EMAIL CLIENT PLANNED',
        'REMINDER EMAIL STAFF PLANNED',
        'REMINDER EMAIL STAFF PLANNED',
      ],
    );
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      meetingUrl: 'https://meet.example/1',
    });
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^bea@example.org: Changed/),
      expect.stringMatching(/^drjones-a@example.org: Changed/),
      expect.stringMatching(/^drwho-a@example.org: Changed/),
    ]);
    await change(gateway, 'cancelAppointment', { id: appointment.id, notifyStaff: false });
    expect(await post.deliver()).toEqual([expect.stringMatching(/^bea@example.org: Cancelled/)]);
    await change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    expect(await post.deliver()).toEqual([
      expect.stringMatching(/^bea@example.org: Confirmed/),
      expect.stringMatching(/^drjones-a/),
      expect.stringMatching(/^drwho-a/),
    ]);
    expect(
      await post.states(appointment.id, { kinds: ['REMINDER'], states: ['PLANNED'] }),
    ).toHaveLength(3);
  });
}
