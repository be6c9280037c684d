// `npx knip` finds unused files, exports and dependencies. Entries are started by Node-RED, npm, other processes or people.
const manifest = require('./package.json')

const { nodes, plugins } = manifest['node-red']
const started = [...Object.values(nodes), ...Object.values(plugins)]

module.exports = {
  entry: [
    ...started.map((file) => file.replace(/^dist\/(.*)\.js$/, '$1.ts')),
    'plugins/editor/index.ts',
    'src/page/{main,show}.ts',
    'src/page/compiled/main.ts',
    'src/**/*-main.ts',
    'src/engine/lane/{main,parent-watch}.ts',
    'src/**/*-thread.ts',
    '{src/models/text/write-on,test/models/follow-argmax}.ts', // a lane loads them
    'scripts/*.{ts,mjs}',
    'bench/*.bench.ts',
    'bench/loop-turns.ts',
    'test/**/*.test.ts',
    '{src,test}/**/*.d.ts',
    'test/**/*.cjs',
  ],
  project: ['{src,nodes,plugins,scripts,bench,test}/**/*.{ts,mjs,cjs}'],
  // The system's programs, and types used in the type of an exported function.
  exclude: ['binaries', 'types'],
  // Packages used only for types, parts of Node-RED, and output of the build.
  ignoreDependencies: ['express', '@node-red/.*', 'daisychain-declarations'],
  ignoreExportsUsedInFile: true,
}
