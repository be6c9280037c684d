import assert from 'node:assert/strict'
import { createQueue, type QueueOptions } from '../../src/engine'

/** A queue whose jobs end when the test says so. */
function slowQueue(options: QueueOptions) {
  const started: number[] = []
  const ends: (() => void)[] = []
  const queue = createQueue<number, string>(options, (job) => {
    started.push(job)
    return new Promise((resolve) => ends.push(() => resolve(`did ${job}`)))
  })
  const endNext = async () => {
    ends.shift()?.()
    await new Promise(setImmediate)
  }
  return { queue, started, endNext }
}

describe('engine/queue', () => {
  it('latest: a new job replaces the oldest waiting one', async () => {
    const { queue, started, endNext } = slowQueue({ policy: 'latest', limit: 1 })
    const pushed = [1, 2, 3, 4].map((job) => queue.push(job))
    assert.deepEqual(started, [1])
    assert.equal(queue.waiting, 1)
    await endNext()
    await endNext()
    assert.deepEqual(await Promise.all(pushed), [
      { done: 'did 1' },
      { dropped: true },
      { dropped: true },
      { done: 'did 4' },
    ])
    assert.equal(queue.dropped, 2)
    assert.equal(queue.waiting, 0)
  })

  it('drop: a new job is discarded while all places are taken', async () => {
    const { queue, started, endNext } = slowQueue({ policy: 'drop', limit: 2 })
    const pushed = [1, 2, 3, 4].map((job) => queue.push(job))
    for (let i = 0; i < 3; i++) await endNext()
    assert.deepEqual(await Promise.all(pushed), [
      { done: 'did 1' },
      { done: 'did 2' },
      { done: 'did 3' },
      { dropped: true },
    ])
    assert.deepEqual(started, [1, 2, 3])
    assert.equal(queue.dropped, 1)
  })

  it('all: nothing is discarded, the order is kept, and a source can wait for room', async () => {
    const { queue, started, endNext } = slowQueue({ policy: 'all', limit: 2 })
    const source = (async () => {
      const results = []
      for (let job = 1; job <= 6; job++) {
        await queue.whenReady()
        results.push(queue.push(job))
        assert.ok(queue.waiting <= 2, 'the source never fills more than the limit')
      }
      return Promise.all(results)
    })()
    await new Promise(setImmediate)
    assert.equal(queue.waiting, 2)
    for (let i = 0; i < 6; i++) await endNext()
    assert.deepEqual(
      await source,
      [1, 2, 3, 4, 5, 6].map((job) => ({ done: `did ${job}` })),
    )
    assert.deepEqual(started, [1, 2, 3, 4, 5, 6])
    assert.equal(queue.dropped, 0)
  })

  it('all: a push beyond the limit waits for its place', async () => {
    const { queue, endNext } = slowQueue({ policy: 'all', limit: 1 })
    const pushed = [1, 2, 3].map((job) => queue.push(job))
    for (let i = 0; i < 3; i++) await endNext()
    assert.deepEqual(await Promise.all(pushed), [{ done: 'did 1' }, { done: 'did 2' }, { done: 'did 3' }])
  })

  describe('ahead', () => {
    /** A queue whose jobs run and finish when the test says so; `notes` records each step. */
    function stages(limit = 5) {
      const notes: string[] = []
      const gates = new Map<string, () => void>()
      const gate = (name: string) => new Promise<void>((resolve) => gates.set(name, resolve))
      const queue = createQueue<string, string>({ policy: 'all', limit, ahead: 1 }, async (job, turn) => {
        notes.push(`prepare ${job}`)
        await turn.come
        notes.push(`run ${job}`)
        await gate(`run ${job}`)
        turn.pass()
        if (job === 'bad') throw new Error('bad')
        await gate(`finish ${job}`)
        return job
      })
      const open = async (name: string) => {
        gates.get(name)?.()
        await new Promise(setImmediate)
      }
      return { queue, notes, open }
    }

    it('starts the next job during the current one, runs one at a time in order, and responds in order', async () => {
      const { queue, notes, open } = stages()
      const ended: string[] = []
      const pushed = ['a', 'b', 'c'].map((job) => queue.push(job).then(() => ended.push(job)))
      await new Promise(setImmediate)
      assert.deepEqual(notes, ['prepare a', 'prepare b', 'run a'])
      assert.equal(queue.waiting, 2, 'what is only begun waits')
      await open('run a')
      assert.deepEqual(notes.slice(3), ['run b'], 'a is not finished yet')
      await open('run b')
      await open('finish b')
      assert.deepEqual(ended, [], 'b is answered after a')
      await open('finish a')
      await open('run c')
      await open('finish c')
      await Promise.all(pushed)
      assert.deepEqual(ended, ['a', 'b', 'c'])
    })

    it('a failing job passes its turn on', async () => {
      const { queue, open } = stages()
      const [bad, good] = [queue.push('bad'), queue.push('good')]
      await new Promise(setImmediate)
      void open('run bad')
      await assert.rejects(bad, /bad/)
      await open('run good')
      await open('finish good')
      assert.deepEqual(await good, { done: 'good' })
    })

    it('close discards started jobs that haven’t had their turn', async () => {
      const { queue, notes, open } = stages()
      const pushed = ['a', 'b'].map((job) => queue.push(job))
      await new Promise(setImmediate)
      const closed = queue.close()
      await open('run a')
      await open('finish a')
      await closed
      assert.deepEqual(await Promise.all(pushed), [{ done: 'a' }, { dropped: true }])
      assert.deepEqual(notes, ['prepare a', 'prepare b', 'run a'])
    })

    it('counts started jobs towards the limit', async () => {
      const { queue, open } = stages(1)
      let hasRoom = false
      void queue.push('a')
      void queue.push('b')
      void queue.whenReady().then(() => {
        hasRoom = true
      })
      await new Promise(setImmediate)
      assert.equal(hasRoom, false)
      await open('run a')
      await open('finish a')
      assert.equal(hasRoom, true)
      await open('run b')
      await open('finish b')
    })
  })

  it('a failing job rejects its own push and the next one runs', async () => {
    const queue = createQueue<number, number>({ policy: 'all', limit: 5 }, async (job) => {
      if (job === 1) throw new Error('no')
      return job
    })
    const first = queue.push(1)
    const second = queue.push(2)
    await assert.rejects(first, /no/)
    assert.deepEqual(await second, { done: 2 })
  })

  it('close discards and counts waiting jobs, and resolves when the current one has ended', async () => {
    const { queue, started, endNext } = slowQueue({ policy: 'all', limit: 5 })
    const pushed = [1, 2, 3].map((job) => queue.push(job))
    let closed = false
    const closing = queue.close().then(() => {
      closed = true
    })
    await new Promise(setImmediate)
    assert.equal(closed, false)
    await endNext()
    await closing
    assert.deepEqual(await Promise.all(pushed), [{ done: 'did 1' }, { dropped: true }, { dropped: true }])
    assert.deepEqual(await queue.push(4), { dropped: true })
    assert.deepEqual(started, [1])
    assert.equal(queue.dropped, 3)
  })

  it('refuses a limit below 1', () => {
    assert.throws(() => createQueue({ policy: 'all', limit: 0 }, async () => 1), RangeError)
  })
})
