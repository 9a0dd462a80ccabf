import { book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { CANCEL, COMPLETE, NO_SHOW, SET, UPDATE, type LifecycleFixture } from './lifecycle.fixture';

export function subStatusesCases(gateway: TestGateway, fixture: LifecycleFixture): void {
  const { run, booked } = fixture;

  it.each([
    ['completeAppointment', COMPLETE, '2032-03-01'],
    ['noShowAppointment', NO_SHOW, '2032-03-02'],
  ])('stores in cancelledByName the member who ran %s', async (_name, mutation, date) => {
    const {
      appointment: { id, start },
    } = await book(gateway, fixture.clinic, `${date}T15:00:00Z`);
    gateway.time = Date.parse(start) + 60_000;

    const ended = (await run(mutation, { id })).appointment;
    gateway.time = null;

    expect(ended.cancelledByName).toBe('First key');
  });

  it('passes the sub-statuses of a visit in order, and stores their instants', async () => {
    const { id } = await booked();
    for (const subStatus of ['CONFIRMED', 'CHECKEDIN', 'INPROGRESS'])
      expect((await run(SET, { id, status: 'OPEN', subStatus })).userErrors).toEqual([]);
    expect(
      (await run(SET, { id, status: 'OPEN', subStatus: 'CHECKEDIN' })).userErrors,
    ).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          checkedInAt startedAt clientConfirmed clientConfirmedAt completedAt
          history { nodes { type fromSubStatus toSubStatus } }
        }
      }`,
      { id },
    );
    expect(appointment).toEqual({
      checkedInAt: expect.any(String),
      startedAt: expect.any(String),
      clientConfirmed: true,
      clientConfirmedAt: expect.any(String),
      completedAt: null,
      history: {
        nodes: [
          { type: 'CREATED', fromSubStatus: null, toSubStatus: 'OPEN' },
          { type: 'STATUS_CHANGED', fromSubStatus: 'OPEN', toSubStatus: 'CONFIRMED' },
          { type: 'STATUS_CHANGED', fromSubStatus: 'CONFIRMED', toSubStatus: 'CHECKEDIN' },
          { type: 'STATUS_CHANGED', fromSubStatus: 'CHECKEDIN', toSubStatus: 'INPROGRESS' },
        ],
      },
    });
  });

  it('accepts sub-statuses of the business', async () => {
    const create = `mutation ($input: CreateAppointmentSubStatusInput!) {
      createAppointmentSubStatus(input: $input) {
        subStatus { code builtIn } userErrors { code path }
      }
    }`;
    const input = { code: 'ROOM_3', label: 'In room 3', status: 'OPEN' };
    expect((await gateway.data(create, { input })).createAppointmentSubStatus).toEqual({
      subStatus: { code: 'ROOM_3', builtIn: false },
      userErrors: [],
    });
    expect((await gateway.data(create, { input })).createAppointmentSubStatus.userErrors).toEqual([
      { code: 'CONFLICT', path: ['input', 'code'] },
    ]);
    const { id } = await booked();
    expect(
      (await run(SET, { id, status: 'OPEN', subStatus: 'ROOM_3' })).appointment.subStatus.code,
    ).toBe('ROOM_3');
    const builtIn = await booked();
    const { own, other } = await gateway.data(
      `query ($own: ID!, $other: ID!) {
        own: appointment(id: $own) { subStatus { code version deleted builtIn } }
        other: appointment(id: $other) { subStatus { code version deleted builtIn } }
      }`,
      { own: id, other: builtIn.id },
    );
    const version = { version: 1, deleted: false };
    expect(own.subStatus).toEqual({ code: 'ROOM_3', ...version, builtIn: false });
    expect(other.subStatus).toEqual({ code: 'OPEN', ...version, builtIn: true });
    const { appointmentSubStatuses } = await gateway.data(
      '{ appointmentSubStatuses { code label status builtIn } }',
    );
    expect(appointmentSubStatuses).toHaveLength(12);
    expect(appointmentSubStatuses[11]).toEqual({ ...input, builtIn: false });
    const { userErrors } = await run(SET, { id, status: 'OPEN', subStatus: 'NOWHERE' });
    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'subStatus'] }]);
  });

  it('refuses a change that is based on an old version', async () => {
    const { id } = await booked();
    await run(UPDATE, { id, note: 'first', expectedVersion: 1 });
    const stale = await run(CANCEL, { id, expectedVersion: 1 });
    expect(stale).toMatchObject({
      appointment: null,
      userErrors: [
        {
          __typename: 'VersionConflictError',
          code: 'VERSION_CONFLICT',
          message: `${id} is at version 2, not 1: another request changed it. Read it again.`,
          path: ['input', 'expectedVersion'],
          currentVersion: 2,
          current: { id },
        },
      ],
    });
    expect(
      (await gateway.data('query ($id: ID!) { appointment(id: $id) { status } }', { id }))
        .appointment.status,
    ).toBe('OPEN');
  });

  it('keeps every one of many concurrent changes', async () => {
    const { id } = await booked();
    const fields = ['note', 'externalEventId', 'batchId', 'paymentReference'];
    const payloads = await Promise.all(
      fields.map((field) => run(UPDATE, { id, [field]: `set ${field}` })),
    );
    expect(payloads.map(({ userErrors }) => userErrors)).toEqual([[], [], [], []]);
    const { appointment } = await gateway.data(
      `query ($id: ID!) { appointment(id: $id) { version ${fields.join(' ')} history { nodes { type } } } }`,
      { id },
    );
    expect(appointment).toMatchObject({
      version: 5,
      note: 'set note',
      externalEventId: 'set externalEventId',
      batchId: 'set batchId',
      paymentReference: 'set paymentReference',
    });
    expect(appointment.history.nodes).toHaveLength(5);
  });
}
