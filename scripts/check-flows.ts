/**
 * `npm run check:flows -- --minutes 60 [--seed N]`: random flows in a running Node-RED, compared with what
 * the checker says about them. A wrong one is printed with the seed that reproduces it.
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const root = resolve(__dirname, '../..')
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '' } },
})
const run = spawnSync(
  process.execPath,
  [join(root, 'node_modules/mocha/bin/mocha.js'), '--exit', join(root, 'dist/test/flow/running.test.js')],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DAISYCHAIN_FLOWS_MINUTES: values.minutes, DAISYCHAIN_FLOWS_SEED: values.seed },
  },
)
process.exitCode = run.status ?? 1
