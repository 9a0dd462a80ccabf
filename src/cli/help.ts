import type { Command, CommandOption } from './command';

const GAP = 2;

/** Aligns the second column. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([first]) => first.length)) + GAP;
  return rows.map(([first, second]) => `  ${first.padEnd(width)}${second}`).join('\n');
}

const flagOf = (name: string, { type, value = 'TEXT' }: CommandOption): string =>
  type === 'string' ? `--${name} ${value}` : `--${name}`;

/** Returns the text of `slotgraph NAME --help`. */
export function helpOf(
  name: string,
  { summary, details, options = {}, argument, example }: Command,
): string {
  const entries = Object.entries(options);
  const flags = entries.map(([key, option]) =>
    option.required ? flagOf(key, option) : `[${flagOf(key, option)}]`,
  );
  const usage = ['slotgraph', name, ...flags, ...(argument ? [argument.toUpperCase()] : [])];
  const rows = entries.map(([key, option]): [string, string] => [
    flagOf(key, option),
    typeof option.default === 'string'
      ? `${option.description} Defaults to ${option.default}.`
      : option.description,
  ]);
  return `Usage: ${usage.join(' ')}

${summary}
${details}

Options:
${columns([...rows, ['-h, --help', 'Prints this text.']])}

Example:
  ${example}
`;
}

/** Returns the text of `slotgraph --help`. */
export function overview(commands: readonly (readonly [string, Command])[]): string {
  return `Usage: slotgraph COMMAND [OPTIONS]

Commands:
${columns(commands.map(([name, { summary }]) => [name, summary]))}

Options:
${columns([['-h, --help', 'Prints this text, or that of the command before it.']])}

Commands use the database of the gateway: that of DATABASE_URL, or the SQLite of DATA_DIR.
Exit status 0 is success, 1 a failure or a finding, 2 invalid arguments.
`;
}
