/**
 * `npm run test:interop [-- NAME… | light]`: tests against other programs, in Python, each in its own virtual
 * environment with pinned versions. `light`: those that can be installed within a minute. What isn't
 * available here is skipped, and named. Exits with 0 unless a test fails.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(__dirname, '../..')
const folder = join(root, 'dist/test/interop')
const LIGHT = ['triton-config', 'onnxruntime', 'taught']

const asked = process.argv.slice(2)
const isLight = asked.length === 1 && asked[0] === 'light'
const wanted = isLight ? LIGHT : asked
const files = readdirSync(folder).filter(
  (file) => file.endsWith('.test.js') && (wanted.length === 0 || wanted.some((name) => file.includes(name))),
)
if (files.length === 0) {
  console.error(
    `There is no such test; there are ${readdirSync(folder)
      .filter((file) => file.endsWith('.test.js'))
      .join(', ')}.`,
  )
  process.exit(2)
}
const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
// One after the other: they start servers, and measure nothing.
const { status } = spawnSync(
  process.execPath,
  [mocha, '--reporter', 'spec', ...files.map((file) => join(folder, file))],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(isLight && { DAISYCHAIN_INSTALL_SECONDS: process.env.DAISYCHAIN_INSTALL_SECONDS ?? '75' }),
    },
  },
)
process.exitCode = status ?? 1
