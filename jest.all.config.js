/**
 * Every suite, in less time than one by one. Two files run at a time, and the suites of a file share its modules: to load them again for
 * each suite, and to warm them up again, takes as long as the tests.
 */
module.exports = {
  ...require('./jest.config'),
  testMatch: ['<rootDir>/test/all/*.ts'],
  maxWorkers: 2,
};
