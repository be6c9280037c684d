// `npx knip` finds what nobody uses: files, exports, dependencies. Entries are what Node-RED, npm, a fork or a person starts.
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
  // Programs of the system; and types that an exported function's own type is made of.
  exclude: ['binaries', 'types'],
  // Types alone, or parts of Node-RED; and what the build makes.
  ignoreDependencies: ['express', '@node-red/.*', 'daisychain-declarations'],
  ignoreExportsUsedInFile: true,
}
