/** Returns the tag of a field in templates, without the enclosing percent signs. */
export const valueTagOf = (customFieldId: number): string => `CUSTOM_FIELD_${customFieldId}`;
export const labelTagOf = (customFieldId: number): string => `${valueTagOf(customFieldId)}_LABEL`;

const FORM = /^CUSTOM_FIELD_([1-9]\d{0,8})(_LABEL)?$/;

/** Returns the distinct ids of the fields of tags. */
export const fieldIdsIn = (tags: readonly string[]): number[] => [
  ...new Set(tags.flatMap((tag) => FORM.exec(tag)?.[1] ?? []).map(Number)),
];
