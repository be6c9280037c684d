import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { openFrames } from '../../src/engine/frames'
import type { Packet } from '../../src/engine/protocol'

/**
 * A stream that returns what is written to it, in pieces of `size` bytes and never synchronously, like the
 * other end of a pipe.
 */
function loop(size: number): Duplex {
  const stream: Duplex = new Duplex({
    read() {},
    writev(chunks, done) {
      const all = Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer))
      setImmediate(() => {
        for (let at = 0; at < all.length && !stream.destroyed; at += size) stream.push(all.subarray(at, at + size))
      })
      done()
    },
  })
  return stream
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7) % 251)
}

async function roundTrip(stream: Duplex, file: number | null, packets: Packet[]): Promise<Packet[]> {
  const got: Packet[] = []
  await new Promise<void>((resolve) => {
    const send = openFrames(stream, file, (packet) => {
      got.push(packet)
      const next = packets[got.length]
      if (next) send(next)
      else resolve()
    })
    send(packets[0] as Packet)
  })
  return got
}

describe('engine/frames', () => {
  const packets: Packet[] = [
    { body: { op: 'run', name: 'Ä×' }, blocks: [bytes(10_000), new Uint8Array(0), bytes(3)] },
    { body: null, blocks: [] },
    { body: ['last'], blocks: [bytes(70_001)] },
  ]
  /** Several pieces in one block, pieces too small for the file, and a shorter packet after a longer one. */
  const large: Packet[] = [
    { body: 'pictures', blocks: [bytes(3_000_000), bytes(3), new Uint8Array(0), bytes(20_000)] },
    { body: 'one', blocks: [bytes(70_001)] },
  ]
  let folder: string
  let path: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    path = join(folder, 'shared')
    closeSync(openSync(path, 'w'))
  })
  after(() => rmSync(folder, { recursive: true }))

  for (const size of [1, 7, 65536])
    it(`brings packets through a stream in pieces of ${size}`, async () => {
      assert.deepEqual(await roundTrip(loop(size), null, packets), packets)
    })

  it('sends blocks through a shared file, also after a longer packet', async () => {
    const file = openSync(path, 'r+')
    try {
      assert.deepEqual(await roundTrip(loop(5), file, [...large, ...large]), [...large, ...large])
    } finally {
      closeSync(file)
    }
  })

  it('gives other work its turn while a huge block is read', async () => {
    const file = openSync(path, 'r+')
    let turns = 0
    let isOver = false
    const count = () => {
      turns++
      if (!isOver) setImmediate(count)
    }
    try {
      // Exactly as much as the file keeps: emptying it would take another turn of the event loop.
      const huge: Packet = { body: null, blocks: [new Uint8Array(32 * 2 ** 20).fill(7)] }
      const [got] = await new Promise<Packet[]>((resolve) => {
        const stream = loop(65536)
        const send = openFrames(stream, file, (packet) => resolve([packet]))
        // Everything arrives before anything is read.
        stream.cork()
        send(huge)
        stream.uncork()
        setImmediate(count)
      })
      assert.deepEqual(got?.blocks[0]?.subarray(-3), new Uint8Array(3).fill(7))
      assert.ok(turns >= 2, `${turns} turns`)
    } finally {
      isOver = true
      closeSync(file)
    }
  })

  it('sends blocks through the stream if the shared file accepts none', async () => {
    const file = openSync(path, 'r')
    try {
      assert.deepEqual(await roundTrip(loop(65536), file, large), large)
    } finally {
      closeSync(file)
    }
  })

  it('ends the stream if the shared file is truncated', async () => {
    const file = openSync(path, 'r+')
    const stream = loop(65536)
    const push = stream.push.bind(stream)
    stream.push = (chunk: Buffer) => {
      ftruncateSync(file, 5)
      return push(chunk)
    }
    const closed = new Promise((resolve) => stream.on('close', resolve))
    let arrived = false
    const send = openFrames(stream, file, () => {
      arrived = true
    })
    send(large[0] as Packet)
    await closed
    assert.equal(arrived, false)
    closeSync(file)
  })
})
