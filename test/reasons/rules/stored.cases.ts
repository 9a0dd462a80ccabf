import { Role } from '../../../src/context';
import { addReason, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { PLAIN, type RulesFixture } from './rules.fixture';

export function storedCases(gateway: TestGateway, fixture: RulesFixture): void {
  const { read } = fixture;

  it('are stored as given, changed one by one, and have neutral defaults', async () => {
    expect(await read(fixture.clinic.reasonId)).toEqual(PLAIN);
    const screeningQuestion = {
      question: 'Are you over 18?',
      answers: [
        { text: 'Yes', passes: true },
        { text: 'No', passes: false },
      ],
    };
    const id = await addReason(gateway, {
      reasonDesc: 'Massage',
      visitMinutes: 60,
      durations: [
        { minutes: 90, price: '110.00', deposit: '20.00' },
        { minutes: 60 },
        { minutes: 30, name: ' Short ' },
      ],
      slotAlignment: 'CLOCK',
      slotStepMinutes: 15,
      quota: 3,
      quotaType: 'WEEK',
      requiresStaffConfirmation: true,
      screeningQuestion,
      allowWaitList: true,
      roundRobin: 'BALANCED',
      customWorkSchedule: 'CUSTOM_SCHEDULE',
    });
    const given = {
      ...PLAIN,
      slotAlignment: 'CLOCK',
      slotStepMinutes: 15,
      quota: 3,
      quotaType: 'WEEK',
      requiresStaffConfirmation: true,
      screeningQuestion,
      allowWaitList: true,
      roundRobin: 'BALANCED',
      customWorkSchedule: 'CUSTOM_SCHEDULE',
      durations: [
        { minutes: 30, price: null, deposit: null, name: 'Short', text: '30 Minutes' },
        { minutes: 60, price: null, deposit: null, name: null, text: '1 Hour' },
        { minutes: 90, price: '110.00', deposit: '20.00', name: null, text: '1 Hour 30 Minutes' },
      ],
    };
    expect(await read(id)).toEqual(given);
    await change(gateway, 'updateReason', {
      id,
      slotStepMinutes: null,
      quota: 5,
      roundRobin: null,
    });
    expect(await read(id)).toEqual({ ...given, slotStepMinutes: null, quota: 5, roundRobin: null });
    await change(gateway, 'updateReason', {
      id,
      durations: [],
      quota: null,
      quotaType: null,
      screeningQuestion: null,
      slotAlignment: 'WINDOW',
      requiresStaffConfirmation: false,
      allowWaitList: false,
      customWorkSchedule: 'ALL_LOCATIONS',
    });
    expect(await read(id)).toEqual(PLAIN);
  });

  it('show clients the screening question without its accepted answers', async () => {
    const id = await addReason(gateway, {
      reasonDesc: 'Screened',
      visitMinutes: 30,
      screeningQuestion: {
        question: 'Allergies?',
        answers: [
          { text: 'None', passes: true },
          { text: 'Some', passes: false },
        ],
      },
    });
    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
    for (const key of [client, gateway.business.publishableKey]) {
      expect((await read(id, key)).screeningQuestion).toEqual({
        question: 'Allergies?',
        answers: [
          { text: 'None', passes: null },
          { text: 'Some', passes: null },
        ],
      });
    }
    const { createReason } = await gateway.data(
      `mutation {
        createReason(input: { reasonDesc: "x", visitMinutes: 5 }) {
          reason { screeningQuestion { question } durations { text } }
        }
      }`,
    );
    expect(createReason.reason).toEqual({ screeningQuestion: null, durations: [] });
  });

  it('return a duration in the language of the business', async () => {
    const { secretKey } = await gateway.addBusiness({
      name: 'Salon',
      timeZone: 'Europe/Berlin',
      locale: 'de-DE',
      country: 'DE',
      currency: 'EUR',
    });
    const id = await addReason(
      gateway,
      { reasonDesc: 'Farbe', visitMinutes: 60, durations: [{ minutes: 90 }, { minutes: 45 }] },
      secretKey,
    );
    expect((await read(id, secretKey)).durations.map(({ text }: any) => text)).toEqual([
      '45 Minuten',
      '1 Stunde, 30 Minuten',
    ]);
  });
}
