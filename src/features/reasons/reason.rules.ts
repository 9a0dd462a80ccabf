import { BusinessRule } from '../../business-rule';
import { at, badInput, badValue, InputProblemCode, violated } from '../../errors';
import { isNegative } from '../../lib/money';
import type { Reason } from './reason.entity';
import { ReasonType, WorkSchedule } from './reason-enums';
import type { ReasonDurationInput, ScreeningQuestionInput } from './reason-values.inputs';
import type { Duration, ScreeningQuestion } from './reason-values';

export function refuseNegative(input: {
  price?: string | null;
  depositAmount?: string | null;
}): void {
  for (const field of ['price', 'depositAmount'] as const)
    if (input[field] && isNegative(input[field]))
      throw badInput(InputProblemCode.OUT_OF_RANGE, `${field} must not be negative.`, field);
}

/**
 * Returns the lengths in ascending order.
 * @throws DomainError BAD_USER_INPUT at `path` for a repeated length or a negative amount.
 */
export function toDurations(
  inputs: readonly ReasonDurationInput[],
  path: readonly string[] = at('durations'),
): Duration[] {
  inputs.forEach(({ minutes, price, deposit }, index) => {
    const item = [...path, String(index)];
    if (inputs.findIndex((other) => other.minutes === minutes) !== index)
      throw badValue(InputProblemCode.DUPLICATE, 'Give each length only once.', item);
    if ((price && isNegative(price)) || (deposit && isNegative(deposit)))
      throw badValue(InputProblemCode.OUT_OF_RANGE, 'An amount must not be negative.', item);
  });
  return inputs
    .map(({ minutes, price, deposit, name }) => ({
      minutes,
      price: price ?? null,
      deposit: deposit ?? null,
      name: name?.trim() || null,
    }))
    .sort((one, other) => one.minutes - other.minutes);
}

/** @throws DomainError BAD_USER_INPUT for a repeated answer, or if none passes. */
export function toScreening({ question, answers }: ScreeningQuestionInput): ScreeningQuestion {
  const texts = answers.map(({ text }) => text.trim());
  if (new Set(texts).size < texts.length)
    throw badInput(
      InputProblemCode.DUPLICATE,
      'Give each answer only once.',
      'screeningQuestion',
      'answers',
    );
  if (!answers.some(({ passes }) => passes))
    throw badInput(
      InputProblemCode.REQUIRED,
      'At least one of the answers must pass.',
      'screeningQuestion',
      'answers',
    );
  return {
    question: question.trim(),
    answers: answers.map(({ passes }, index) => ({ text: texts[index] as string, passes })),
  };
}

/**
 * Whether a client with this answer may book. Any answer passes, also none, if the reason has no
 * question.
 */
export const screens = (
  { screeningQuestion }: Reason,
  answer: string | null | undefined,
): boolean =>
  screeningQuestion === null ||
  screeningQuestion.answers.some(({ text, passes }) => passes && text === answer?.trim());

/**
 * Checks the constraints between fields of a reason.
 * @throws DomainError BAD_USER_INPUT, RULE_VIOLATED
 */
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
      InputProblemCode.REQUIRED,
      'Give quota and quotaType together, or neither.',
      quota === null ? 'quota' : 'quotaType',
    );
  if (quota !== null && reasonType === ReasonType.COURSE)
    throw violated(
      BusinessRule.REASON_TYPE,
      'A course is limited by its seats: leave quota out.',
      'quota',
    );
  const misplaced: readonly [field: string, type: ReasonType, isGiven: boolean][] = [
    ['durations', ReasonType.SERVICE, durations.length > 0],
    ['customWorkSchedule', ReasonType.SERVICE, customWorkSchedule !== WorkSchedule.ALL_LOCATIONS],
    ['maxWaitListPerClass', ReasonType.CLASS, maxWaitListPerClass !== null],
    ['numberSessions', ReasonType.COURSE, numberSessions !== null],
  ];
  for (const [field, type, isGiven] of misplaced) {
    if (!isGiven || reasonType === type) continue;
    throw violated(
      BusinessRule.REASON_TYPE,
      `${field} is for reasons of type ${type}; this one is a ${reasonType}.`,
      field,
    );
  }
}
