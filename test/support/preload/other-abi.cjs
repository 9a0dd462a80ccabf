/** Makes native modules fail as after a change of the Node.js version. */
process.dlopen = (_module, path) => {
  throw Object.assign(
    new Error(
      `The module '${path}'\nwas compiled against a different Node.js version using\nNODE_MODULE_VERSION 93. This version of Node.js requires\nNODE_MODULE_VERSION ${process.versions.modules}. Please try re-compiling or re-installing\nthe module (for instance, using \`npm rebuild\` or \`npm install\`).`,
    ),
    { code: 'ERR_DLOPEN_FAILED' },
  );
};
