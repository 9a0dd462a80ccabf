import { registerEnumType } from 'type-graphql';

export enum CustomFieldMode {
  APPT = 'APPT',
  CLIENT = 'CLIENT',
}
registerEnumType(CustomFieldMode, {
  name: 'CustomFieldMode',
  description: 'The type of object that a custom field belongs to.',
  valuesConfig: {
    APPT: { description: 'The field belongs to appointments.' },
    CLIENT: { description: 'The field belongs to clients.' },
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
  description: 'Data type of a custom field, which determines the format of its values.',
  valuesConfig: {
    TXT: { description: 'Single-line text. Maximum 500 characters.' },
    AREA: { description: 'Multi-line text. Maximum 10,000 characters.' },
    NUM: {
      description:
        'A decimal, such as 12.5. Maximum 12 digits before the decimal point and 4 after it.',
    },
    DATE: { description: 'A date, YYYY-MM-DD.' },
    CHECK: { description: 'true or false.' },
    LIST: { description: 'The value of one option.' },
    MULTI: { description: 'The values of one or more options, separated by commas.' },
    EMAIL: { description: 'An e-mail address, stored in lower case.' },
    PHONE: { description: 'A phone number, stored in E.164 format where possible.' },
    URL: { description: 'An http or https address.' },
  },
});
