// `npm test`: type check and lint, then every test file. Groups of files run side by side, the longest first; what a
// group prints stands together. `npm test -- PART…` runs the files whose path holds one of the parts.
// A file with a failure runs once more, alone: what passes then only fails on a busy machine. It counts as passed, and
// is named as flaky, which is a fault to mend.
// The last line printed is "N passed, N failed" (", N skipped").
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'

const only = process.argv.slice(2)
/** One more than there are cores, as every test waits for something now and then: with two more, tests reach their limits. */
const SIDE_BY_SIDE = Number(process.env.DAISYCHAIN_JOBS) || Math.min(availableParallelism() + 1, 6)
const LIMIT_MINUTES = 25
/** How many of the slowest files are named at the end. */
const SLOWEST = 25
/**
 * The folders of `test`, those with the longest files and the most work first, and how many of their files make a group: many,
 * as what they share (a browser with its page, a Node-RED) is started for each group.
 */
const FILES_IN_A_GROUP = {
  ...{ scripts: 6, browser: 10, nodes: 16, engine: 13, compile: 1, models: 18, cli: 6, plugins: 5, serving: 13 },
  ...{ flow: 20 },
}
const OTHERS = 40

const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const flaky = []
/** Seconds by test file. */
const times = {}
/** The test files to run again, and how many of their tests have failed. */
const again = new Map()

/** Runs one command to its end. Counts it as one test. */
function step(name, command, args) {
  const started = Date.now()
  return run(name, command, args, {}).then(({ status, output }) => {
    total[status === 0 ? 'passed' : 'failed']++
    if (status !== 0) failures.push(name)
    say(name, started, output)
    return status === 0
  })
}

/** Runs a group of compiled test files and adds up its counts, but for the failures of files that run again. */
async function group({ name, files }) {
  const seen = await mocha(name, files)
  for (const kind of Object.keys(total)) total[kind] += seen[kind]
  for (const [file, seconds] of Object.entries(seen.times)) times[relative('.', file)] = seconds
  for (const { title, file } of seen.failures) {
    if (file) again.set(file, [...(again.get(file) ?? []), title])
    else failures.push(title)
  }
}

/** Runs a file with failures once more, now that nothing else runs. */
async function runAgain(file, titles) {
  const name = `once more, alone: ${file}`
  const seen = await mocha(name, [file])
  const left = Math.min(seen.failed, titles.length)
  total.failed += seen.failed - titles.length
  total.passed += titles.length - left
  failures.push(...seen.failures.map(({ title }) => title))
  const stillWrong = new Set(seen.failures.map(({ title }) => title))
  flaky.push(...titles.filter((title) => seen.failed === 0 || !stillWrong.has(title)))
}

/**
 * Runs test files in one mocha process.
 * @returns its counts, and what failed: with the file, where that is known
 */
async function mocha(name, files) {
  const started = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
  const counts = join(folder, 'counts.json')
  const args = ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/support/reporter.cjs', ...files]
  const { status, output, isLate } = await run(name, process.execPath, args, { DAISYCHAIN_COUNTS: counts })
  say(name, started, output)
  try {
    const seen = JSON.parse(readFileSync(counts, 'utf8'))
    for (const failure of seen.failures) failure.file &&= relative('.', failure.file)
    if (status !== 0 && seen.failed === 0) {
      seen.failed = 1
      seen.failures.push({ title: `${name}: mocha ended with ${status}` })
    }
    return seen
  } catch {
    const title = `${name} did not finish${isLate ? ` within ${LIMIT_MINUTES} minutes` : ''}`
    return { passed: 0, failed: 1, skipped: 0, failures: [{ title }], times: {} }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a command; keeps what it prints, unless it runs alone: then it is seen at once. */
function run(name, command, args, env) {
  return new Promise((done) => {
    const shell = process.platform === 'win32' && command !== process.execPath
    const stdio = isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe']
    if (isAlone) console.log(`\n— ${name}`)
    const child = spawn(command, args, { stdio, shell, env: { ...process.env, ...env } })
    const output = []
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk))
    let isLate = false
    const limit = setTimeout(() => {
      isLate = true
      child.kill('SIGKILL')
    }, LIMIT_MINUTES * 60_000)
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)))
    child.on('close', (status) => {
      clearTimeout(limit)
      done({ status, isLate, output: Buffer.concat(output).toString('utf8') })
    })
  })
}

function say(name, started, output) {
  if (!isAlone) console.log(`\n— ${name}, ${Math.round((Date.now() - started) / 1000)} s\n${output.trimEnd()}`)
}

/** All test files that were asked for, in groups: the folders in the order above, then all others together. */
function groupsOf(sources) {
  const groups = []
  const folderOf = (file) => file.split(sep)[1]
  const known = Object.entries(FILES_IN_A_GROUP)
  for (const [folder, size] of known) groups.push(...split(folder, size, (file) => folderOf(file) === folder))
  groups.push(...split('types, wires and all others', OTHERS, (file) => !(folderOf(file) in FILES_IN_A_GROUP)))
  return groups

  function split(name, size, belongs) {
    const files = sources.filter(belongs).map((file) => join('dist', file.replace(/\.ts$/, '.js')))
    const parts = Math.ceil(files.length / size)
    // Every so many-th file, so that a group is no alphabet of the slow ones.
    return Array.from({ length: parts }, (_, part) => ({
      name: parts > 1 ? `${name}, ${part + 1} of ${parts}` : name,
      files: files.filter((_, i) => i % parts === part),
    }))
  }
}

async function sideBySide(jobs) {
  const left = [...jobs]
  const worker = async () => {
    for (let job = left.shift(); job; job = left.shift()) await job()
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker))
}

const tests = readdirSync('test', { recursive: true })
  // Those against other programs are `npm run test:interop`.
  .filter((file) => file.endsWith('.test.ts') && !file.startsWith('interop'))
  .map((file) => join('test', file))
  .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
  .sort()
const groups = groupsOf(tests)
const checks =
  only.length > 0
    ? []
    : [
        () => step('type check of the editor', 'npx', ['tsc', '-p', 'src/editor/tsconfig.json']),
        () => step('lint', 'npx', ['biome', 'check', '--error-on-warnings', '.']),
        () => step('what nobody uses', 'npx', ['knip', '--no-progress']),
        () => step('the package, as others load it', 'npx', ['publint', 'run', '--strict', '--pack', 'false']),
      ]
let isAlone = true
const isBuilt = await step('type check and build', 'npm', ['run', '--silent', 'build'])
isAlone = groups.length === 1 && checks.length === 0
await sideBySide([...(isBuilt ? groups.map((files) => () => group(files)) : []), ...checks])
for (const [file, titles] of again) await runAgain(file, titles)
const slowest = Object.entries(times).sort(([, one], [, other]) => other - one)
if (!isAlone) {
  const rows = slowest
    .slice(0, SLOWEST)
    .map(([file, seconds]) => `  ${`${Math.round(seconds)}`.padStart(4)} s  ${file}`)
  console.log(`\n${[`The slowest files; all took ${Math.round(performance.now() / 1000)} s`, ...rows].join('\n')}`)
}
if (flaky.length > 0) console.log(`\nFlaky, passed alone:\n${flaky.map((title) => `  ${title}`).join('\n')}`)
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.map((failure) => `  ${failure}`).join('\n')}`)
const skipped = total.skipped ? `, ${total.skipped} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed ? 1 : 0
