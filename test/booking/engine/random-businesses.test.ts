import { Role } from '../../../src/context';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
  change,
} from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { numberOf } from '../../support/fixtures/ids';
import { randomOf, SEED } from '../../support/fixtures/random';
import { expectIntegrity } from '../../support/harness/integrity';
import { MINUTE, at } from './engine.fixture';

jest.setTimeout(120_000);

onEachDatabase(`random businesses (SEED=${SEED})`, (gateway) => {
  it('book what they offer, and refuse everything else with a reason', async () => {
    const random = randomOf(SEED);
    let [booked, refused] = [0, 0];
    for (let round = 0; round < 6; round += 1) {
      const zone = random.of([
        'Europe/Berlin',
        'America/New_York',
        'Australia/Lord_Howe',
        'Asia/Kathmandu',
      ]);
      const day = random.of(['2031-03-29', '2031-10-25', '2031-03-08', '2031-10-04', '2031-07-01']);
      const mark = `r${round}`;
      const locationId = await addLocation(gateway, { locationName: mark, timeZone: zone });
      const staffIds: string[] = [];
      for (let index = 0; index < 2; index += 1) {
        const id = await addStaff(gateway, `${mark}-${index}`, random.of([zone, 'Asia/Tokyo']), [
          locationId,
        ]);
        const start = random.int(20);
        await addHours(gateway, id, {
          ranges: [
            {
              start: `${String(start).padStart(2, '0')}:${random.of(['00', '20'])}`,
              end: `${String((start + 3 + random.int(6)) % 24).padStart(2, '0')}:00`,
            },
          ],
        });
        staffIds.push(id);
      }
      const reasonId = await addReason(gateway, {
        reasonDesc: mark,
        visitMinutes: 15 + 15 * random.int(4),
        bufferBefore: random.of([0, 10]),
        bufferAfter: random.of([0, 15]),
        slotAlignment: random.of(['WINDOW', 'CLOCK']),
        slotStepMinutes: random.of([null, 10, 30]),
        staffIds,
        ...(random.next() < 0.5 ? { quota: 3, quotaType: 'DAY' } : {}),
      });
      if (random.next() < 0.7) {
        const { resource } = await change(
          gateway,
          'createResource',
          { name: mark, quantity: 1, locationId },
          'resource { id }',
        );
        await change(gateway, 'setReasonResources', {
          reasonId,
          needs: [{ options: [{ id: resource.id, units: 1 }] }],
        });
      }
      const clientKey = await gateway.key(Role.CLIENT, {
        clientId: numberOf(await addClient(gateway, { firstName: mark, lastName: 'X' })),
      });
      const offered = async () =>
        new Map<string, string[]>(
          (
            await gateway.data(
              `query ($input: AvailabilityInput!) {
                availability(input: $input) { availableTimes(first: 1000) { nodes { start units { staff { id } } } } }
              }`,
              { input: { reasonId, locationId, from: day, to: day } },
              { key: clientKey },
            )
          ).availability.availableTimes.nodes.map(({ start, units }: any) => [
            start,
            units.map(({ staff }: any) => staff.id),
          ]),
        );
      for (let turn = 0; turn < 12; turn += 1) {
        const now = await offered();
        const starts = [...now.keys()];
        const start =
          starts.length && random.next() < 0.5
            ? random.of(starts)
            : new Date(
                at(`${day}T00:00:00Z`) - 12 * 60 * MINUTE + random.int(48 * 12) * 5 * MINUTE,
              ).toISOString();
        const staffId = random.of(staffIds);
        const { appointment, userErrors } = (
          await gateway.data(
            `mutation ($input: CreateAppointmentInput!) {
              createAppointment(input: $input) {
                appointment { id }
                userErrors {
                  code
                  ... on TimeUnavailableError {
                    explanation {
                      candidates {
                        bookable refusals { rule } smallestChange { kind start durationMinutes }
                      }
                    }
                  }
                }
              }
            }`,
            { input: { reasonId, locationId, staffId, start } },
            { key: clientKey },
          )
        ).createAppointment;
        const inDay = at(start) >= at(`${day}T00:00:00Z`) - 15 * 60 * MINUTE;
        if (now.get(start)?.includes(staffId)) {
          expect([start, staffId, userErrors]).toEqual([start, staffId, []]);
          booked += 1;
        } else if (!appointment && inDay) {
          expect(userErrors).toHaveLength(1);
          expect(userErrors[0].explanation.candidates[0].bookable).toBe(false);
          expect(userErrors[0].explanation.candidates[0].refusals.length).toBeGreaterThan(0);
          const least = userErrors[0].explanation.candidates[0].smallestChange;
          if (least?.kind === 'START') {
            const tried = await change(
              gateway,
              'createAppointment',
              { reasonId, locationId, staffId, start: least.start },
              'appointment { id }',
              clientKey,
            );
            expect(codesOf(tried)).toEqual([]);
            if (random.next() < 0.5)
              await change(gateway, 'cancelAppointment', { id: tried.appointment.id });
          }
          refused += 1;
        }
      }
    }
    expect(Math.min(booked, refused)).toBeGreaterThan(5);
    await expectIntegrity(gateway);
  });
  const codesOf = ({ userErrors }: any) => userErrors.map(({ code }: any) => code);
});
