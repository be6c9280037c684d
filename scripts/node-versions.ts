/**
 * `npm run test:node-versions [-- 22 24 …]`: under each major version of Node.js, from the npm package
 * `node`, loads and runs one bundled model in both kinds of lanes, and exits during a run. Exits with 0 if
 * all of them pass.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const MAJORS = ['20', '22', '24', '26']
const ROOT = join(__dirname, '..', '..')

const PROGRAM = `
  const { createEngine } = require(${JSON.stringify(join(ROOT, 'dist/src/engine'))})
  const { findVariant, loadManifests, runModel } = require(${JSON.stringify(join(ROOT, 'dist/src/models'))})
  const { normals } = require(${JSON.stringify(join(ROOT, 'dist/src/random'))})
  const model = loadManifests().find(({ id }) => id === 'stylegan')
  const run = (engine) => runModel(model, findVariant(model, 'mini'), { z: normals(1, 512) }, engine)
  ;(async () => {
    for (const isolation of ['process', 'thread']) {
      const engine = createEngine({ device: 'cpu', isolation })
      const { outputs, device } = await run(engine)
      const data = outputs.image.data
      if (device !== 'cpu' || data.length !== 128 * 128 * 3 || new Set(data).size < 50) throw new Error('no picture')
      await engine.close()
    }
    // The end of the process during a run in a thread must not crash it.
    const engine = createEngine({ device: 'cpu', isolation: 'thread' })
    await run(engine)
    run(engine)
    setTimeout(() => process.exit(7), 5)
  })()`

/** A Node.js of that major version: this one, or one that npm installs into \`.cache\`. */
function nodeOf(major: string): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const folder = join(ROOT, '.cache', `node-${major}`)
  const program = join(folder, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    // Its install script puts the binary, a separate package for each system, in its place.
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', `node@${major}`], {
      cwd: folder,
      shell: process.platform === 'win32',
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  return program
}

let failed = 0
for (const major of process.argv.length > 2 ? process.argv.slice(2) : MAJORS) {
  const node = nodeOf(major)
  const { status, signal, stderr, error } = spawnSync(node, ['-e', PROGRAM], { encoding: 'utf8', timeout: 600_000 })
  // On a busy machine the run may take longer than the exit waits; then the signal ends it.
  const isFine = status === 7 || (signal === 'SIGTERM' && !error)
  if (!isFine) failed++
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  console.log(
    `Node.js ${version}: ${isFine ? 'runs in a process and in a thread, and ends cleanly' : `FAILED (${signal ?? status}) ${stderr}`}`,
  )
}
process.exitCode = failed ? 1 : 0
