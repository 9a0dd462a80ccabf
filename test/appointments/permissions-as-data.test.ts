import { Role } from '../../src/context';
import { addClinic, addReason, book, change, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { SEED, randomOf } from '../support/fixtures/random';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(600_000);

/** Number of appointments and viewers that are compared with their mutations. */
const SAMPLES = 150;
const PERMISSION = '{ allowed rule until }';
const FIELDS = `version status startsAt: start holdExpiresAt allowedTransitions { status subStatus }
  viewerCanReschedule ${PERMISSION} viewerCanCancel ${PERMISSION} viewerCanUpdate ${PERMISSION}`;
const READ = `query ($id: ID!) { appointment(id: $id) { ${FIELDS} } }`;
const CODES: Readonly<Record<string, string>> = {
  ROLE: 'FORBIDDEN',
  STATUS: 'ILLEGAL_TRANSITION',
  HOLD_EXPIRED: 'HOLD_EXPIRED',
};
const SUB_STATUSES: Readonly<Record<string, readonly string[]>> = {
  PENDING: ['PENDING', 'PENDING_CONFIRMATION', 'PENDING_WAITLIST'],
  OPEN: ['OPEN', 'CONFIRMED', 'CHECKEDIN', 'INPROGRESS'],
  COMPLETED: ['COMPLETED'],
  NO_SHOW: ['NO_SHOW'],
  CANCELLED: ['CANCELLED'],
  DELETED: ['DELETED'],
};
const STATES = Object.entries(SUB_STATUSES).flatMap(([status, codes]) =>
  codes.map((subStatus) => ({ status, subStatus })),
);

onEachDatabase('permissions as data', (gateway) => {
  const random = randomOf(SEED);
  const T0 = Date.UTC(2033, 0, 1);
  let clinic: Clinic;
  let days = 0;
  const keys: string[] = [];
  const reasons: string[] = [];

  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
    for (const rescheduleType of ['FLEXIBLE', 'STRICT', 'NOT_ALLOWED'])
      reasons.push(
        await addReason(gateway, {
          reasonDesc: rescheduleType,
          rescheduleType,
          visitMinutes: 30,
          staffIds: [clinic.staffId],
        }),
      );
    const other = await gateway.addBusiness({ name: 'Elsewhere', timeZone: 'Asia/Tokyo' });
    keys.push(
      gateway.business.secretKey,
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      gateway.business.publishableKey,
      other.secretKey,
    );
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => (gateway.time = null));

  const free = () => new Date(T0 + (days += 1) * 86_400_000 + 15 * 3_600_000).toISOString();
  const visit = async (reasonId: string, input: object = {}): Promise<string> =>
    (await book(gateway, { ...clinic, reasonId }, free(), input)).appointment.id;
  const hold = async (): Promise<string> => {
    const { locationId, staffId, clientId } = clinic;
    const input = { locationId, staffId, clientId, reasonId: reasons[0], start: free() };
    return (await change(gateway, 'holdAppointment', input, 'appointment { id }')).appointment.id;
  };
  const read = async (id: string, key: string): Promise<any> =>
    (await gateway.data(READ, { id }, { key })).appointment;
  /** Returns the code of a refusal, or null. */
  const send = async (mutation: string, input: object, key: string): Promise<string | null> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const { data, errors } = await gateway.run(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { code } } }`,
      { input },
      { key },
    );
    return errors?.[0]?.extensions.code ?? data[mutation].userErrors[0]?.code ?? null;
  };
  const guestKey = async (id: string): Promise<string | null> => {
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { manageUrl } }',
      { id },
    );
    if (appointment.manageUrl === null) return null;
    const { exchangeManageToken } = await gateway.data(
      'mutation ($token: String!) { exchangeManageToken(input: { token: $token }) { accessToken } }',
      { token: appointment.manageUrl.split('#')[1] },
      { key: null },
    );
    return exchangeManageToken.accessToken;
  };

  it(`says for ${SAMPLES} appointments and viewers what the mutations then do (seed ${SEED})`, async () => {
    const compared: Record<string, number> = {};
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      gateway.time = T0;
      const id = random.int(4)
        ? await visit(random.of(reasons), { pendingConfirmation: random.int(4) === 0 })
        : await hold();
      const admin = keys[0] as string;
      const before = await read(id, admin);
      const edge = before.holdExpiresAt && random.int(2) ? before.holdExpiresAt : before.startsAt;
      // Random steps lead to a random status; those that are illegal change nothing.
      gateway.time = Date.parse(before.startsAt) + 1;
      for (let step = random.int(3); step > 0; step -= 1)
        await send('setAppointmentStatus', { id, ...random.of(STATES), override: true }, admin);
      gateway.time = Date.parse(edge) + random.of([-60_000, -1, 0, 1, 60_000]);
      const key = random.int(7) ? random.of(keys) : ((await guestKey(id)) ?? admin);
      const said = await read(id, key);
      const version = async (): Promise<number> => (await read(id, admin)).version;
      const old = await version();
      const to = random.of(STATES);
      const listed = (state: typeof to): boolean =>
        said?.allowedTransitions.some(
          ({ status, subStatus }: typeof to) =>
            status === state.status && subStatus === state.subStatus,
        ) ?? false;
      const bySetting = !keys.slice(3).includes(key) && !key.startsWith('sg_at_');
      const [mutation, input, allowed, rule] = random.of<
        () => [string, object, boolean, string | null]
      >([
        () => ['cancelAppointment', {}, said?.viewerCanCancel.allowed, said?.viewerCanCancel.rule],
        () => [
          'rescheduleAppointment',
          { start: new Date(T0 + (days += 1) * 86_400_000 + 15 * 3_600_000).toISOString() },
          said?.viewerCanReschedule.allowed,
          said?.viewerCanReschedule.rule,
        ],
        () => [
          'updateAppointment',
          { changeNote: `because ${sample}` },
          said?.viewerCanUpdate.allowed,
          said?.viewerCanUpdate.rule,
        ],
        () => ['setAppointmentStatus', to, bySetting && listed(to), null],
        () => [
          'checkInAppointment',
          {},
          bySetting && listed({ status: 'OPEN', subStatus: 'CHECKEDIN' }),
          null,
        ],
        () => [
          'startAppointment',
          {},
          bySetting && listed({ status: 'OPEN', subStatus: 'INPROGRESS' }),
          null,
        ],
      ])();

      const code = await send(mutation, { id, ...input }, key);

      const about = JSON.stringify({ sample, mutation, input, said, code, at: gateway.time });
      const changed = (await version()) !== old;
      expect([about, changed]).toEqual([about, allowed ?? false]);
      if (changed) expect([about, code]).toEqual([about, null]);
      if (rule && !(mutation === 'cancelAppointment' && said.status === 'CANCELLED'))
        expect([about, code]).toEqual([about, CODES[rule] ?? 'RULE_VIOLATED']);
      const outcome = `${mutation} ${changed ? 'changed' : (code ?? 'unchanged')}`;
      compared[outcome] = (compared[outcome] ?? 0) + 1;
    }
    expect(Object.keys(compared).length).toBeGreaterThan(6);
  });

  it('ends the permission of a client at the start, to the millisecond', async () => {
    const id = await visit(reasons[0] as string);
    const start = Date.parse((await read(id, keys[0] as string)).startsAt);
    const until = new Date(start).toISOString().replace('.000', '');
    const rulesAt = async (time: number) => {
      gateway.time = time;
      const { viewerCanCancel, viewerCanReschedule } = await read(id, keys[3] as string);
      return [viewerCanCancel, viewerCanReschedule].map(({ allowed: may, rule, until: end }) => [
        may,
        rule,
        end && new Date(end).toISOString().replace('.000', ''),
      ]);
    };

    const allowed = [true, null, until];
    const begun = [false, 'HAS_BEGUN', null];
    expect(await rulesAt(start - 1)).toEqual([allowed, allowed]);
    expect(await rulesAt(start)).toEqual([begun, begun]);
    expect(await rulesAt(start + 1)).toEqual([begun, begun]);
  });

  it('reads permissions and transitions of a page with one statement', async () => {
    await visit(reasons[1] as string);

    const { data, statements } = await gateway.counted(
      `{ appointments(first: 20) { nodes { ${FIELDS} } } }`,
    );

    expect(data.appointments.nodes.length).toBeGreaterThan(0);
    expect(statements).toHaveLength(1);
  });
});
