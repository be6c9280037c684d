/**
 * `npm run test:long`: the long forms of what `npm test` does briefly, one after the other. Exits with 0 if
 * all of them pass.
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../..')
const script = (name: string, ...args: string[]) => [join(root, `dist/scripts/${name}.js`), ...args]
const mocha = (file: string) => [join(root, 'node_modules/mocha/bin/mocha.js'), join(root, `dist/test/${file}.test.js`)]

const LONG: [name: string, args: string[], env?: Record<string, string>][] = [
  ['a day of an installation, in a process', script('soak', '--runs', '20000', '--loads', '200', '--kills', '100')],
  [
    'a day of an installation, in a thread',
    script('soak', '--runs', '20000', '--loads', '200', '--kills', '0', '--isolation', 'thread'),
  ],
  ['10 000 laps of the feedback loop', script('loop')],
  ['an hour of random flows, held against what the check says', script('check-flows', '--minutes', '60')],
  ['every bench, measuring next to nothing', script('bench', '--smoke')],
  ['a show whose parts are killed', mocha('browser/show-kills'), { DAISYCHAIN_KILLS: 'all' }],
  ['the four installations for an hour each, a part killed every five minutes', script('installations')],
  ['all bundled models on WebGPU', mocha('engine/webgpu'), { DAISYCHAIN_WEBGPU: 'all' }],
  ['a graphics card in software, compared', mocha('scripts/gpu'), { DAISYCHAIN_WEBGPU: 'all' }],
  [
    'the browser tests in both versions of Node-RED',
    [join(root, 'scripts/test.mjs'), 'browser'],
    { DAISYCHAIN_VERSIONS: 'all' },
  ],
]

const failed = LONG.filter(([name, args, env]) => {
  console.log(`\n— ${name}`)
  return (
    spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status !== 0
  )
})
console.log(failed.length === 0 ? '\nAll passed.' : `\nFailed: ${failed.map(([name]) => name).join('; ')}.`)
process.exitCode = failed.length > 0 ? 1 : 0
