import { Role } from '../../src/context';
import { expireHolds } from '../../src/features/appointments/holds/expire-holds';
import { addClinic, addReason, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

const SECRET = 'only the holder knows this';
const MINUTE = 60_000;

onEachDatabase('holdTime and bookHold', (gateway) => {
  let clinic: Clinic;
  let publicKey: string;
  let clientKey: string;
  let day = 0;
  const T0 = Date.UTC(2033, 0, 1);
  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    publicKey = await gateway.key(Role.PUBLIC);
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));

  const FIELDS = `appointment { id version status subStatus { code } holdExpiresAt client { fullName }
    history { nodes { type } } } userErrors { code path }`;
  const PUBLIC_FIELDS = FIELDS.replace('history { nodes { type } }', '');
  const command = async (
    mutation: string,
    input: object,
    key?: string,
    type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`,
  ) =>
    (
      await gateway.data(
        `mutation ($input: ${type}!) {
          ${mutation}(input: $input) { ${key === publicKey ? PUBLIC_FIELDS : FIELDS} }
        }`,
        { input },
        key ? { key } : {},
      )
    )[mutation];
  const hold = (start: string, input: object = {}, key?: string) =>
    command(
      'holdAppointment',
      {
        locationId: clinic.locationId,
        reasonId: clinic.reasonId,
        staffId: clinic.staffId,
        start,
        ...input,
      },
      key,
    );
  const bookHold = (id: string, input: object = {}, key?: string) =>
    command('bookAppointment', { id, ...input }, key);

  it('holds as long as the location says, and becomes an appointment once its client is known', async () => {
    const start = free();
    const { appointment, userErrors } = await hold(start);
    expect(userErrors).toEqual([]);
    expect(appointment).toMatchObject({
      status: 'PENDING',
      subStatus: { code: 'PENDING' },
      holdExpiresAt: new Date(T0 + 10 * MINUTE).toISOString(),
      client: null,
      history: { nodes: [{ type: 'HELD' }] },
    });
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    const booked = await bookHold(appointment.id, {
      clientId: clinic.clientId,
      note: 'by the window',
    });
    expect(booked.userErrors).toEqual([]);
    expect(booked.appointment).toMatchObject({
      status: 'OPEN',
      holdExpiresAt: null,
      client: { fullName: 'Jon Snow a' },
      history: { nodes: [{ type: 'HELD' }, { type: 'BOOKED' }] },
    });
    expect(
      (await bookHold(appointment.id, { clientId: clinic.clientId })).userErrors,
    ).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    gateway.time = T0 + 60 * MINUTE;
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    await expectIntegrity(gateway);
  });

  it('belongs to its holder until the last millisecond and is free at the next, even before it is released', async () => {
    const [first, second] = [free(), free()];
    const [kept, lost] = [(await hold(first)).appointment, (await hold(second)).appointment];
    gateway.time = T0 + 10 * MINUTE - 1;
    expect((await book(gateway, clinic, first)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await bookHold(kept.id, { clientId: clinic.clientId })).userErrors).toEqual([]);
    gateway.time += 1;
    expect((await bookHold(lost.id, { clientId: clinic.clientId })).userErrors).toEqual([
      { code: 'HOLD_EXPIRED', path: ['input', 'id'] },
    ]);
    expect(
      (await command('setAppointmentStatus', { id: lost.id, status: 'OPEN' })).userErrors,
    ).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    const rivals = await Promise.all(
      Array.from({ length: 8 }, () => book(gateway, clinic, second)),
    );
    expect(rivals.filter(({ appointment }) => appointment)).toHaveLength(1);
    await expectIntegrity(gateway);
  });

  it('expires in the background once, with any number of processes', async () => {
    const { appointment } = await hold(free());
    await hold(free(), { staffId: clinic.otherStaffId });
    const { db } = gateway.gateway;
    const before = await expireHolds(db, T0 + 10 * MINUTE - 1);
    gateway.time = T0 + 10 * MINUTE;
    const ended = await Promise.all([expireHolds(db, gateway.time), expireHolds(db, gateway.time)]);
    expect([before, ended[0]! + ended[1]! >= 2, await expireHolds(db, gateway.time)]).toEqual([
      0,
      true,
      0,
    ]);
    const data = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { status history { nodes { type actorName } } } }',
      { id: appointment.id },
    );
    expect(data.appointment).toMatchObject({
      status: 'DELETED',
      history: { nodes: [{ type: 'HELD' }, { type: 'HOLD_EXPIRED', actorName: 'Slotgraph' }] },
    });
    await expectIntegrity(gateway);
  });

  it('is released by its secret with a publishable key, once, and its time is free immediately', async () => {
    const start = free();
    const { appointment: held } = await hold(start, { holdSecret: SECRET }, publicKey);
    const release = (input: object, key = publicKey) =>
      command('releaseHold', { id: held.id, ...input }, key);

    const refused = await Promise.all([release({}), release({ holdSecret: `${SECRET} or not` })]);
    const blocked = await book(gateway, clinic, start);
    const released = await Promise.all([
      release({ holdSecret: SECRET }),
      release({ holdSecret: SECRET }),
    ]);
    const again = await release({ holdSecret: SECRET });
    const late = await command(
      'bookAppointment',
      {
        id: held.id,
        holdSecret: SECRET,
        client: { firstName: 'A', lastName: 'B', emailAddress: 'a@b.example' },
      },
      publicKey,
    );
    const other = await book(gateway, clinic, start);
    const booked = await command('releaseHold', { id: other.appointment.id });

    for (const { appointment, userErrors } of refused)
      expect([appointment, userErrors]).toEqual([
        null,
        [{ code: 'NOT_FOUND', path: ['input', 'id'] }],
      ]);
    expect(blocked.userErrors).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    for (const { appointment, userErrors } of [...released, again])
      expect([appointment.status, appointment.version, userErrors]).toEqual(['DELETED', 2, []]);
    expect(late.userErrors).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    expect(other.userErrors).toEqual([]);
    expect(booked.userErrors).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    const history = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { history { nodes { type } } } }',
      { id: held.id },
    );
    expect(history.appointment.history.nodes).toEqual([{ type: 'HELD' }, { type: 'HOLD_EXPIRED' }]);
    await expectIntegrity(gateway);
  });

  it('serves an anonymous caller by a secret that the caller chose, and never returns the secret', async () => {
    const start = free();
    const { holdAppointment } = await gateway.data(
      `mutation ($input: HoldAppointmentInput!) {
        holdAppointment(input: $input) { userErrors { code path } }
      }`,
      {
        input: {
          locationId: clinic.locationId,
          reasonId: clinic.reasonId,
          staffId: clinic.staffId,
          start,
        },
      },
      { key: publicKey },
    );
    expect(holdAppointment.userErrors).toEqual([
      { code: 'INVALID_INPUT', path: ['input', 'holdSecret'] },
    ]);
    const { appointment } = await hold(start, { holdSecret: SECRET }, publicKey);
    const client = { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@example.org' };
    for (const holdSecret of [undefined, 'this is another secret']) {
      expect(
        (await bookHold(appointment.id, { client, holdSecret }, publicKey)).userErrors,
      ).toMatchObject([{ code: 'NOT_FOUND' }]);
    }
    expect(
      (await bookHold(appointment.id, { holdSecret: SECRET }, publicKey)).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED' }]);
    expect(await bookHold(appointment.id, { client, holdSecret: SECRET }, publicKey)).toMatchObject(
      { appointment: { status: 'OPEN', client: { fullName: 'Arya Stark' } }, userErrors: [] },
    );
    await gateway.logged();
    const told = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { history { nodes { type changes { field } } } } }',
      { id: appointment.id },
    );
    expect(JSON.stringify(told)).not.toMatch(/secret/i);
  });

  it('returns the same hold for the same key', async () => {
    const input = { idempotencyKey: 'hold-once', holdSecret: SECRET };
    const start = free();
    const [one, other] = [await hold(start, input), await hold(start, input)];
    expect(other.appointment.id).toBe(one.appointment.id);
  });

  it('is visible in its business only', async () => {
    const { appointment } = await hold(free());
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      (await bookHold(appointment.id, { holdSecret: SECRET }, secretKey)).userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await bookHold(appointment.id, {}, secretKey)).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
  });

  it('waits for staff if the reason requires it: they confirm or decline', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'By arrangement',
      visitMinutes: 30,
      requiresStaffConfirmation: true,
      staffIds: [clinic.staffId],
    });
    const start = free();
    const asked = await book(
      gateway,
      { ...clinic, reasonId, clientId: undefined as never },
      start,
      {},
      clientKey,
    );
    expect(asked).toMatchObject({ appointment: { status: 'PENDING' }, userErrors: [] });
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    const answer = (mutation: string, id: string, key?: string) =>
      command(
        mutation,
        { id },
        key,
        mutation === 'confirmAppointment' ? 'ConfirmAppointmentInput' : 'DeclineAppointmentInput',
      );
    const { errors } = await gateway.run(
      `mutation ($input: ConfirmAppointmentInput!) {
        confirmAppointment(input: $input) { userErrors { code } }
      }`,
      { input: { id: asked.appointment.id } },
      { key: clientKey },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await answer('confirmAppointment', asked.appointment.id)).appointment).toMatchObject({
      status: 'OPEN',
    });
    expect((await answer('confirmAppointment', asked.appointment.id)).userErrors).toMatchObject([
      { code: 'ILLEGAL_TRANSITION' },
    ]);

    const later = free();
    const other = await book(
      gateway,
      { ...clinic, reasonId, clientId: undefined as never },
      later,
      {},
      clientKey,
    );
    expect((await answer('declineAppointment', other.appointment.id)).appointment).toMatchObject({
      status: 'CANCELLED',
    });
    expect((await book(gateway, clinic, later)).userErrors).toEqual([]);
    expect((await book(gateway, { ...clinic, reasonId }, free())).appointment).toMatchObject({
      status: 'OPEN',
    });
    await expectIntegrity(gateway);
  });
});
