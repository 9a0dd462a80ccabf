import { registerEnumType } from 'type-graphql';

export enum RoundRobin {
  NONE = 'NONE',
  RANDOM = 'RANDOM',
  BALANCED = 'BALANCED',
  COMBINED = 'COMBINED',
}
registerEnumType(RoundRobin, {
  name: 'RoundRobin',
  description: 'Who serves where the caller names nobody.',
  valuesConfig: {
    NONE: { description: 'The caller chooses.' },
    RANDOM: { description: 'Any of those who are free.' },
    BALANCED: {
      description:
        'By priority, then whoever has fewest appointments for their weight, then whoever was booked least recently.',
    },
    COMBINED: { description: 'Times of everybody are one list; who serves is decided at booking.' },
  },
});
