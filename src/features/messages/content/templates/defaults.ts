import { MessageKind } from '../../../clients/message-kind';
import { MESSAGE_TYPES, type MessageType } from '../../message-types';
import type { Tag } from '../tags';
import type { Language, Wording } from './content';
import { english } from './english';
import { french } from './french';
import { german } from './german';
import { spanish } from './spanish';

const LANGUAGES: Readonly<Record<string, Language>> = {
  de: german,
  en: english,
  es: spanish,
  fr: french,
};

interface TemplateText {
  /** Null for SMS. */
  readonly subject: string | null;
  readonly text: string;
  /** Null for SMS. */
  readonly html: string | null;
}

export interface DefaultTemplate extends MessageType, TemplateText {
  /** BCP 47. */
  readonly language: string;
}

const DETAILS: Readonly<Record<MessageType['audience'], readonly Tag[]>> = {
  CLIENT: [
    'REASON',
    'ADD_ONS',
    'DATE_TIME',
    'DATES',
    'DURATION',
    'STAFF',
    'LOCATION',
    'ADDRESS',
    'MEETING_URL',
    'PRICE',
  ],
  STAFF: [
    'CLIENT_NAME',
    'CLIENT_PHONE',
    'CLIENT_EMAIL',
    'REASON',
    'ADD_ONS',
    'DATE_TIME',
    'DATES',
    'DURATION',
    'LOCATION',
    'ADDRESS',
    'MEETING_URL',
    'NOTE',
  ],
};
const KINDS_WITHOUT_DETAILS = new Set<MessageKind>([MessageKind.NO_SHOW, MessageKind.THANK_YOU]);
/** Kinds whose message covers all appointments that one command has changed. */
const BATCH_KINDS = new Set<MessageKind>([
  MessageKind.CONFIRMATION,
  MessageKind.CHANGE,
  MessageKind.CANCELLATION,
  MessageKind.STAFF_CONFIRMATION_REQUEST,
]);
const UPCOMING_KINDS = new Set<MessageKind>([
  MessageKind.CONFIRMATION,
  MessageKind.CHANGE,
  MessageKind.REMINDER,
  MessageKind.WAITLIST_INVITATION,
]);

function detailsOf({ kind, audience }: MessageType): readonly Tag[] {
  if (KINDS_WITHOUT_DETAILS.has(kind)) return [];
  const what = BATCH_KINDS.has(kind)
    ? DETAILS[audience]
    : DETAILS[audience].filter((tag) => tag !== 'DATES');
  if (kind === MessageKind.CANCELLATION)
    return [...what.filter((tag) => tag !== 'PRICE' && tag !== 'MEETING_URL'), 'CANCEL_REASON'];
  return kind === MessageKind.CHANGE ? [...what, 'CHANGE_REASON'] : what;
}

/**
 * Returns an e-mail: paragraphs, one line for each detail, then instructions and links for the
 * client.
 */
function emailOf(
  type: MessageType,
  language: Language,
  { subject, lead, after }: Wording,
): TemplateText {
  const details = detailsOf(type).map((tag) => [language.labels[tag], `%${tag}%`] as const);
  const last = after ? [after] : [];
  const more =
    UPCOMING_KINDS.has(type.kind) && type.audience === 'CLIENT'
      ? [
          '%INSTRUCTIONS%',
          '%INSTRUCTIONS_2%',
          ...last,
          type.kind === MessageKind.WAITLIST_INVITATION ? language.claim : language.manage,
        ]
      : last;
  const text = [
    language.greeting,
    lead,
    ...(details.length ? [details.map(([label, tag]) => `${label}: ${tag}`).join('\n')] : []),
    ...more,
    language.closing,
  ].join('\n\n');
  const linked = (line: string) => line.replace(/%\w+_URL%/, '<a href="$&">$&</a>');
  const html = [
    ...[language.greeting, lead].map((line) => `<p>${line}</p>`),
    ...(details.length
      ? [
          '<table>',
          ...details.map(([label, tag]) => `<tr><td>${label}</td><td>${tag}</td></tr>`),
          '</table>',
        ]
      : []),
    ...more.map((line) => `<p>${linked(line)}</p>`),
    `<p>${language.closing.replace('\n', '<br>')}</p>`,
  ].join('\n');
  return { subject, text, html };
}

function templatesOf(language: string, words: Language): DefaultTemplate[] {
  return MESSAGE_TYPES.map((type) => {
    const wording = words[type.audience][type.kind];
    if (!wording)
      throw new Error(`There is no ${language} wording of ${type.kind} for ${type.audience}.`);
    return {
      ...type,
      language,
      ...(type.channel === 'SMS'
        ? {
            subject: null,
            text: BATCH_KINDS.has(type.kind) ? `${wording.sms}\n${words.several}` : wording.sms,
            html: null,
          }
        : emailOf(type, words, wording)),
    };
  });
}

/** Default templates of every message type in English, French, German and Spanish. */
export const DEFAULT_TEMPLATES: readonly DefaultTemplate[] = Object.entries(LANGUAGES).flatMap(
  ([language, words]) => templatesOf(language, words),
);
