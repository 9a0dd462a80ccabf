import { badInput, violated } from '../../errors';
import { isNegative } from '../../lib/money';
import type { Reason } from './reason.entity';
import { ReasonType, WorkSchedule } from './reason.enums';
import type { ReasonDurationInput, ScreeningQuestionInput } from './reason.inputs';
import type { ReasonDuration, ScreeningQuestion } from './reason.type';

export function refuseNegative(input: {
  price?: string | null;
  depositAmount?: string | null;
}): void {
  for (const field of ['price', 'depositAmount'] as const)
    if (input[field] && isNegative(input[field]))
      throw badInput(`${field} is never negative.`, field);
}

/** By their lengths. @throws DomainError BAD_USER_INPUT for one length twice, or a negative amount. */
export function toDurations(given: readonly ReasonDurationInput[]): ReasonDuration[] {
  given.forEach(({ minutes, price, deposit }, index) => {
    if (given.findIndex((other) => other.minutes === minutes) !== index)
      throw badInput('Name each length once.', 'durations', String(index));
    if ((price && isNegative(price)) || (deposit && isNegative(deposit)))
      throw badInput('An amount is never negative.', 'durations', String(index));
  });
  return given
    .map(({ minutes, price, deposit, name }) => ({
      minutes,
      price: price ?? null,
      deposit: deposit ?? null,
      name: name?.trim() || null,
    }))
    .sort((one, other) => one.minutes - other.minutes);
}

/** @throws DomainError BAD_USER_INPUT for an answer twice, or none that passes. */
export function toScreening({ question, answers }: ScreeningQuestionInput): ScreeningQuestion {
  const texts = answers.map(({ text }) => text.trim());
  if (new Set(texts).size < texts.length)
    throw badInput('Each answer is another one.', 'screeningQuestion', 'answers');
  if (!answers.some(({ passes }) => passes))
    throw badInput('One of the answers has to pass.', 'screeningQuestion', 'answers');
  return {
    question: question.trim(),
    answers: answers.map(({ passes }, index) => ({ text: texts[index] as string, passes })),
  };
}

/** Whether a client who answers so may book: where nothing is asked, every answer will do, none included. */
export const screens = (
  { screeningQuestion }: Reason,
  answer: string | null | undefined,
): boolean =>
  screeningQuestion === null ||
  screeningQuestion.answers.some(({ text, passes }) => passes && text === answer?.trim());

/** What fields of a reason say of each other. @throws DomainError BAD_USER_INPUT, RULE_VIOLATED */
export function checkReason({
  reasonType,
  quota,
  quotaType,
  durations,
  maxWaitListPerClass,
  numberSessions,
  customWorkSchedule,
}: Reason): void {
  if ((quota === null) !== (quotaType === null))
    throw badInput(
      'Give quota and quotaType together, or neither.',
      quota === null ? 'quota' : 'quotaType',
    );
  if (quota !== null && reasonType === ReasonType.COURSE)
    throw violated('A course is limited by its seats: leave quota out.', 'quota');
  const misplaced: readonly [field: string, type: ReasonType, given: boolean][] = [
    ['durations', ReasonType.SERVICE, durations.length > 0],
    ['customWorkSchedule', ReasonType.SERVICE, customWorkSchedule !== WorkSchedule.ALL_LOCATIONS],
    ['maxWaitListPerClass', ReasonType.CLASS, maxWaitListPerClass !== null],
    ['numberSessions', ReasonType.COURSE, numberSessions !== null],
  ];
  for (const [field, type, given] of misplaced) {
    if (!given || reasonType === type) continue;
    throw violated(`${field} is for reasons of type ${type}; this one is a ${reasonType}.`, field);
  }
}
