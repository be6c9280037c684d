import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createAnimation } from '../../nodes/export/animation'
import { filePath, sourceOf } from '../../nodes/export/file-name'
import { createGroups, readPlace } from '../../nodes/export/groups'
import { csvLine, flatten, requireSize, rowOf } from '../../nodes/export/rows'
import { createSpool } from '../../nodes/export/spool'
import { requireName } from '../../src/files/file-name'
import { Image } from '../../src/types'
import { temporaryFolder } from './pictures'

describe('file names', () => {
  const parts = { source: 'cats/tom.v2.jpg', number: 7, date: new Date(2026, 2, 4, 5, 6, 7) }

  it('are filled in', () => {
    assert.equal(filePath('/out', '{name}', 'png', parts), '/out/cats/tom.v2.png')
    assert.equal(filePath('/out', '{name}-{number}', 'jpg', parts), '/out/cats/tom.v2-0007.jpg')
    assert.equal(filePath('/out', 'export {date}', 'csv', parts), '/out/export 2026-03-04 at 05.06.07.csv')
    assert.equal(filePath('/out', '{name}', 'png', { ...parts, source: null }), '/out/image-0007.png')
    assert.equal(filePath('/out', 'cat.PNG', 'png', parts), '/out/cat.png')
    assert.equal(filePath('/out', '{name}', 'png', { ...parts, source: 'a.png.png' }), '/out/a.png.png')
  })

  it('support three words in braces, and Windows’ backslashes', () => {
    for (const word of ['colour', 'Name', ' number ', '', 'filename'])
      assert.throws(() => filePath('/out', `a {${word}}`, 'png', parts), {
        name: 'ValueError',
        message: `the file name contains {${word}}, but only {name}, {number} and {date} are filled in`,
      })
    assert.equal(filePath('/out', '{name}', 'png', { ...parts, source: 'a {b}.png' }), '/out/a {b}.png')
    assert.equal(filePath('/out', 'today\\{number}', 'png', parts), '/out/today/0007.png')
  })

  it('never lead out of the folder', () => {
    for (const source of ['../x.png', '/etc/passwd.png', 'a/../../b.png', 'C:/x.png', '..']) {
      assert.throws(
        () => filePath('/out', '{name}', 'png', { ...parts, source }),
        /leads outside the folder \/out|must end with the name of a file$/,
      )
    }
    assert.throws(() => filePath('/out', 'a/', 'png', parts), /"a\/" must end with the name of a file$/)
    assert.throws(
      () => filePath('/out', 'a:b', 'png', parts),
      /"a:b" begins like a drive of Windows: leave out the colon$/,
    )
    assert.throws(() => filePath('/out', 'C:\\out\\a', 'png', parts), /leads outside the folder/)
    assert.equal(filePath('/out', '{name}', 'png', { ...parts, source: 'a/../b.png' }), '/out/b.png')
  })

  it('are valid on every system', () => {
    for (const name of ['con', 'AUX.tar', 'nul ', 'com1', 'lpt³', 'cats/prn', 'aux/tom']) {
      assert.throws(
        () => filePath('/out', '{name}', 'png', { ...parts, source: `${name}.png` }),
        /is reserved on Windows: choose/,
      )
    }
    for (const name of ['a'.repeat(252), '猫'.repeat(84), '🐈'.repeat(63), `${'ä'.repeat(128)}/tom`]) {
      assert.throws(() => filePath('/out', name, 'png', parts), /bytes long, but at most 255 are allowed: shorten it$/)
    }
    for (const name of ['console', 'com', 'com10', 'auxiliary', 'a'.repeat(251), '猫'.repeat(83)]) {
      assert.equal(filePath('/out', name, 'png', parts), `/out/${name}.png`)
    }
    for (const name of ['a:b.png', 'what?.png']) {
      assert.throws(() => requireName(name, true), /contains a character that Windows doesn't allow/)
      requireName(name, false)
    }
  })

  it('come from the message', () => {
    assert.equal(sourceOf({ relative: 'a/b.png', filename: '/x/a/b.png' }), 'a/b.png')
    assert.equal(sourceOf({ filename: '/x/a/b.png' }), 'b.png')
    assert.equal(sourceOf({ filename: 'C:\\x\\b.png' }), 'b.png')
    assert.equal(sourceOf({ relative: 'cats\\b.png' }), 'cats/b.png')
    assert.equal(sourceOf({ filename: 3 }), null)
  })
})

describe('an animation', () => {
  it('refuses pictures whose encoding would fill the memory, and continues with smaller ones', async () => {
    const picture = (width: number, height: number) =>
      new Image({ width, height, channels: 1, data: new Uint8Array(width * height) })
    for (const format of ['gif', 'webp'] as const) {
      const animation = await createAnimation(format, 10, 80)
      try {
        await assert.rejects(
          async () => animation.add({ source: null, value: picture(4000, 3000) } as never, 0),
          /about 4 megapixels \(2048×2048\), and this one is 4000×3000; export a video/,
        )
        await animation.add({ source: null, value: picture(40, 30) } as never, 0)
        assert.equal(animation.count, 1)
      } finally {
        await animation.remove()
      }
    }
  })
})

describe('places', () => {
  it('are read from any msg.parts', () => {
    for (const none of [null, undefined, 'x', 5, true]) assert.deepEqual(readPlace(none), {})
    assert.deepEqual(readPlace({ id: 'a', index: 0, count: 1 }), { id: 'a', index: 0, count: 1 })
    assert.deepEqual(readPlace({ index: null }), { id: undefined, index: undefined, count: undefined })
  })

  for (const [parts, sentence] of [
    [{ count: '3' }, 'parts.count is "3", but must be a whole number from 1'],
    [{ count: Number.NaN }, 'parts.count is NaN, but must be a whole number from 1'],
    [{ count: 0 }, 'parts.count is 0, but must be a whole number from 1'],
    [{ index: -1 }, 'parts.index is -1, but must be a whole number from 0'],
    [{ index: 0.5 }, 'parts.index is 0.5, but must be a whole number from 0'],
    [{ index: [1] }, /^parts\.index is .*, but must be a whole number from 0$/],
  ] as const) {
    it(`are refused where they cannot be: ${JSON.stringify(parts)}`, () => {
      assert.throws(() => readPlace(parts), { message: sentence })
    })
  }
})

describe('rows', () => {
  it('start with the picture’s name, then the results', () => {
    assert.deepEqual(rowOf('a.png', 'a cat', 'caption'), { filename: 'a.png', caption: 'a cat' })
    assert.deepEqual(rowOf(null, { caption: 'a cat', score: 0.5 }, 'x'), { filename: '', caption: 'a cat', score: 0.5 })
    const mask = new Image({ width: 2, height: 1, channels: 1, data: new Uint8Array(2) })
    assert.deepEqual(rowOf('a', { mask, z: Float32Array.of(1, 2), none: undefined }, 'x'), {
      filename: 'a',
      mask: 'image 2×1 grey',
      z: [1, 2],
      none: null,
    })
  })

  it('keep numbers that JSON can’t represent', () => {
    const value = {
      odd: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      floats: Float64Array.of(Number.NaN, 1),
      long: BigInt64Array.of(5n, 2n ** 60n),
      set: new Set([1, Number.NaN]),
      map: new Map([['a', 7n]]),
    }
    const row = rowOf('a', value, 'x')
    assert.deepEqual(JSON.parse(JSON.stringify(row)), {
      filename: 'a',
      odd: ['NaN', 'Infinity', '-Infinity'],
      floats: ['NaN', 1],
      long: [5, '1152921504606846976'],
      set: [1, 'NaN'],
      map: { a: 7 },
    })
    assert.equal(csvLine(['-Infinity', '-Infinite']), "-Infinity,'-Infinite")
  })

  it('become dotted columns', () => {
    const row = { filename: 'a', results: [{ caption: 'x', p: 0.5 }, { caption: 'y' }], ok: true, no: null, empty: [] }
    assert.deepEqual(
      { ...flatten(row) },
      { filename: 'a', 'results.0.caption': 'x', 'results.0.p': 0.5, 'results.1.caption': 'y', ok: true, no: '' },
    )
  })

  it('are quoted where necessary', () => {
    assert.equal(
      csvLine(['a', 1, 'x,y', 'say "hi"', 'two\nlines', ' edge', undefined]),
      'a,1,"x,y","say ""hi""","two\nlines"," edge",',
    )
  })
})

describe('a row', () => {
  it('may be as large as a table in its format', () => {
    const list = Array.from({ length: 16_385 }, (_, i) => i)
    assert.throws(
      () => requireSize({ a: { b: list } }, 'csv'),
      /more than the 16384 values allowed in a row of a CSV: export JSON, or/,
    )
    assert.throws(() => requireSize(new Float32Array(50_001), 'json'), /more than the 50000 values .* JSON file/)
    const round: unknown[] = []
    round.push({ round })
    for (const format of ['csv', 'json'] as const)
      assert.throws(() => requireSize(round, format), /more than 2000 deep, or one that contains itself/)
    assert.throws(() => requireSize(Object.assign([], { length: 50_001 }), 'json'), /more than the 50000 values/)
    const tooLong = /more than the 1000000 characters of text allowed in a row of a CSV: export JSON, or/
    assert.throws(() => requireSize('x'.repeat(1_000_001), 'csv'), tooLong)
    assert.throws(() => requireSize({ ['x'.repeat(600_000)]: ['y'.repeat(600_000)] }, 'csv'), tooLong)
    assert.throws(() => requireSize(new Map([['a', list]]), 'csv'), /more than the 16384 values/)
    assert.throws(() => requireSize(new Set(list.keys()), 'csv'), /more than the 16384 values/)
    requireSize('x'.repeat(1_000_000), 'csv')
    requireSize('x'.repeat(1_000_001), 'jsonl')
    requireSize({ b: list.slice(1) }, 'csv')
    requireSize({ b: list }, 'jsonl')
    const image = new Image({ width: 200, height: 200, channels: 3, data: new Uint8Array(120_000) })
    requireSize({ image, bytes: Buffer.alloc(99_999) }, 'csv')
  })
})

describe('spool', () => {
  it('returns pieces in order', async () => {
    const spool = await createSpool()
    await Promise.all([2, 0, 1].map((place) => spool.add(Buffer.from(`piece ${place}`), place)))
    const pieces: string[] = []
    for await (const piece of spool.pieces()) pieces.push(piece.toString())
    assert.deepEqual(pieces, ['piece 0', 'piece 1', 'piece 2'])
    assert.equal(spool.count, 3)
    await spool.remove()
  })

  it('names a missing folder, and ends even if its folder is gone', async () => {
    const place = temporaryFolder()
    const spool = await createSpool(place.path)
    place.remove()
    await spool.remove()
    await spool.remove()
    await assert.rejects(createSpool(place.path), {
      name: 'ValueError',
      message: `${place.path}, the folder for temporary files, does not exist`,
    })
  })

  it('reports a full disk, and keeps the pieces that it has', async function () {
    const disk = temporaryFolder()
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk.path]).status !== 0) this.skip()
    const spool = await createSpool(disk.path)
    try {
      const [whole, small] = [Buffer.alloc(30_000, 'a'), Buffer.alloc(10_000, 'b')]
      await spool.add(whole)
      await assert.rejects(spool.add(Buffer.alloc(50_000, 'x')), /pieces cannot be written, because the disk is full$/)
      await spool.add(small)
      const pieces: Buffer[] = []
      for await (const piece of spool.pieces()) pieces.push(piece)
      assert.ok(pieces.length === 2 && pieces[0]?.equals(whole) && pieces[1]?.equals(small))
    } finally {
      await spool.remove()
      spawnSync('umount', [disk.path])
      disk.remove()
    }
  })
})

describe('the messages of one file', () => {
  it('are described by what they all have in common', async () => {
    const told: object[] = []
    const collection = { count: 3, add: async () => {}, write: async () => {}, remove: async () => {} }
    const groups = createGroups(
      async () => collection,
      3,
      async (_, agreed) => {
        told.push(agreed)
        return 'x'
      },
    )
    const all = { prompt: 'a room', truncation: 0.5, payload: Buffer.from('x'), odd: { nested: 1 } }
    for (const message of [
      { ...all, seed: 1 },
      { ...all, seed: 2 },
      { ...all, seed: 2, late: true },
    ])
      await groups.add({ source: null, value: 0 }, {}, message)
    assert.deepEqual(told, [{ prompt: 'a room', truncation: 0.5 }])
  })
})
