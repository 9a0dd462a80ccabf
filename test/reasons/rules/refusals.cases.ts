import { servingOf } from '../../../src/features/reasons/links/active-links';
import { change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { PLAIN, type RulesFixture } from './rules.fixture';

export function refusalsCases(gateway: TestGateway, fixture: RulesFixture): void {
  const { read } = fixture;

  const count = () =>
    gateway.data(
      `{
        reasons { totalCount }
        all: reasons(filter: { types: [SERVICE, ADDON, PERSONAL] }) { totalCount }
      }`,
    );

  it.each([
    ['a quota without a type', { quota: 2 }, 'INVALID_INPUT', 'quotaType'],
    ['a type without a quota', { quotaType: 'DAY' }, 'INVALID_INPUT', 'quota'],
    ['a quota of zero', { quota: 0, quotaType: 'DAY' }, 'INVALID_INPUT', 'quota'],
    ['a step of no duration', { slotStepMinutes: 0 }, 'INVALID_INPUT', 'slotStepMinutes'],
    ['a step of more than a day', { slotStepMinutes: 1441 }, 'INVALID_INPUT', 'slotStepMinutes'],
    [
      'a duration twice',
      { durations: [{ minutes: 30 }, { minutes: 45 }, { minutes: 30 }] },
      'INVALID_INPUT',
      '2',
    ],
    ['a negative duration', { durations: [{ minutes: -30 }] }, 'INVALID_INPUT', 'minutes'],
    [
      'a negative price of a duration',
      { durations: [{ minutes: 30, price: '-1' }] },
      'INVALID_INPUT',
      '0',
    ],
    [
      'too many durations',
      { durations: Array.from({ length: 21 }, (_, index) => ({ minutes: index + 1 })) },
      'INVALID_INPUT',
      'durations',
    ],
    [
      'one answer',
      { screeningQuestion: { question: 'x', answers: [{ text: 'a', passes: true }] } },
      'INVALID_INPUT',
      'answers',
    ],
    [
      'an answer twice',
      {
        screeningQuestion: {
          question: 'x',
          answers: [
            { text: 'a', passes: true },
            { text: 'a ', passes: false },
          ],
        },
      },
      'INVALID_INPUT',
      'answers',
    ],
    [
      'no accepted answer',
      {
        screeningQuestion: {
          question: 'x',
          answers: [
            { text: 'a', passes: false },
            { text: 'b', passes: false },
          ],
        },
      },
      'INVALID_INPUT',
      'answers',
    ],
    [
      'no question',
      {
        screeningQuestion: {
          question: ' ',
          answers: [
            { text: 'a', passes: true },
            { text: 'b', passes: false },
          ],
        },
      },
      'INVALID_INPUT',
      'question',
    ],
    [
      'durations of time off',
      { reasonType: 'PERSONAL', durations: [{ minutes: 30 }] },
      'RULE_VIOLATED',
      'durations',
    ],
    [
      'hours of an add-on',
      { reasonType: 'ADDON', customWorkSchedule: 'CUSTOM_SCHEDULE' },
      'RULE_VIOLATED',
      'customWorkSchedule',
    ],
    ['sessions of a service', { numberSessions: 5 }, 'RULE_VIOLATED', 'numberSessions'],
    [
      'a waiting list for each class of a service',
      { maxWaitListPerClass: 5 },
      'RULE_VIOLATED',
      'maxWaitListPerClass',
    ],
  ])('refuse %s', async (_name, input, code, field) => {
    const before = await count();
    expect(
      await refusal(gateway, 'createReason', { reasonDesc: 'x', visitMinutes: 30, ...input }),
    ).toEqual([code, field]);
    expect(await count()).toEqual(before);
    if (!('reasonType' in input))
      expect(
        await refusal(gateway, 'updateReason', { id: fixture.clinic.reasonId, ...input }),
      ).toEqual([code, field]);
    expect(await read(fixture.clinic.reasonId)).toEqual(PLAIN);
  });

  it('return priority and weight of staff to staff only', async () => {
    const STAFF = 'reason { serviceStaff { nodes { staff { id } active priority weight } } }';
    const staff = [
      { staffId: fixture.clinic.staffId, priority: 1, weight: 200 },
      { staffId: fixture.clinic.otherStaffId },
    ];
    const { reason } = await change(
      gateway,
      'setReasonStaff',
      { reasonId: fixture.clinic.reasonId, staff },
      STAFF,
    );
    expect(reason.serviceStaff.nodes).toEqual([
      { staff: { id: fixture.clinic.staffId }, active: true, priority: 1, weight: 200 },
      { staff: { id: fixture.clinic.otherStaffId }, active: true, priority: 0, weight: 100 },
    ]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { serviceStaff { nodes { priority weight } } } }',
          { id: fixture.clinic.reasonId },
          { key: gateway.business.publishableKey },
        )
      ).reason.serviceStaff.nodes,
    ).toEqual([
      { priority: null, weight: null },
      { priority: null, weight: null },
    ]);
    for (const [field, value] of [
      ['weight', 0],
      ['weight', -5],
      ['priority', -1],
    ] as const) {
      expect(
        await refusal(gateway, 'setReasonStaff', {
          reasonId: fixture.clinic.reasonId,
          staff: [{ staffId: fixture.clinic.staffId, [field]: value }],
        }),
      ).toEqual(['INVALID_INPUT', field]);
    }
    const reasonId = numberOf(fixture.clinic.reasonId);
    const serving = async () =>
      (await servingOf(gateway.gateway.db, gateway.business.business.rowId, [reasonId, 999])).get(
        reasonId,
      );
    expect(await serving()).toEqual([
      {
        reasonId,
        staffId: numberOf(fixture.clinic.staffId),
        subjectId: expect.any(Number),
        timeZoneCode: 'America/New_York',
        priority: 1,
        weight: 200,
        price: null,
        durations: [],
      },
      {
        reasonId,
        staffId: numberOf(fixture.clinic.otherStaffId),
        subjectId: expect.any(Number),
        timeZoneCode: 'America/New_York',
        priority: 0,
        weight: 100,
        price: null,
        durations: [],
      },
    ]);
    await change(gateway, 'updateStaff', {
      id: fixture.clinic.otherStaffId,
      acceptsAppointments: false,
    });
    expect(await serving()).toHaveLength(1);
    await change(gateway, 'updateStaff', {
      id: fixture.clinic.otherStaffId,
      acceptsAppointments: true,
    });
  });
}
