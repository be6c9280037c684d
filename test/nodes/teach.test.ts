import assert from 'node:assert/strict'
import files, { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import helper from 'node-red-node-test-helper'
import teachNode from '../../nodes/teach/teach'
import { uniforms } from '../../src/random'
import { Audio, Image, Segmentation, writeWav } from '../../src/types'
import { live, type Message, refusal, start, stop } from './support'

interface Teach {
  notebook: { book: { examples: unknown[]; classes: string[] }; canUndo: boolean }
}

describe('daisychain-teach', () => {
  let userDir: string
  before(async () => {
    userDir = await mkdtemp(join(tmpdir(), 'daisychain-teach-'))
    helper.settings({ userDir })
    await new Promise<void>((resolve) => helper.startServer(resolve))
  })
  afterEach(async () => {
    await stop()
    await rm(join(userDir, 'daisychain'), { recursive: true, force: true })
  })
  after(async () => {
    await new Promise<void>((resolve) => helper.stopServer(resolve))
    helper.settings({})
    await rm(userDir, { recursive: true, force: true })
  })

  const begin = (settings: object = {}) =>
    start(
      [
        { id: 'n', type: 'daisychain-teach', wires: [['out'], ['none']], ...settings },
        { id: 'none', type: 'helper', wires: [] },
      ],
      [],
      [teachNode],
    )
  const bookOf = () => (live('n') as unknown as Teach).notebook.book
  const file = () => join(userDir, 'daisychain/teach/n.jsonl')

  /** Sends examples, and waits until they have been learned. */
  async function teach(...shown: (readonly [payload: unknown, teach: unknown])[]): Promise<void> {
    const { length } = bookOf().examples
    for (const [payload, teach] of shown) live('n').receive({ payload, teach })
    await until(() => bookOf().examples.length >= length + shown.length)
  }

  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    let wrong: string | undefined
    live('caught').on('input', ({ error }) => {
      wrong = error?.message
    })
    while (!(await holds())) {
      if (wrong) throw new Error(wrong)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** The next error that the node reports without a message. */
  function complaint(): Promise<string> {
    return new Promise((resolve) => {
      ;(live('n') as unknown as { on(event: string, listener: (call: { args: unknown[] }) => void): void }).on(
        'call:error',
        ({ args }) => resolve(String(args[0])),
      )
    })
  }

  /** The result, and the node at which it arrives. */
  function tell(payload: unknown, more: object = {}): Promise<[string, Message]> {
    return new Promise((resolve) => {
      for (const id of ['out', 'none', 'caught']) live(id).on('input', (msg) => resolve([id, msg]))
      live('n').receive({ payload, ...more })
    })
  }

  const wobble = (i: number) => 0.1 * Math.sin(7.3 * i)
  const points = (x: number, y: number, name: string, count = 8) =>
    Array.from({ length: count }, (_, i) => [[x + wobble(i), y + wobble(3 * i + 1)], name] as const)

  it('accepts no pictures on an engine from a newer version', async () => {
    await start(
      [
        { id: 'e', type: 'daisychain-engine', device: 'abacus' },
        { id: 'n', type: 'daisychain-teach', engine: 'e', wires: [['out'], []] },
      ],
      [],
      [teachNode],
    )
    const payload = new Image({ width: 2, height: 2, channels: 3, data: new Uint8Array(12) })
    assert.match(
      await refusal('n', { payload, teach: 'a' }),
      /^the engine's device is "abacus", but must be one of auto/,
    )
  })

  it('learns classes from messages and classifies others, with its scores', async () => {
    await begin()
    await teach(...points(0, 0, 'low'), ...points(4, 4, ' high '))
    const [where, { payload, score, ranked, mark }] = await tell([3.9, 4.1], { mark: 'mine' })
    assert.deepEqual([where, payload, mark], ['out', 'high', 'mine'])
    assert.ok((score as number) > 0.8 && (score as number) <= 1)
    assert.deepEqual(
      (ranked as { category: string }[]).map(({ category }) => category),
      ['high', 'low'],
    )
    assert.deepEqual(bookOf().classes, ['low', 'high'])
    const [none, stranger] = await tell([400, -90])
    assert.deepEqual([none, stranger.payload], ['none', 'none'])
    const [nothing] = await tell([])
    assert.equal(nothing, 'none', 'a list without things holds none of them')
  })

  it('uses the nearest class for anything unlike all, if set to', async () => {
    await begin({ unknown: 'nearest' })
    await teach(...points(0, 0, 'low'), ...points(4, 4, 'high'))
    assert.equal((await tell([400, 500]))[1].payload, 'high')
  })

  it('learns one or several numbers from a few, and interpolates', async () => {
    await begin({ learns: 'number' })
    await teach([[0, 1], 0], [[5, 1], 50], [[10, 1], 100], [[2, 1], 20], [[7, 1], 70])
    const [, { payload, score }] = await tell([8, 1])
    assert.ok(Math.abs((payload as number) - 80) < 2, `${payload}`)
    assert.ok((score as number) > 0.95)
    assert.match(await refusal('n', { payload: [1, 1], teach: 'high' }), /must be a number in this node \(got "high"\)/)
    await stop()
    await begin({ id: 'n', learns: 'numbers', count: 3, property: 'knobs' })
    for (const x of [0, 0.25, 0.5, 0.75, 1]) live('n').receive({ knobs: [x, 1 - x], teach: [x, 2 * x, 1] })
    await until(() => bookOf().examples.length === 5 + 5)
    const numbers = (await tell(0, { knobs: [0.6, 0.4] }))[1].payload as number[]
    assert.ok(Math.abs((numbers[1] as number) - 1.2) < 0.1 && numbers[2] === 1, `${numbers}`)
    assert.match(await refusal('n', { payload: 1, knobs: [1, 1], teach: [1, 2] }), /a list of 3 numbers/)
  })

  it('learns points wherever they are, label maps, and single numbers', async () => {
    const shapes: [name: string, value: (i: number, second: boolean) => unknown][] = [
      [
        'points',
        (i, second) =>
          (second
            ? [
                [0, 0],
                [1, 0.01 * i],
                [2, 0],
              ]
            : [
                [0, 0],
                [1, 1],
                [2, 0.01 * i],
              ]
          ).map(([x, y]) => [0.1 * i + (x as number), y]),
      ],
      [
        'things',
        (i, second) => [
          {
            score: 1,
            landmarks: second
              ? [
                  [0, 0],
                  [1, 0],
                  [0.5, 0.01 * i],
                ]
              : [
                  [0, 0],
                  [1, 0],
                  [0.5, 3],
                ],
          },
        ],
      ],
      [
        'map',
        (i, second) =>
          new Segmentation({
            width: 4,
            height: 1,
            data: Uint8Array.from(second ? [0, 0, 0, i % 2] : [1, 1, 1, i % 2]),
            labels: ['floor', 'cat'],
          }),
      ],
      ['number', (i, second) => (second ? 100 + i : i)],
    ]
    await begin()
    for (const [name, value] of shapes) {
      const examples = Array.from({ length: 10 }, (_, i) => [value(i, i % 2 === 0), i % 2 ? 'a' : 'b'] as const)
      await teach(...examples)
      assert.equal((await tell(value(0, true)))[1].payload, 'b', name)
      assert.equal((await tell(value(1, false)))[1].payload, 'a', name)
      ;(live('n') as unknown as { notebook: { reset(book: object): void } }).notebook.reset({
        classes: [],
        examples: [],
      })
    }
  })

  it('learns pictures by their look, with thumbnails', async function () {
    this.timeout(60_000)
    await begin()
    await teach(
      ...Array.from({ length: 12 }, (_, i) => [drawn(i % 2 ? 'disc' : 'bars', i), i % 2 ? 'disc' : 'bars'] as const),
    )
    for (const i of [20, 21, 22, 23]) {
      const name = i % 2 ? 'disc' : 'bars'
      assert.equal((await tell(drawn(name, i)))[1].payload, name)
    }
    const [example] = bookOf().examples as { picture: string }[]
    assert.match(example?.picture ?? '', /^data:image\/jpeg;base64,/)
    assert.match(await refusal('n', { payload: [1, 2, 3] }), /examples are pictures, but vectors of 3 numbers arrived/)
  })

  it('learns sounds, loud or quiet, at any rate, and as files', async function () {
    this.timeout(60_000)
    await begin()
    const names = ['whistle', 'clap', 'buzz'] as const
    await teach(...Array.from({ length: 30 }, (_, i) => [heard(names[i % 3] as never, i), names[i % 3]] as const))
    for (let i = 40; i < 52; i++) {
      const name = names[i % 3] as (typeof names)[number]
      assert.equal((await tell(heard(name, i, 44_100)))[1].payload, name, `${i}`)
      const wav = Buffer.from(writeWav(heard(name, i)))
      assert.equal((await tell(wav))[1].payload, name, `WAV ${i}`)
    }
    assert.equal((await tell(heard('silence', 1)))[0], 'none')
    const [example] = bookOf().examples as { picture: string; features: Float32Array }[]
    assert.match(example?.picture ?? '', /^data:image\//)
    assert.match(await refusal('n', { payload: drawn('disc', 1) }), /examples are sounds, but pictures arrived/)
    assert.match(await refusal('n', { payload: heard('buzz', 1, 1000, 61) }), /61 seconds long, but at most 60/)
    const onnx = await helper.request().get('/daisychain-teach/n/onnx').expect(200)
    assert.ok(Number(onnx.headers['content-length']) > 35_000)
  })

  it('keeps what it has learned: across deploys, and in a complete file', async () => {
    await begin()
    await teach(...points(0, 0, 'low'), ...points(4, 4, 'high'))
    await stop()
    const [head = '', ...lines] = (await readFile(file(), 'utf8')).trim().split('\n')
    assert.deepEqual(JSON.parse(head), {
      format: 'daisychain-teach',
      version: 1,
      kind: 'vector 2',
      classes: ['low', 'high'],
      examples: 16,
    })
    assert.equal(lines.length, 16)
    assert.deepEqual(await readdir(join(userDir, 'daisychain/teach')), ['n.jsonl'])
    await begin({ classes: ['low', 'high', 'middle'] })
    assert.equal((await tell([4, 4]))[1].payload, 'high')
    assert.deepEqual(bookOf().classes, ['low', 'high', 'middle'])
    await stop()
    // Another node hasn't learned these examples, unless they are in the flow.
    await begin({ id: 'n', examples: await readFile(file(), 'utf8') })
    assert.equal((await tell([0, 0]))[1].payload, 'low')
  })

  it('writes while it is being taught without a pause, so that a power cut loses little', async () => {
    await begin()
    const kept = () => readFile(file(), 'utf8').catch(() => '')
    let i = 0
    for (let text = ''; text.split('\n').length < 10; text = await kept()) {
      await teach([[i % 2, wobble(i)], i % 2 ? 'high' : 'low'])
      i++
    }
  })

  it('reports what is wrong with its file, and leaves it unchanged', async () => {
    await begin()
    await teach(...points(0, 0, 'low', 3), ...points(4, 4, 'high', 3))
    await stop()
    const whole = await readFile(file(), 'utf8')
    const faults: [content: string, said: RegExp][] = [
      ['nonsense', /isn't a file of taught examples/],
      [whole.replace('"version":1', '"version":2'), /written by a newer version of Daisychain/],
      [whole.split('\n').slice(0, 4).join('\n'), /breaks off: it has 3 of 6 examples/],
      [whole.replace(/"features":"[^"]*"/, '"features":"AADAfw=="'), /line 2/],
      [whole.replace(/"features":"[^"]*"/, '"features":"AACAPw=="'), /have different numbers of values/],
      [
        whole.replace('"classes":[', `"classes":[${'"more",'.repeat(199)}`),
        /has 201 classes: a teach node has at most 200/,
      ],
      ['', /isn't a file of taught examples/],
    ]
    for (const [content, said] of faults) {
      await writeFile(file(), content)
      await begin()
      assert.match(await refusal('n', { payload: [1, 2], teach: 'low' }), said)
      await stop()
      assert.equal(await readFile(file(), 'utf8'), content)
    }
  })

  it('exports its examples to a file and imports them; any other file changes nothing', async () => {
    await begin()
    await teach(...points(0, 0, 'low', 4), ...points(4, 4, 'high', 4))
    const at = (path: string) => `/daisychain-teach/n/${path}`
    const given = await helper.request().get(at('file')).expect(200)
    const text = given.text ?? String(given.body)
    const edit = (asked: object) => helper.request().post(at('edit')).send(asked)
    await edit({ do: 'remove', name: 'low' }).expect(200)
    assert.equal(bookOf().examples.length, 4)
    const send = (body: string) =>
      helper
        .request()
        .post(at('file'))
        .set('content-type', 'application/octet-stream')
        .send(Buffer.from(body) as never)
    const refused = await send(text.replace('"version":1', '"version":7')).expect(400)
    assert.match(refused.body.message, /^this file was written by a newer version of Daisychain/)
    assert.equal(bookOf().examples.length, 4)
    await send(text).expect(200)
    assert.equal(bookOf().examples.length, 8)
    await edit({ do: 'undo' }).expect(200)
    assert.equal(bookOf().examples.length, 4)
    await edit({ do: 'rename', name: 'high', to: ' ' }).expect(400)
    await edit({ do: 'constructor' }).expect(400)
    await helper.request().get('/daisychain-teach/out/book').expect(404)
    await edit({ do: 'undo' }).expect(200)
    const [id] = bookOf().examples.map((example) => (example as { id: number }).id)
    await edit({ do: 'move', ids: [id], to: 'low' }).expect(200)
    assert.deepEqual(bookOf().classes, ['low', 'high'])
    const onnx = await helper.request().get(at('onnx')).expect(200)
    assert.ok(Number(onnx.headers['content-length']) > 500)
  })

  it('undoes edits in the dialog, and keeps examples from messages since then', async () => {
    await begin()
    await teach(...points(0, 0, 'low', 4), ...points(4, 4, 'high', 4))
    const edit = (asked: object) => helper.request().post('/daisychain-teach/n/edit').send(asked)
    await edit({ do: 'rename', name: 'low', to: 'deep' }).expect(200)
    await edit({ do: 'remove', name: 'high' }).expect(200)
    await teach(...points(9, 0, 'right', 3))
    await edit({ do: 'undo' }).expect(200)
    assert.deepEqual([bookOf().classes, bookOf().examples.length], [['deep', 'high', 'right'], 11])
    await edit({ do: 'undo' }).expect(200)
    assert.deepEqual([bookOf().classes, bookOf().examples.length], [['low', 'high', 'right'], 11])
    // An undo that would mix incompatible examples is refused, and nothing is lost.
    for (const name of ['low', 'high', 'right']) await edit({ do: 'remove', name }).expect(200)
    await teach([[1, 2, 3], 'three'])
    const refused = await edit({ do: 'undo' }).expect(400)
    assert.match(refused.body.message, /vectors of 3 numbers/)
    assert.deepEqual([bookOf().classes, bookOf().examples.length], [['three'], 1])
  })

  it('gives another address to the picture of another example with the same number', async function () {
    this.timeout(60_000)
    await begin()
    const grey = (light: number) =>
      new Image({ width: 8, height: 8, channels: 3, data: new Uint8Array(192).fill(light) })
    const shown = async () =>
      (await helper.request().get('/daisychain-teach/n/book').expect(200)).body.examples as {
        id: number
        picture: string
      }[]
    await teach([grey(9), 'dark'])
    const [dark] = await shown()
    await helper
      .request()
      .post('/daisychain-teach/n/edit')
      .send({ do: 'delete', ids: [1] })
      .expect(200)
    await teach([grey(240), 'light'])
    const [light] = await shown()
    assert.equal(light?.id, dark?.id)
    assert.ok(light?.picture && light.picture !== dark?.picture)
  })

  it('reports in a sentence what it can’t learn or classify, and keeps what it knows', async () => {
    await begin()
    assert.match(await refusal('n', { payload: [1, 2] }), /^no examples yet: send messages with msg\.teach/)
    await teach([[1, 2], 'one'])
    assert.match(
      await refusal('n', { payload: [1, 2] }),
      /^only “one” has examples: show examples of another class too/,
    )
    await teach([[1, 2], 'two'], [[1, 2], 'two'])
    assert.match(await refusal('n', { payload: [1, 2] }), /identical/)
    const bad: [message: Record<string, unknown>, said: RegExp][] = [
      [{ payload: [1, Number.NaN], teach: 'one' }, /number 2 of the vector is NaN/],
      [{ payload: [1, 1e300], teach: 'one' }, /number 2 of the vector/],
      [{ payload: [1, 2, 3], teach: 'one' }, /examples are vectors of 2 numbers, but vectors of 3 numbers arrived/],
      [{ payload: 7 }, /identical/],
      [
        {
          payload: [
            [0, 0],
            [1, 1],
          ],
          teach: 'one',
        },
        /lists of 2 points arrived/,
      ],
      [{ payload: {}, teach: 'one' }, /must be a picture, a sound, a vector, points or a label map/],
      [{ payload: ['a', 'b'], teach: 'one' }, /must be a picture, a sound/],
      [{ payload: [], teach: 'one' }, /nothing in this message to learn from/],
      [{ payload: '/no/such/picture.png', teach: 'one' }, /picture\.png/],
      [{ teach: 'one' }, /msg\.payload is empty/],
      [{ payload: [1, 2], teach: 'x'.repeat(100) }, /1 to 80 characters/],
      [{ payload: [1, 2], teach: ['one'] }, /a class needs a name/],
      [{ payload: [1, 2], teach: 4 }, /a class needs a name of 1 to 80 characters \(got 4\)/],
    ]
    for (const [message, said] of bad) assert.match(await refusal('n', message), said)
    assert.equal(bookOf().examples.length, 3)
    await teach([[5, 5], 'two'], [[5.1, 5], 'two'], [[1.1, 2], 'one'])
    assert.equal((await tell([5, 5.1]))[1].payload, 'two')
  })

  it('keeps what it has learned while the disk is full: the old file at once, everything when there is room', async () => {
    await begin()
    await teach(...points(0, 0, 'low', 4), ...points(4, 4, 'high', 4))
    await stop()
    const before = await readFile(file(), 'utf8')
    await begin()
    const said = complaint()
    const { writeFile: write } = files
    files.writeFile = async (path, ...rest) => {
      if (!String(path).includes('n.jsonl')) return write(path, ...rest)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    try {
      await until(() => bookOf().examples.length === 8)
      await teach(...points(9, 0, 'right', 4))
      assert.match(await said, /n\.jsonl cannot be written, because the disk is full\.$/)
      assert.equal((await tell([9, 0]))[1].payload, 'right')
      assert.equal(await readFile(file(), 'utf8'), before)
    } finally {
      files.writeFile = write
    }
    await stop()
    assert.equal((await readFile(file(), 'utf8')).trim().split('\n').length, 13)
    assert.deepEqual(await readdir(join(userDir, 'daisychain/teach')), ['n.jsonl'])
  })

  it('continues to learn while its file can’t be written, and reports it', async () => {
    await writeFile(join(userDir, 'daisychain'), 'a file where the folder belongs')
    try {
      await begin()
      const said = complaint()
      await teach(...points(0, 0, 'low', 4), ...points(4, 4, 'high', 4))
      assert.equal((await tell([4, 4]))[1].payload, 'high')
      assert.match(await said, /n\.jsonl/)
    } finally {
      await rm(join(userDir, 'daisychain'))
    }
  })
})

/**
 * A sliding tone, a burst of noise, a hum with many overtones, or near silence; random in pitch, position,
 * length and loudness.
 */
function heard(what: 'whistle' | 'clap' | 'buzz' | 'silence', seed: number, sampleRate = 16_000, seconds = 1): Audio {
  const random = uniforms(seed + 1)
  const [pitch, start, long, loud] = [
    random(),
    0.4 * random(),
    random(),
    what === 'silence' ? 1e-5 : 0.1 + 0.8 * random(),
  ]
  const data = Float32Array.from({ length: sampleRate * seconds }, (_, i) => {
    const t = i / sampleRate - start
    const hiss = 0.0005 * (2 * random() - 1)
    if (t < 0 || t > (what === 'clap' ? 0.1 : 0.2 + 0.4 * long)) return hiss
    if (what === 'whistle') return hiss + loud * Math.sin(2 * Math.PI * (900 + 900 * pitch + 400 * t) * t)
    if (what === 'clap') return hiss + loud * Math.exp(-30 * t) * (2 * random() - 1)
    return hiss + loud * (2 * (((90 + 90 * pitch) * t) % 1) - 1)
  })
  return new Audio({ sampleRate, channels: 1, data })
}

/** A disc or bars, random in position, size and colour. */
function drawn(what: 'disc' | 'bars', seed: number): Image {
  const side = 96
  const at = (k: number) => Math.abs(Math.sin(12.9898 * (seed + 1) + 78.233 * k) * 43758.5453) % 1
  const data = new Uint8Array(side * side * 3)
  const [x0, y0, r] = [30 + 36 * at(1), 30 + 36 * at(2), 14 + 14 * at(3)]
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const isOn =
        what === 'disc' ? (x - x0) ** 2 + (y - y0) ** 2 < r * r : Math.floor((x + y0) / (3 + 3 * at(3))) % 2 === 0
      for (let c = 0; c < 3; c++) data[3 * (y * side + x) + c] = isOn ? 150 + 100 * at(4 + c) : 100 * at(8 + c)
    }
  }
  return new Image({ width: side, height: side, channels: 3, data })
}
