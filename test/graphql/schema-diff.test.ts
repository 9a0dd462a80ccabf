import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const RELEASED = 'type Query { appointment(id: ID!): String client: String }';

/** Runs the comparison of two schemas. Returns its status and everything that it prints. */
function compare(current: string, acknowledged = ''): { status: number; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'slotgraph-schema-'));
  const paths = Object.entries({ released: RELEASED, current, acknowledged }).map(
    ([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    },
  );
  try {
    const output = execFileSync(process.execPath, ['scripts/schema-diff.mjs', ...paths], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { status: 0, output };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { status, output: stdout + stderr };
  }
}

describe('npm run schema:diff', () => {
  it('accepts additions', () => {
    const { status, output } = compare(
      'type Query { appointment(id: ID!, at: String): String client: String staff: Int }',
    );

    expect(status).toBe(0);
    expect(output).toContain('2 changes since the last release, 0 breaking');
  });

  it.each([
    [
      'a removed field',
      'type Query { appointment(id: ID!): String }',
      'FIELD_REMOVED Query.client',
    ],
    [
      'a changed type',
      'type Query { appointment(id: ID!): Int client: String }',
      'FIELD_TYPE_CHANGED Query.appointment',
    ],
    [
      'a new required argument',
      'type Query { appointment(id: ID!, at: String!): String client: String }',
      'FIELD_ARGUMENT_ADDED Query.appointment.at',
    ],
    [
      'a removed argument',
      'type Query { appointment: String client: String }',
      'FIELD_ARGUMENT_REMOVED Query.appointment.id',
    ],
  ])('fails on %s without a reason, and accepts it with one', (_, current, change) => {
    const refused = compare(current);
    const accepted = compare(current, `# why\n${change}: replaced by another field\n`);

    expect(refused.status).toBe(1);
    expect(refused.output).toContain(`Breaking change without a reason: ${change}\n`);
    expect(accepted).toEqual({
      status: 0,
      output: expect.stringContaining('1 breaking, 0 without'),
    });
  });

  it('fails on a reason without a change, and on a line that it cannot read', () => {
    expect(compare(RELEASED, 'FIELD_REMOVED Query.staff: gone\n')).toEqual({
      status: 1,
      output: expect.stringContaining('No such change: FIELD_REMOVED Query.staff'),
    });
    expect(compare(RELEASED, 'because\n').status).toBe(1);
  });

  it('has a reason for each breaking change since the last release', () => {
    execFileSync(process.execPath, ['scripts/schema-diff.mjs'], { stdio: 'ignore' });
  });
});
