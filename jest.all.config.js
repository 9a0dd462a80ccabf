/**
 * Every suite, in batches. Two batches run at a time. The suites of a batch share a module registry: loading
 * and warming up the modules again for each suite takes as long as its tests.
 */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['<rootDir>/test/batches/*.ts'],
  maxWorkers: 2,
};
