import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askProcess, NoAnswer, type ProcessLimits } from '../../src/apart/ask-process'

const answerOnce = join(__dirname, '../../src/apart/ask-process.js')

describe('a program in its own process', function () {
  this.timeout(30_000)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-ask-'))
  after(() => rmSync(folder, { recursive: true }))

  const ask = (answer: string, request: unknown = 1, limits: Partial<ProcessLimits> = {}) => {
    const file = join(folder, 'program.js')
    writeFileSync(file, `require(${JSON.stringify(answerOnce)}).answerOnce(${answer}, [RangeError])`)
    return askProcess(file, request, { time: 20_000, ...limits })
  }
  const why = (reason: NoAnswer['why'], exit?: RegExp) => (error: unknown) =>
    error instanceof NoAnswer && error.why === reason && (!exit || exit.test(error.exit))

  it('returns any value', async () => {
    const value = new Float32Array([1, Number.NaN])
    assert.deepEqual(await ask('async (value) => ({ value, pid: process.pid !== 0 })', value), {
      ok: { value, pid: true },
    })
  })

  it('returns a sentence if the error is for people, and otherwise fails with its stack', async () => {
    assert.deepEqual(await ask(`async () => { throw new RangeError('Choose less.') }`), { sentence: 'Choose less.' })
    await assert.rejects(ask('async () => nothing.at(1)'), /ReferenceError: nothing is not defined\n.*program\.js/s)
  })

  it('reports why there is no result', async () => {
    await assert.rejects(ask('() => new Promise(() => {})', 1, { time: 300 }), why('late'))
    await assert.rejects(ask('() => { for (;;); }', 1, { time: 300 }), why('late'))
    await assert.rejects(ask('async () => process.exit(3)'), why('ended', /exit code 3/))
    await assert.rejects(ask(`async () => process.kill(process.pid, 'SIGSEGV')`), why('ended', /SIGSEGV/))
    const cancelled = new AbortController()
    cancelled.abort()
    await assert.rejects(ask('async () => 1', 1, { signal: cancelled.signal }), why('cancelled'))
  })

  it('is ended if it uses too much memory', async function () {
    if (process.platform !== 'linux') this.skip()
    const grow =
      'async () => { const all = []; for (;;) { all.push(Buffer.alloc(8e6, 1)); await new Promise((r) => setTimeout(r, 5)) } }'
    await assert.rejects(ask(grow, 1, { memory: 400e6 }), why('large'))
  })
})
