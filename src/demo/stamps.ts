import type { Author } from '../log/actors/stamps';

/** The author of demo data. */
export const DEMO_AUTHOR: Author = {
  actor: 'demo',
  actorName: 'Demo',
  staffId: null,
  clientId: null,
};

/** The columns that all rows of a business have in common. */
export interface Stamps {
  readonly businessId: number;
  readonly version: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}
