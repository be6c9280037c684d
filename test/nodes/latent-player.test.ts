import assert from 'node:assert/strict'
import { type Clock, startPlayer } from '../../nodes/latent/player'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** A clock that moves only when the test says so. */
function standing(): Clock & { pass(milliseconds: number): Promise<void> } {
  let now = 0
  let sleepers: { until: number; wake(): void }[] = []
  return {
    now: () => now,
    sleep: (milliseconds, stop) =>
      new Promise((resolve) => {
        const wake = () => {
          stop.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.push({ until: now + milliseconds, wake })
        stop.addEventListener('abort', wake)
      }),
    async pass(milliseconds) {
      const end = now + milliseconds
      for (;;) {
        await turn()
        const [next] = sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)
        if (!next) break
        now = Math.max(now, next.until)
        sleepers = sleepers.filter((sleeper) => sleeper !== next)
        next.wake()
      }
      now = end
      await turn()
    },
  }
}

/** A flow that finishes its messages when the test says so. */
function flow() {
  let underWay = 0
  const waiting: (() => void)[] = []
  return {
    sent: [] as number[],
    get underWay() {
      return underWay
    },
    take(index: number) {
      underWay++
      this.sent.push(index)
    },
    land() {
      underWay--
      for (const wake of waiting.splice(0)) wake()
    },
    async room(limit: number) {
      while (underWay >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
}

function play(count: number, interval: number, quick = true) {
  const [clock, to] = [standing(), flow()]
  const send = (index: number) => {
    to.take(index)
    if (quick) to.land()
  }
  const player = startPlayer({ count, interval, room: (limit) => to.room(limit), send, clock })
  return { clock, to, player }
}

describe('a player', () => {
  it('sends frames by the clock, and none late because of earlier ones', async () => {
    const { clock, to, player } = play(Number.POSITIVE_INFINITY, 100)
    await clock.pass(0)
    assert.deepEqual(to.sent, [0])
    await clock.pass(99)
    assert.deepEqual(to.sent, [0])
    await clock.pass(1)
    assert.deepEqual(to.sent, [0, 1])
    await clock.pass(100_000)
    assert.equal(to.sent.length, 1002, 'after a thousand frames not one is missing')
    player.cancel()
    await clock.pass(1000)
    assert.equal(to.sent.length, 1002)
  })

  it('has at most two frames in the flow, and skips those that a slow flow has no time for', async () => {
    const { clock, to, player } = play(50, 100, false)
    await clock.pass(1000)
    assert.deepEqual(to.sent, [0, 1], 'the others wait for nobody')
    to.land()
    await clock.pass(0)
    assert.deepEqual(to.sent, [0, 1, 10], 'the one whose time it is')
    await clock.pass(60_000)
    to.land()
    await clock.pass(0)
    assert.deepEqual(to.sent, [0, 1, 10, 49], 'the last one is never left out')
    let isOver = false
    void player.over.then(() => {
      isOver = true
    })
    to.land()
    await clock.pass(0)
    assert.equal(isOver, false, 'it is over when the flow has done with all')
    to.land()
    await player.over
  })

  it('sends every frame as fast as the flow allows if there is no rate', async () => {
    const { to, player } = play(5, 0, false)
    for (let landed = 0; landed < 5; landed++) {
      await turn()
      assert.ok(to.underWay <= 2)
      to.land()
    }
    await player.over
    assert.deepEqual(to.sent, [0, 1, 2, 3, 4])
  })

  it('stops, and continues where it stopped', async () => {
    const { clock, to, player } = play(4, 100)
    await clock.pass(150)
    player.stop()
    assert.deepEqual([to.sent, player.isPlaying, player.next], [[0, 1], false, 2])
    await clock.pass(5000)
    assert.deepEqual(to.sent, [0, 1])
    player.resume()
    player.resume()
    await clock.pass(0)
    assert.deepEqual(to.sent, [0, 1, 2])
    await clock.pass(100)
    await player.over
    assert.deepEqual([to.sent, player.isPlaying], [[0, 1, 2, 3], false])
  })
})
