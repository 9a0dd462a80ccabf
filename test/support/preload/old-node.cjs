/** Makes the process appear to run on a Node.js that is too old. */
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });
