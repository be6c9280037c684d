import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { endsFirst } from '../../src/apart/ends-first'
import { startProcessLane } from '../../src/engine/process-lane'
import { startFfmpeg } from '../../src/files/ffmpeg'

const weightOf = (pid: number | undefined) => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))

describe('programs that should end first when memory runs out', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip()
  })

  it('are marked as more expendable than Node-RED before they have done anything', async () => {
    const own = weightOf(process.pid)
    const lane = startProcessLane({ ended() {}, printed() {} } as unknown as Parameters<typeof startProcessLane>[0])
    const ffmpeg = startFfmpeg(['-i', 'pipe:0', '-f', 'null', '-'])
    ffmpeg.on('error', () => {})
    const asked = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    endsFirst(asked)
    try {
      for (const pid of [lane.pid, asked.pid, ffmpeg.pid])
        if (pid !== undefined) assert.ok(weightOf(pid) > own, `${pid}`)
    } finally {
      lane.kill()
      for (const child of [asked, ffmpeg]) child.kill('SIGKILL')
    }
    if (asked.exitCode === null && asked.signalCode === null) await once(asked, 'exit')
  })

  it('that couldn’t be started change nothing', () => {
    const own = weightOf(process.pid)
    endsFirst({ pid: undefined })
    endsFirst({ pid: 2 ** 22 + 1 })
    assert.equal(weightOf(process.pid), own)
  })
})
