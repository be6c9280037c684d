/** `npm run check:flows -- --minutes 60`: random flows in a running Node-RED, held against what the check says of them. */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const root = resolve(__dirname, '../..')
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' } } })
const run = spawnSync(
  process.execPath,
  [join(root, 'node_modules/mocha/bin/mocha.js'), '--exit', join(root, 'dist/test/flow/running.test.js')],
  { cwd: root, stdio: 'inherit', env: { ...process.env, DAISYCHAIN_FLOWS_MINUTES: values.minutes } },
)
process.exitCode = run.status ?? 1
