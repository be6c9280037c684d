// `npm test`: type check and lint, then every test file, fast ones first, browser tests last.
// The last line printed is "N passed, N failed" (", N skipped").
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const total = { passed: 0, failed: 0, skipped: 0 }
const only = process.argv.slice(2)

/** Runs one command to its end; prints what it prints. Counts it as one test. */
function step(name, command, args) {
  console.log(`\n— ${name}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' })
  total[status === 0 ? 'passed' : 'failed']++
  return status === 0
}

/** Runs a set of compiled test files in one mocha process and adds up its counts. */
function mocha(name, sources, limitMinutes) {
  const files = sources.map((file) => join('dist', file.replace(/\.ts$/, '.js')))
  if (files.length === 0) return
  console.log(`\n— ${name}`)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
  const counts = join(folder, 'counts.json')
  const { status, error } = spawnSync(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/support/reporter.cjs', ...files],
    { stdio: 'inherit', env: { ...process.env, DAISYCHAIN_COUNTS: counts }, timeout: limitMinutes * 60_000 },
  )
  try {
    const seen = JSON.parse(readFileSync(counts, 'utf8'))
    total.passed += seen.passed
    total.failed += seen.failed
    total.skipped += seen.skipped
    if (status !== 0 && seen.failed === 0) total.failed++
  } catch {
    total.failed++
    console.log(`${name} did not finish${error ? `: ${error.message}` : ''}.`)
  }
  rmSync(folder, { recursive: true, force: true })
}

const tests = readdirSync('test', { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .sort()
const group = (folders) => tests.filter((file) => folders.some((folder) => file.startsWith(join('test', folder))))
const fast = group(['types', 'flow', 'cli'])
const browser = group(['browser'])
const rest = tests.filter((file) => !fast.includes(file) && !browser.includes(file))

const built = step('type check and build', 'npm', ['run', '--silent', 'build'])
if (only.length === 0) {
  step('type check of the editor', 'npx', ['tsc', '-p', 'src/editor/tsconfig.json'])
  step('lint', 'npx', ['biome', 'check', '.'])
}
if (built) {
  mocha('types and wires', fast, 10)
  mocha('engine, models, nodes', rest, 25)
  mocha('browser', browser, 35)
}
const skipped = total.skipped ? `, ${total.skipped} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed ? 1 : 0
