const scalars = Object.entries(require('../generated/scalars.json'));

module.exports = {
  src: '.',
  schema: '../../schema.graphql',
  language: 'typescript',
  eagerEsModules: true,
  noSourceControl: true,
  customScalarTypes: Object.fromEntries(
    scalars.filter(([name]) => name !== 'ID').map(([name, { output }]) => [name, output]),
  ),
};
