/** The minimum version in package.json (`engines`). */
const REQUIRED = [20, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  process.stderr.write(
    `Node.js ${process.versions.node} is too old: Slotgraph needs ${REQUIRED.join('.')} or newer. Install it, then run "npm ci" again.\n`,
  );
  process.exit(1);
}
