/**
 * Runs the pure suites under Mocha, which keeps its modules from one mutant to the next: Jest loads
 * them again for each. Compiles TypeScript with the settings of jest.config.js.
 */
const { transformSync } = require('@swc/core');
const { expect } = require('expect');
const { bind } = require('jest-each');
const { fn } = require('jest-mock');
require('reflect-metadata');
const { transform } = require('../jest.config');

const [[, options]] = Object.values(transform);

require.extensions['.ts'] = (module, filename) => {
  const source = require('node:fs').readFileSync(filename, 'utf8');
  const { code } = transformSync(source, { ...options, swcrc: false, filename });
  module['_compile'](code, filename);
};

Object.assign(globalThis, { expect, jest: { fn } });
// Mocha assigns its globals again before each file.
for (const name of ['it', 'describe']) {
  let current;
  Object.defineProperty(globalThis, name, {
    get: () => current,
    set: (value) => (current = Object.assign(value, { each: bind(value) })),
  });
}
