/** Data of a response as the JSON text that the database returned. */
export class JsonText {
  constructor(readonly text: string) {}

  /** For plugins that add errors or extensions to the response. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}

interface Result {
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly extensions?: unknown;
}

/** Serializes a response. Writes the text of the database unchanged. */
export function stringifyResult(result: Result): string {
  const { data, errors, extensions } = result;
  if (!(data instanceof JsonText) || errors) return `${JSON.stringify(result)}\n`;
  const rest = extensions ? `,"extensions":${JSON.stringify(extensions)}` : '';
  return `{"data":${data.text}${rest}}\n`;
}
