// Bundles the explorer and the manage page into dist/playground: for each one script, one style sheet and the editor's workers, with nothing to fetch from elsewhere.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Run it at the root of the repository. */
export async function buildPlayground(outdir = 'dist/playground') {
  mkdirSync(outdir, { recursive: true });
  const common = {
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outdir,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
    legalComments: 'none',
  };
  await build({
    ...common,
    entryPoints: { main: 'src/playground/main.jsx' },
    jsx: 'automatic',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    publicPath: '/playground',
  });
  await build({
    ...common,
    entryPoints: {
      'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
      'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
      'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
    },
  });
  await build({ ...common, entryPoints: { manage: 'src/playground/manage.js' } });
  for (const page of ['index.html', 'manage.html'])
    copyFileSync(join('src/playground', page), join(outdir, page));
  copyFileSync('docs/scalars.md', join(outdir, 'scalars.md'));
  for (const name of readdirSync(outdir)) {
    if (/\.(js|css|ttf|html|md)$/.test(name))
      writeFileSync(
        join(outdir, `${name}.gz`),
        gzipSync(readFileSync(join(outdir, name)), { level: 9 }),
      );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPlayground();
