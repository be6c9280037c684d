import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine, type Engine } from '../../src/engine'
import { FOREVER, model, row, slow, tensor, until } from './support'

const ROOT = join(__dirname, '..', '..', '..')

/**
 * The only files that may read the time of day: to show or store when something happened, or to compare it
 * with a time from a server or a file.
 */
const TIME_OF_DAY: Record<string, RegExp> = {
  'nodes/models/editor/characteristics/words.ts': /now = Date\.now\(\)/,
  'src/models/store/sentences.ts': /date - Date\.now\(\)/,
  'src/models/store/lock.ts': /Date\.now\(\) - mtimeMs|now = new Date\(\)/,
  // Files that are older than the watch don't count as new.
  'nodes/images/watch-folder.ts': /const start = Date\.now\(\)/,
  'nodes/teach/keeper.ts': /\.\$\{Date\.now\(\)\}\.old/,
  'src/serving/page/history.ts': /at: Date\.now\(\)/,
  'nodes/shared/preview.ts': /const at = Math\.max\(Date\.now\(\)/,
  'nodes/models/model-node.ts': /at: Date\.now\(\)/,
  'src/serving/http/daemon-routes.ts': /startedAt: new Date\(\)/,
  // A cross-fade continues after a power cut, and cues start at a time of day.
  'nodes/cue/cue.ts': /Date\.now\(\)/,
  'nodes/export/export.ts': /date: new Date\(\)/,
}

describe('a clock that is changed', () => {
  const now = Date.now
  let engine: Engine
  beforeEach(() => {
    engine = createEngine({ device: 'cpu', log() {}, lanes: 1 })
  })
  afterEach(async () => {
    Date.now = now
    await engine.close()
  })

  const hour = 3_600_000
  for (const [way, step] of [
    ['back', -hour],
    ['forward', hour],
  ] as const)
    it(`${way} by an hour does not stop an engine whose lane has died`, async () => {
      for (let deaths = 0; deaths < 2; deaths++) {
        const run = engine.run(model('slow'), slow(FOREVER), { y: tensor })
        await until(() => engine.state.running && engine.state.loaded.length > 0)
        process.kill(engine.state.pid as number, 'SIGKILL')
        await assert.rejects(run, { code: 'lane-died' })
      }
      Date.now = () => now() + step
      const began = performance.now()
      const { outputs } = await engine.run(model('add'), { a: row(1), b: row(2) }, { sum: tensor })
      assert.equal(outputs.sum.data[0], 3)
      assert.ok(performance.now() - began < 10_000)
    })

  it('is never used to measure how long something took', () => {
    const files = ['src', 'nodes', 'plugins'].flatMap((folder) =>
      (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
        .filter((name) => /\.(ts|js|html)$/.test(name))
        .map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    )
    assert.ok(files.length > 300)
    for (const file of files)
      for (const line of readFileSync(join(ROOT, file), 'utf8').split('\n'))
        if (/Date\.now|new Date\(\)|Date\(\)\.getTime|process\.hrtime/.test(line))
          assert.ok(
            TIME_OF_DAY[file]?.test(line),
            `${file}: a span is measured with performance.now(), not: ${line.trim()}`,
          )
  })
})
