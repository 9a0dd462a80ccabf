import { Role } from '../../../src/context';
import { addReason, addStaff, change } from '../../support/fixtures/clinic';
import { randomOf, SEED } from '../../support/fixtures/random';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import { ZONE, type OfferedIsBookableFixture } from './offered-is-bookable.fixture';

const MOVE = `mutation ($input: RescheduleAppointmentInput!) {
  rescheduleAppointment(input: $input) { appointment { start staff { id } } userErrors { code } }
}`;

export function movesCases(gateway: TestGateway, fixture: OfferedIsBookableFixture): void {
  const { staff, things, keys, codeOf, make, offered, starts } = fixture;

  describe('on a move', () => {
    const EXCHANGE = `mutation ($token: String!) {
      exchangeManageToken(input: { token: $token }) { accessToken }
    }`;
    beforeAll(async () => {
      expect(
        await make(
          {
            reasonId: fixture.cut,
            locationId: fixture.here,
            staffId: staff[2],
            start: '2031-02-05T11:30:00Z',
          },
          Role.ADMINISTRATOR,
        ),
      ).toBeNull();
    });
    const moving = async (rescheduleType: string) => {
      const reasonId = await addReason(gateway, {
        reasonDesc: rescheduleType,
        visitMinutes: 60,
        slotStepMinutes: 30,
        rescheduleType,
        apptDayMax: 30,
        staffIds: staff,
      });
      await change(gateway, 'setReasonResources', {
        reasonId,
        needs: [{ options: [{ id: things.z, units: 1 }] }],
      });
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [fixture.addOn] });
      const input = {
        reasonId,
        locationId: fixture.here,
        staffId: staff[0],
        additionalStaffIds: [staff[1]],
        resourceIds: [things.x],
        addOnReasonIds: [fixture.addOn],
        clientId: fixture.clientId,
        start: '2031-02-05T10:00:00Z',
      };
      const { appointment } = await change(
        gateway,
        'createAppointment',
        input,
        'appointment { id manageUrl }',
      );
      const token = appointment.manageUrl.split('#')[1];
      const { exchangeManageToken } = await gateway.data(EXCHANGE, { token }, { key: null });
      return {
        reasonId,
        id: appointment.id,
        keysOf: {
          CLIENT: keys.CLIENT,
          ADMINISTRATOR: keys.ADMINISTRATOR,
          GUEST: exchangeManageToken.accessToken,
        } as Record<string, string>,
      };
    };

    it.each(['FLEXIBLE', 'STRICT', 'NOT_ALLOWED'])(
      '%s, for clients, guests and staff',
      async (rescheduleType) => {
        const random = randomOf(SEED);
        const { reasonId, id, keysOf } = await moving(rescheduleType);
        let [moved, refused] = [0, 0];
        for (const [role, key] of Object.entries(keysOf)) {
          const ask = { reasonId, appointmentId: id, from: '2031-02-05', to: '2031-02-05' };
          const move = async (input: object) =>
            codeOf(
              await gateway.run(MOVE, { input: { id, ...input } }, { key }),
              'rescheduleAppointment',
            );
          const { code, times } = await offered(ask, key);
          if (rescheduleType === 'NOT_ALLOWED' && role !== 'ADMINISTRATOR') {
            expect([role, code, await move({ start: '2031-02-05T09:30:00Z' })]).toEqual([
              role,
              'RULE_VIOLATED',
              'RULE_VIOLATED',
            ]);
            continue;
          }
          expect([role, code, times.size > 2]).toEqual([role, null, true]);
          for (const field of ['additionalStaffIds', 'resourceIds'] as const)
            expect(
              (
                await offered(
                  { ...ask, [field]: [field === 'resourceIds' ? things.x : staff[2]] },
                  key,
                )
              ).code,
            ).toBe('BAD_USER_INPUT');
          const all = starts('2031-02-05T07:00:00Z', 9).flatMap((start) =>
            [staff[0], staff[2]].map((staffId) => ({ start, staffId: staffId as string })),
          );
          const isOffered = ({ start, staffId }: { start: string; staffId: string }) =>
            times.get(start)?.includes(staffId) ?? false;
          const sample = [all.filter(isOffered), all.filter((one) => !isOffered(one))].flatMap(
            (some) => [random.of(some), random.of(some), random.of(some)],
          );
          for (const one of sample) {
            const answer = await move(one);
            const strict =
              rescheduleType === 'STRICT' && role !== 'ADMINISTRATOR' && one.staffId !== staff[0];
            expect([role, one, answer]).toEqual([
              role,
              one,
              isOffered(one) ? null : strict ? 'RULE_VIOLATED' : 'TIME_UNAVAILABLE',
            ]);
            if (isOffered(one)) moved += 1;
            else refused += 1;
            // Restores the original staff member for the next case.
            if (isOffered(one) && one.staffId !== staff[0])
              await change(gateway, 'rescheduleAppointment', {
                id,
                staffId: staff[0],
                start: '2031-02-05T10:00:00Z',
                override: true,
              });
          }
        }
        expect(Math.min(moved, refused)).toBeGreaterThanOrEqual(3);
        await change(gateway, 'cancelAppointment', { id });
        await expectIntegrity(gateway);
      },
    );

    it('neither more nor less where staff whose time it blocks are taken, for clients, guests and staff', async () => {
      const standby = await addStaff(gateway, 'standby', ZONE, [fixture.here]);
      const { reasonId, id, keysOf } = await moving('FLEXIBLE');
      await change(gateway, 'updateAppointment', { id, blockedStaffIds: [standby] });
      await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 60 });
      const { userErrors } = await change(gateway, 'createTimeOff', {
        staffIds: [standby],
        locationId: fixture.here,
        period: { instants: { start: '2031-02-05T11:00:00Z', end: '2031-02-05T12:00:00Z' } },
        override: true,
      });
      expect(userErrors).toEqual([]);
      const explain = async (key: string, start: string) =>
        (
          await gateway.data(
            `query ($input: ExplainAvailabilityInput!) {
              explainAvailability(input: $input) { bookable candidates { refusals { rule } } }
            }`,
            {
              input: {
                reasonId,
                locationId: fixture.here,
                staffIds: [staff[0]],
                start,
                appointmentId: id,
              },
            },
            { key },
          )
        ).explainAvailability;

      for (const [role, key] of Object.entries(keysOf)) {
        const ask = { reasonId, appointmentId: id, from: '2031-02-05', to: '2031-02-05' };
        const { times } = await offered(ask, key);
        const all = starts('2031-02-05T07:00:00Z', 9);
        const isOffered = (start: string) =>
          times.get(start)?.includes(staff[0] as string) ?? false;
        for (const start of all) {
          const answer = await gateway.run(MOVE, { input: { id, start } }, { key });
          expect([role, start, codeOf(answer, 'rescheduleAppointment')]).toEqual([
            role,
            start,
            isOffered(start) ? null : 'TIME_UNAVAILABLE',
          ]);
        }
        expect([role, all.filter(isOffered)]).toEqual([
          role,
          ['2031-02-05T09:00:00.000Z', '2031-02-05T09:30:00.000Z'],
        ]);
        expect([role, isOffered('2031-02-05T10:30:00.000Z')]).toEqual([role, false]);
      }
      expect(await explain(keys.ADMINISTRATOR as string, '2031-02-05T10:30:00Z')).toEqual({
        bookable: false,
        candidates: [{ refusals: [{ rule: 'STAFF_TAKEN' }] }],
      });
      await change(gateway, 'cancelAppointment', { id });
      await expectIntegrity(gateway);
    });

    it('not for finished appointments and those of other clients', async () => {
      const { reasonId, id } = await moving('FLEXIBLE');
      await change(gateway, 'cancelAppointment', { id });
      expect((await offered({ reasonId, appointmentId: id }, keys.CLIENT as string)).code).toBe(
        'ILLEGAL_TRANSITION',
      );
      expect((await offered({ reasonId, appointmentId: id }, keys.PUBLIC as string)).code).toBe(
        'NOT_FOUND',
      );
      expect(
        (await offered({ reasonId: fixture.cut, appointmentId: id }, keys.ADMINISTRATOR as string))
          .code,
      ).toBe('ILLEGAL_TRANSITION');
    });
  });
}
