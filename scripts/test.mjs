// `npm test`: type check and lint, then every test file. Groups of files run in parallel; the output of a group stays
// together. `npm test -- PART…` runs the files whose path contains one of the parts. A file with a failure runs once
// more, alone. A test that passes then fails only on a busy computer: it counts as passed, but is listed as flaky, which
// is a bug to fix. The last line printed is "N passed, N failed" (", N skipped").
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative, sep } from 'node:path'

const only = process.argv.slice(2)
/** Two more than there are cores, but at most six, because every test waits now and then. */
const SIDE_BY_SIDE = Number(process.env.DAISYCHAIN_JOBS) || Math.min(availableParallelism() + 2, 6)
const LIMIT_MINUTES = 25
/** How many of the slowest files are listed at the end. */
const SLOWEST = 25
/**
 * The folders of `test`, those with the slowest files first, and the number of files in a group. Groups are
 * large, because each starts what its files share (a browser with its page, a Node-RED). Folders in the first
 * line need more than half of a core, those in the second mostly wait, and those in the third, and all others,
 * compute.
 */
const FILES_IN_A_GROUP = [
  { browser: 10 },
  { scripts: 6, nodes: 16, serving: 13, flow: 20 },
  { engine: 13, compile: 1, models: 18, cli: 6, plugins: 5 },
]
const OTHERS = 40
/**
 * The line of the above from which each worker takes its jobs first. Folders that compute come last, and use
 * all cores.
 */
const TAKEN_FIRST = [1, 0]

const total = { passed: 0, failed: 0, skipped: 0 }
const failures = []
const flaky = []
/** Seconds by test file. */
const times = {}
/** Test file to run again → titles of its failed tests. */
const again = new Map()

/** Runs one command until it ends. It counts as one test. */
function step(name, command, args) {
  const started = Date.now()
  return run(name, command, args, {}).then(({ status, output }) => {
    total[status === 0 ? 'passed' : 'failed']++
    if (status !== 0) failures.push(name)
    say(name, started, output)
    return status === 0
  })
}

/** Runs a group of compiled test files and adds up its counts, except for failures of files that run again. */
async function group({ name, files }) {
  const seen = await mocha(name, files)
  for (const kind of Object.keys(total)) total[kind] += seen[kind]
  for (const [file, seconds] of Object.entries(seen.times)) times[relative('.', file)] = seconds
  for (const { title, file } of seen.failures) {
    if (file) again.set(file, [...(again.get(file) ?? []), title])
    else failures.push(title)
  }
}

/** Runs a file with failures once more, when nothing else is running. */
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
 * @returns its counts, and its failures with the file, if known
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

/** Runs a command and keeps its output. A command that runs alone prints it directly. */
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

/** All requested test files in groups, by the lines of the table above. */
function groupsOf(sources) {
  const folderOf = (file) => file.split(sep)[1]
  const known = new Set(FILES_IN_A_GROUP.flatMap(Object.keys))
  const lines = FILES_IN_A_GROUP.map((sizes) =>
    Object.entries(sizes).flatMap(([folder, size]) => split(folder, size, (file) => folderOf(file) === folder)),
  )
  lines.at(-1).push(...split('types, wires and all others', OTHERS, (file) => !known.has(folderOf(file))))
  return lines

  function split(name, size, belongs) {
    const files = sources.filter(belongs).map((file) => join('dist', file.replace(/\.ts$/, '.js')))
    const parts = Math.ceil(files.length / size)
    // Takes every n-th file, because slow ones often have similar names.
    return Array.from({ length: parts }, (_, part) => ({
      name: parts > 1 ? `${name}, ${part + 1} of ${parts}` : name,
      files: files.filter((_, i) => i % parts === part),
    }))
  }
}

/** Runs the jobs of several lines in parallel. A worker whose line is empty takes from the longest. */
async function sideBySide(lines) {
  const left = lines.map((jobs) => [...jobs])
  const longest = () => left.reduce((one, other) => (other.length > one.length ? other : one))
  const worker = async (first) => {
    const next = () => (left[first].length > 0 ? left[first] : longest()).shift()
    for (let job = next(); job; job = next()) await job()
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, i) => worker(TAKEN_FIRST[i % TAKEN_FIRST.length])))
}

const tests = readdirSync('test', { recursive: true })
  // Tests with other programs run in `npm run test:interop`.
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
isAlone = groups.flat().length === 1 && checks.length === 0
const jobs = groups.map((line) => (isBuilt ? line.map((files) => () => group(files)) : []))
jobs.at(-1).push(...checks)
await sideBySide(jobs)
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
