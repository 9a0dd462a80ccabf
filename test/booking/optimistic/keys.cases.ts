import { Role } from '../../../src/context';
import { raw, sql } from '../../../src/db/sql';
import { addClient, addLocation, addReason, change } from '../../support/fixtures/clinic';
import { addRuledClinic, beforeWriting } from '../../support/fixtures/direct';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { OptimisticFixture } from './optimistic.fixture';

export function keysCases(gateway: TestGateway, fixture: OptimisticFixture): void {
  const { free, inputOf, make, warm, outcomeOf, send, kept } = fixture;

  describe('with an idempotency key', () => {
    it('returns its first result again, and is refused with another input', async () => {
      const input = inputOf({ idempotencyKey: 'again' });
      const first = await make(input);
      expect(first.directly).toBe(true);
      const before = await kept();
      expect((await make(input)).appointment).toEqual(first.appointment);
      expect(outcomeOf(await send({ ...input, start: free() }))).toBe('IDEMPOTENCY_KEY_REUSED');
      // Regardless of the current rules.
      await change(gateway, 'updateStaff', {
        id: fixture.clinic.staffId,
        acceptsAppointments: false,
      });
      expect((await make(input)).appointment).toEqual(first.appointment);
      await change(gateway, 'updateStaff', {
        id: fixture.clinic.staffId,
        acceptsAppointments: true,
      });
      expect(await kept()).toEqual(before);
    });

    it.each(['at the same time', 'at another time'])(
      'is made once for two concurrent requests: %s',
      async (when) => {
        const before = await kept();
        const first = inputOf({ idempotencyKey: when });
        const second = when === 'at another time' ? { ...first, start: free() } : first;
        // Both have found the key unused before either writes; at one time one waits for the other.
        beforeWriting(gateway, async () => undefined, when === 'at another time' ? 2 : 1);
        const [one, other] = (await Promise.all([send(first), send(second)])).map(outcomeOf);
        expect([one, other].filter((outcome) => outcome.startsWith('Appointment:'))).toHaveLength(
          when === 'at another time' ? 1 : 2,
        );
        if (when === 'at another time') expect([one, other]).toContain('IDEMPOTENCY_KEY_REUSED');
        else expect(one).toBe(other);
        expect(await kept()).toEqual({
          appointments: before.appointments + 1,
          claims: before.claims + 1,
          keys: before.keys + 1,
        });
      },
    );

    it('with an expired key books again', async () => {
      const { appointment } = await make({ idempotencyKey: 'old' });
      gateway.time! += 73 * 3_600_000;
      const again = await make({ idempotencyKey: 'old' });
      expect(again.userErrors).toEqual([]);
      expect(again.appointment.id).not.toBe(appointment.id);
    });
  });

  it('never uses cached rules of another viewer: another business, role, client or location', async () => {
    const { staffId, otherStaffId, locationId, reasonId } = fixture.clinic;
    const elsewhereId = await addLocation(gateway, {
      locationName: 'Other place',
      timeZone: 'America/New_York',
    });
    const hiddenId = await addReason(gateway, {
      reasonDesc: 'Not online',
      visitMinutes: 30,
      allowOnline: false,
      staffIds: [staffId],
    });
    await change(gateway, 'updateStaff', { id: staffId, locationIds: [locationId, elsewhereId] });
    const otherClientId = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
    });
    const foreign = await gateway.addBusiness({ name: 'Foreign', timeZone: 'UTC' });
    const theirs = await addRuledClinic(gateway, 'foreign', foreign.secretKey);
    const keys = {
      administrator: gateway.business.secretKey,
      foreigner: foreign.secretKey,
      assigned: await gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }),
      unassigned: await gateway.key(Role.STAFF_USER, { staffId: numberOf(otherStaffId) }),
      here: await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(locationId)] }),
      elsewhere: await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [numberOf(elsewhereId)],
      }),
      client: await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
      other: await gateway.key(Role.CLIENT, { clientId: numberOf(otherClientId) }),
      stranger: gateway.business.publishableKey,
    };
    type Who = keyof typeof keys;
    const described = {
      client: { firstName: 'A', lastName: 'Stranger', emailAddress: 'stranger@example.org' },
    };
    const ownClient = (who: Who) =>
      who === 'client' || who === 'other'
        ? {}
        : who === 'stranger'
          ? described
          : {
              client: {
                firstName: 'Jon',
                lastName: 'Snow a',
                emailAddress: 'jsnow-a@castleblack.mil',
              },
            };
    const ofTheirs = {
      reasonId: theirs.reasonId,
      locationId: theirs.locationId,
      staffId: theirs.staffId,
      clientId: theirs.clientId,
    };
    const wants = (who: Who, input: object) =>
      'clientId' in input ? input : { clientId: undefined, ...ownClient(who), ...input };
    // Rules of every viewer are cached, by bookings that the viewer may make.
    for (const who of Object.keys(keys) as Who[]) {
      const usual =
        who === 'foreigner'
          ? ofTheirs
          : wants(who, who === 'elsewhere' ? { locationId: elsewhereId, staffId } : {});
      if (who !== 'stranger') await warm(keys[who], usual);
      else expect((await make(usual, keys[who])).userErrors).toEqual([]);
    }
    const before = await kept();
    const refused: [Who, object, string][] = [
      ['foreigner', {}, 'NOT_FOUND'],
      ['administrator', ofTheirs, 'NOT_FOUND'],
      ['administrator', { reasonId: theirs.reasonId }, 'NOT_FOUND'],
      ['administrator', { staffId: theirs.staffId }, 'NOT_FOUND'],
      ['administrator', { locationId: theirs.locationId }, 'NOT_FOUND'],
      ['administrator', { clientId: theirs.clientId }, 'NOT_FOUND'],
      ['administrator', { addOnReasonIds: [theirs.addOnId] }, 'NOT_FOUND'],
      ['administrator', { coordinatorStaffId: theirs.staffId }, 'NOT_FOUND'],
      [
        'administrator',
        { fields: [{ field: { id: theirs.fieldId }, value: 'x' }] },
        'INVALID_INPUT',
      ],
      ['client', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['other', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['stranger', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['unassigned', { reasonId: hiddenId }, 'NOT_FOUND'],
      ['client', { clientId: otherClientId }, 'NOT_FOUND'],
      ['other', { clientId: fixture.clinic.clientId }, 'NOT_FOUND'],
      ['elsewhere', { locationId }, 'INSUFFICIENT_PERMISSION'],
      ['here', { locationId: elsewhereId }, 'INSUFFICIENT_PERMISSION'],
      ['client', { price: '1.00' }, 'INSUFFICIENT_PERMISSION'],
    ];
    for (const [who, input, code] of refused) {
      const { data, errors } = await send(wants(who, input), keys[who]);
      expect([
        who,
        input,
        errors?.[0]?.extensions.code ?? data.createAppointment.userErrors[0]?.code,
      ]).toEqual([who, input, code]);
    }
    expect(await kept()).toEqual(before);
    // Each viewer continues to book optimistically.
    const allowed: [Who, object][] = [
      ['administrator', { reasonId: hiddenId }],
      ['assigned', { reasonId: hiddenId }],
      ['here', {}],
      ['client', {}],
      ['other', {}],
      ['elsewhere', { locationId: elsewhereId }],
    ];
    for (const [who, input] of allowed) {
      const made = await make(wants(who, { reasonId, staffId, ...input }), keys[who]);
      expect([who, made.userErrors, made.directly]).toEqual([who, [], true]);
    }
    const clientsOf = await gateway.gateway.db.all<{ client: number }>(
      sql`SELECT client_id AS client FROM ${raw('appointment')} WHERE business_id = ${gateway.business.business.rowId} ORDER BY id DESC LIMIT 3`,
    );
    expect(clientsOf.map(({ client }) => `Client:${client}`)).toEqual([
      fixture.clinic.clientId,
      otherClientId,
      fixture.clinic.clientId,
    ]);
  });
}
