/** swc compiles, tsc checks. The decorator settings mirror tsconfig.json. */
module.exports = {
  globalSetup: '<rootDir>/test/support/run/run-begins.cjs',
  globalTeardown: '<rootDir>/test/support/run/run-ends.cjs',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // A project of its own, with many dependencies that no suite imports.
  modulePathIgnorePatterns: ['<rootDir>/examples/'],
  setupFiles: ['reflect-metadata'],
  // The peer that wall clocks are compared with is published as ES modules alone.
  transformIgnorePatterns: ['/node_modules/(?!temporal-)'],
  transform: {
    '\\.ts$|/node_modules/temporal-.*\\.js$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: {
            legacyDecorator: true,
            decoratorMetadata: true,
            useDefineForClassFields: false,
          },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 30_000,
};
