// Runs the client preset of graphql-codegen with strict scalars, as its command line does with
// `strictScalars: true` and `scalars` of generated/scalars.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import { preset } from '@graphql-codegen/client-preset';
import { buildSchema, parse } from 'graphql';

const OPERATIONS = 'operations.graphql';
const sdl = readFileSync('../schema.graphql', 'utf8');
const rawSDL = readFileSync(OPERATIONS, 'utf8');

const outputs = await preset.buildGeneratesSection({
  baseOutputDir: 'codegen/__generated__/',
  schema: parse(sdl),
  schemaAst: buildSchema(sdl),
  documents: [{ location: OPERATIONS, document: parse(rawSDL), rawSDL }],
  config: {
    strictScalars: true,
    scalars: JSON.parse(readFileSync('generated/scalars.json', 'utf8')),
    useTypeImports: true,
  },
  presetConfig: { fragmentMasking: false },
  plugins: [],
  pluginMap: {},
});
for (const output of outputs) {
  mkdirSync(dirname(output.filename), { recursive: true });
  writeFileSync(output.filename, await codegen(output));
}
