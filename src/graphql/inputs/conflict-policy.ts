import { registerEnumType } from 'type-graphql';

export enum ConflictPolicy {
  ALL_OR_NOTHING = 'ALL_OR_NOTHING',
  SKIP_CONFLICTS = 'SKIP_CONFLICTS',
}
registerEnumType(ConflictPolicy, {
  name: 'ConflictPolicy',
  description: 'Policy for a series with unavailable times.',
  valuesConfig: {
    ALL_OR_NOTHING: { description: 'Writes nothing and lists all conflicts.' },
    SKIP_CONFLICTS: { description: 'Writes the available occurrences and lists all conflicts.' },
  },
});
