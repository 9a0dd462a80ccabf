import { registerEnumType } from 'type-graphql';

export enum ConflictPolicy {
  ALL_OR_NOTHING = 'ALL_OR_NOTHING',
  SKIP_CONFLICTS = 'SKIP_CONFLICTS',
}
registerEnumType(ConflictPolicy, {
  name: 'ConflictPolicy',
  description: 'What becomes of a series of which some times cannot be had.',
  valuesConfig: {
    ALL_OR_NOTHING: { description: 'Nothing is written; every conflict is listed.' },
    SKIP_CONFLICTS: { description: 'The others are written; every conflict is listed.' },
  },
});
