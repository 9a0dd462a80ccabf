import { registerEnumType } from 'type-graphql';

export enum RoundRobin {
  NONE = 'NONE',
  RANDOM = 'RANDOM',
  BALANCED = 'BALANCED',
  COMBINED = 'COMBINED',
}
registerEnumType(RoundRobin, {
  name: 'RoundRobin',
  description: 'Policy that selects the staff member of a booking that names none.',
  valuesConfig: {
    NONE: { description: 'The caller must choose the staff member.' },
    RANDOM: { description: 'A random available staff member.' },
    BALANCED: {
      description:
        'The staff member with the highest priority, then with the fewest appointments ' +
        'relative to the weight, then the least recently booked.',
    },
    COMBINED: {
      description:
        'Availability merges the times of all staff members. The staff member is selected at ' +
        'booking.',
    },
  },
});
