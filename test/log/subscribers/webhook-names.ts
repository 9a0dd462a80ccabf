/** The fields of bodies of webhooks that have another name in the schema. */
const SCHEMA_NAMES: Readonly<Record<string, string>> = {
  cancelledBy: 'cancelledByName',
  cancelReason: 'cancelNote',
  cancelReasonCode: 'cancelReason',
};

/** The data of a webhook, whose names are frozen, under the names of the schema. */
export const inSchemaNames = ({ actor, reason, changes, ...data }: any): any => ({
  ...data,
  actorName: actor,
  note: reason,
  changes: changes.map((change: any) => ({
    ...change,
    field: SCHEMA_NAMES[change.field] ?? change.field,
  })),
});
