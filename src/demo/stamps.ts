/** The columns that all rows of a business have in common. */
export interface Stamps {
  readonly businessId: number;
  readonly version: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
}
