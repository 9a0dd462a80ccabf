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
  module['_compile'](code.replace(CACHE, '$1restored(new Map());'), filename);
};

/** A map of a module that is empty at first, such as a cache. */
const CACHE = /^(const \w+ = )new Map\(\);$/gm;
const maps = new Map();

/**
 * Restores the maps of the modules to their content after loading. Otherwise a mutant reads from a
 * cache what the unchanged code has computed.
 */
function restoreMaps() {
  for (const [map, content] of maps) {
    const entries = content ?? [...map];
    maps.set(map, entries);
    map.clear();
    for (const [key, value] of entries) map.set(key, value);
  }
}
exports.mochaHooks = { beforeEach: restoreMaps };

const restored = (map) => {
  maps.set(map, null);
  return map;
};

Object.assign(globalThis, { expect, jest: { fn }, restored });
// Mocha assigns its globals again before each file.
for (const name of ['it', 'describe']) {
  let current;
  Object.defineProperty(globalThis, name, {
    get: () => current,
    set: (value) => (current = Object.assign(value, { each: bind(value) })),
  });
}
