import { registerEnumType } from 'type-graphql';

export enum CustomFieldMode {
  APPT = 'APPT',
  CLIENT = 'CLIENT',
}
registerEnumType(CustomFieldMode, {
  name: 'CustomFieldMode',
  description: 'What a field is asked of.',
  valuesConfig: {
    APPT: { description: 'Each appointment.' },
    CLIENT: { description: 'Each client, once.' },
  },
});

export enum CustomFieldDataType {
  TXT = 'TXT',
  AREA = 'AREA',
  NUM = 'NUM',
  DATE = 'DATE',
  CHECK = 'CHECK',
  LIST = 'LIST',
  MULTI = 'MULTI',
  EMAIL = 'EMAIL',
  PHONE = 'PHONE',
  URL = 'URL',
}
registerEnumType(CustomFieldDataType, {
  name: 'CustomFieldDataType',
  description: 'What can be said in a field, and how its value is written.',
  valuesConfig: {
    TXT: { description: 'One line, up to 500 characters.' },
    AREA: { description: 'Several lines, up to 10,000 characters.' },
    NUM: {
      description: 'A decimal, such as 12.5: up to 12 digits before the point and 4 after it.',
    },
    DATE: { description: 'A day, YYYY-MM-DD.' },
    CHECK: { description: 'true or false.' },
    LIST: { description: 'The value of one option.' },
    MULTI: { description: 'The values of one option or several, with commas between them.' },
    EMAIL: { description: 'An e-mail address, kept in lower case.' },
    PHONE: { description: 'A phone number, kept as E.164 where it can be one.' },
    URL: { description: 'An http or https address.' },
  },
});

export enum FieldProblemCode {
  REQUIRED = 'REQUIRED',
  UNKNOWN = 'UNKNOWN',
  INACTIVE = 'INACTIVE',
  NOT_FOR_REASON = 'NOT_FOR_REASON',
  GIVEN_TWICE = 'GIVEN_TWICE',
  WRONG_TYPE = 'WRONG_TYPE',
  TOO_LONG = 'TOO_LONG',
  NOT_AN_OPTION = 'NOT_AN_OPTION',
  NO_MATCH = 'NO_MATCH',
}
registerEnumType(FieldProblemCode, {
  name: 'FieldProblemCode',
  description: 'What is wrong with a field that was given, or was not.',
  valuesConfig: {
    REQUIRED: { description: 'It has to be answered.' },
    UNKNOWN: { description: 'There is no such field, or your key may not fill it in.' },
    INACTIVE: { description: 'Nobody is asked for it any more; staff may still clear it.' },
    NOT_FOR_REASON: { description: 'It is asked for other reasons.' },
    WRONG_TYPE: { description: 'It is not what its dataType says.' },
    NO_MATCH: { description: 'It does not match the validationRegex.' },
  },
});
