import assert from 'node:assert/strict'
import type { Node, NodeAPI } from 'node-red'
import sharp from 'sharp'
import adjustNode from '../../nodes/adjust/adjust'
import convertNode from '../../nodes/convert/convert'
import locale from '../../nodes/convert/locales/en-US/convert.json'
import { node } from '../../nodes/convert/node'
import { checkFlow, createChecker, type Declarations, type NodeDeclaration, readFlow } from '../../src/flow'
import { nodeHtml } from '../../src/node-html/node'
import { declarationOfNode } from '../../src/settings'
import { checkWire, converters, describeType, Image, isImage, isSegmentation, Segmentation } from '../../src/types'
import { samples } from '../types/samples'
import { startWith } from './pictures'
import { ask, type Message, refusal, statuses, stop } from './support'

const html = nodeHtml(node)
const image = new Image({ width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 0, 255, 0) })
const labelMap = new Segmentation({
  width: 2,
  height: 1,
  data: Uint8Array.of(1, 0),
  labels: ['wall', 'bed'],
  colors: [
    [1, 2, 3],
    [4, 5, 6],
  ],
})

const instances = [
  { category: 'cat', score: 0.9, box: [0, 0, 0.5, 1] },
  { category: 'bed', score: 0.5, box: [0.5, 0, 1, 1] },
]

/** Like Node-RED's own junction, which the test helper doesn't load. */
function junction(RED: NodeAPI): void {
  RED.nodes.registerType('junction', function (this: Node, config) {
    RED.nodes.createNode(this, config)
    this.on('input', (msg, send) => send(msg))
  })
}

/** Starts a converter with these settings, and the nodes after it. */
async function startConverter(settings: object, ...behind: { id: string; type: string }[]): Promise<void> {
  await startWith(
    [convertNode, adjustNode, junction],
    [{ id: 'n', type: 'daisychain-convert', ...settings }, ...behind],
  )
}

async function sent(settings: object, msg: object, ...behind: { id: string; type: string }[]): Promise<Message> {
  await startConverter(settings, ...behind)
  const [where, answer] = await ask('n', msg)
  assert.equal(where, 'out', answer.error?.message)
  return answer
}

describe('daisychain-convert', () => {
  afterEach(stop)

  it('colours a label map', async () => {
    const { payload } = await sent({ converter: 'color-labels' }, { payload: labelMap })
    assert.ok(isImage(payload))
    assert.deepEqual([...payload.data], [4, 5, 6, 1, 2, 3])
  })

  it('reads the colours of a picture file as labels', async () => {
    const png = await sharp(Buffer.from(image.data), { raw: { width: 2, height: 1, channels: 3 } })
      .png()
      .toBuffer()
    const settings = { converter: 'labels-from-colors', labels: ['wall', 'bed'], colors: ['#00ff00', '#ff0000'] }
    const { payload } = await sent(settings, { payload: png })
    assert.ok(isSegmentation(payload))
    assert.deepEqual([...payload.data], [1, 0])
  })

  it('reads the ids of a grey picture file', async () => {
    const png = await sharp(Buffer.from([1, 0]), { raw: { width: 2, height: 1, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer()
    const { payload } = await sent({ converter: 'labels-from-colors', labels: ['wall', 'bed'] }, { payload: png })
    assert.deepEqual([...(payload as Segmentation).data], [1, 0])
  })

  it('maps labels', async () => {
    const settings = { converter: 'remap-labels', labels: ['couch', 'wall'], map: [{ from: 'bed', to: 'couch' }] }
    const { payload } = await sent(settings, { payload: labelMap })
    assert.deepEqual([...(payload as Segmentation).data], [0, 1])
  })

  it('draws on the picture in the message, read like any picture', async () => {
    const background = { r: 9, g: 9, b: 9 }
    const jpeg = await sharp({ create: { width: 40, height: 20, channels: 3, background } })
      .png()
      .toBuffer()
    const { payload, image: kept } = await sent({ converter: 'draw', on: 'image' }, { payload: instances, image: jpeg })
    assert.equal(`${payload}`, 'image 40×20 RGB')
    assert.ok(Buffer.isBuffer(kept))
    const data = (payload as Image).data
    assert.notDeepEqual([...data.subarray(0, 3)], [9, 9, 9])
    assert.deepEqual([...data.subarray((10 * 40 + 10) * 3, (10 * 40 + 10) * 3 + 3)], [9, 9, 9])
  })

  it('draws on black if the message has no picture', async () => {
    const { payload } = await sent({ converter: 'draw', on: 'image', width: '8', height: 4 }, { payload: instances })
    assert.equal(`${payload}`, 'image 8×4 RGB')
  })

  for (const [format, name] of [
    ['png', 'png'],
    ['jpeg', 'jpeg'],
    ['webp', 'webp'],
  ] as const) {
    it(`encodes a ${name}`, async () => {
      const { payload } = await sent({ converter: 'encode', format }, { payload: image })
      assert.ok(Buffer.isBuffer(payload))
      const { format: found, width, height } = await sharp(payload).metadata()
      assert.deepEqual([found, width, height], [name, 2, 1])
    })
  }

  it('encodes a data URI with the same pixels', async () => {
    const { payload } = await sent({ converter: 'encode', format: 'dataURI' }, { payload: image })
    const [head, body] = (payload as string).split(',')
    assert.equal(head, 'data:image/png;base64')
    const pixels = await sharp(Buffer.from(body as string, 'base64'))
      .raw()
      .toBuffer()
    assert.deepEqual([...pixels], [...image.data])
  })

  const plain: [object, unknown, unknown][] = [
    [{ converter: 'join', separator: ' + ' }, ['a', 'b'], 'a + b'],
    [{ converter: 'pick', index: '-1', field: 'category' }, instances, 'bed'],
    [{ converter: 'write-number', decimals: '1' }, 0.25, '0.3'],
    [{ converter: 'read-number' }, 'about 3 cats', 3],
    [{ converter: 'choose', choices: ['cat', 'dog'] }, 'two dogs and a cat .', 'cat'],
    [{ converter: 'vector-length', length: '3' }, [0, 1], [0, 0.5, 1]],
  ]
  for (const [settings, payload, expected] of plain) {
    it(`makes ${JSON.stringify(expected)} by ${JSON.stringify(settings)}`, async () => {
      const answer = await sent(settings, { payload, topic: 't' })
      assert.deepEqual([answer.payload, answer.topic], [expected, 't'])
    })
  }

  it('converts another property, and doesn’t change the original message', async () => {
    await startConverter({ converter: 'join', property: 'found.words' })
    const found = { words: ['a', 'b'], more: 1 }
    const [, answer] = await ask('n', { payload: 'kept', found })
    assert.deepEqual([answer.payload, answer.found], ['kept', { words: 'a, b', more: 1 }])
  })

  it('reports its output if the node doesn’t show it', async () => {
    const made = async (settings: object, payload: unknown) => {
      await startConverter(settings)
      const texts = statuses('n')
      await ask('n', { payload })
      await stop()
      return texts
    }
    assert.deepEqual(await made({ converter: 'join', preview: false }, ['a', 'b']), ['the text "a, b"'])
    assert.deepEqual(await made({ converter: 'join' }, ['a', 'b']), [''])
    assert.deepEqual(await made({ converter: 'pick', index: 1 }, [4, 5]), ['5'])
  })

  const refused: [object, unknown, RegExp][] = [
    [{ converter: 'color-labels' }, 'a cat', /^payload is the text "a cat", but a label map is needed\.$/],
    [{ converter: 'join' }, 5, /^payload is 5, but a list is needed\.$/],
    [{ converter: 'join' }, undefined, /^payload is missing, but a list is needed\.$/],
    [{ converter: 'pick', index: 5 }, ['a'], /^the list has only 1 item, so there is no item 5\.$/],
    [{ converter: 'encode' }, Buffer.alloc(0), /^payload is an empty Buffer, but an image is needed\.$/],
    [{ converter: 'encode' }, Buffer.from('no picture'), /^payload cannot be read: the data isn't a picture/],
    [
      { converter: 'nonsense' },
      1,
      /^this node's converter, "nonsense", does not exist: open the node and choose one\.$/,
    ],
    [{ converter: 'vector-length' }, [1, 2], /^the converter has no length: open it and set one\.$/],
  ]
  for (const [settings, payload, sentence] of refused) {
    it(`refuses with ${sentence}`, async () => {
      await startConverter(settings)
      assert.match(await refusal('n', { payload }), sentence)
      // A refused message leaves nothing behind: the same message is refused again.
      assert.match(await refusal('n', { payload }), sentence)
    })
  }

  describe('in automatic mode', () => {
    const wants = (converter: string, more: object = {}) => ({
      id: 'b',
      type: 'daisychain-convert',
      converter,
      ...more,
    })
    const answer = async (msg: object, behind: { id: string; type: string }) =>
      (await sent({ wires: [['b']] }, msg, behind)).payload

    it('makes a picture for a node that needs one', async () => {
      const payload = await answer({ payload: labelMap }, { id: 'b', type: 'daisychain-adjust' })
      assert.deepEqual([...(payload as Image).data], [4, 5, 6, 1, 2, 3])
    })

    it('makes text from a list, and a number from text', async () => {
      assert.equal(await answer({ payload: ['3', '4'] }, wants('read-number')), 3)
      await stop()
      assert.equal(await answer({ payload: 'about 7' }, wants('write-number')), '7')
    })

    it('passes on what fits, unchanged', async () => {
      const payload = await answer({ payload: image }, { id: 'b', type: 'daisychain-adjust' })
      assert.equal(payload, image)
    })

    it('passes values on to a node that accepts anything', async () => {
      assert.equal(await answer({ payload: [image, 2] }, wants('pick')), image)
    })

    it('looks through a junction', async () => {
      await startConverter(
        { wires: [['j']] },
        { id: 'j', type: 'junction', wires: [['b']] } as never,
        wants('read-number'),
      )
      const [, { payload }] = await ask('n', { payload: ['1'] })
      assert.equal(payload, 1)
    })

    it('reports if nothing makes it fit, and if the required type is unknown', async () => {
      await startConverter({ wires: [['b']] }, { id: 'b', type: 'daisychain-adjust' })
      const none = 'payload is 5, and no converter turns it into an image.'
      assert.equal(await refusal('n', { payload: 5 }), none)
      await stop()
      await startConverter({})
      const open = "the next nodes don't declare what they need: open the converter and choose what it does."
      assert.equal(await refusal('n', { payload: 5 }), open)
    })
  })
})

describe('daisychain-convert in the editor', () => {
  const declarations: Declarations = new Map([[node.type, declarationOfNode(node)]])
  const checker = (settings: object) => {
    const node = { id: 'n', type: 'daisychain-convert', z: 't', wires: [[]], ...settings }
    return createChecker(readFlow([{ id: 't', type: 'tab' }, node]), declarations)
  }
  const settings = {
    labels: ['wall', 'bed'],
    choices: ['cat', 'dog'],
    length: '128',
    format: 'jpeg',
    index: 0,
    field: '',
    property: 'payload',
  }

  for (const { id, label, wants, also = [], gives } of converters) {
    it(`declares what ${id} wants and gives`, () => {
      const declared = checker({ ...settings, converter: id })
      const wanted = wants.type === 'any' ? [] : [wants, ...also]
      assert.deepEqual(declared.inputs('n').find(({ property }) => property === 'payload')?.types ?? [], wanted)
      const made = gives(wants, settings)
      const given = made.type === 'any' ? [] : [describeType(made)]
      assert.deepEqual(
        declared
          .outputs('n', 0)
          .find(({ property }) => property === 'payload')
          ?.types.map((type) => describeType(type)) ?? [],
        given,
      )
    })

    it(`offers ${id} by its name`, () => {
      assert.ok(html.includes(`<option value="${id}" data-i18n="convert.converters.${id}">`))
      const { converters: names, short, about } = locale.convert
      assert.ok(names[id as keyof typeof names].startsWith(label))
      assert.ok(short[id as keyof typeof short] && about[id as keyof typeof about])
    })
  }

  it('claims nothing about what it chooses automatically', () => {
    assert.deepEqual(checker({}).inputs('n'), [])
    assert.deepEqual(
      checker({})
        .outputs('n', 0)
        .flatMap(({ types }) => types),
      [],
    )
  })

  it('uses the property in its settings, and the picture to draw on', () => {
    const { inputs, outputs } = checker({ converter: 'draw', property: 'found', on: 'photo' })
    assert.deepEqual(
      inputs('n').map(({ property, required }) => [property, required]),
      [
        ['found', true],
        ['photo', false],
      ],
    )
    assert.deepEqual(
      outputs('n', 0).map(({ property }) => property),
      ['found'],
    )
  })

  it('is proposed for the property that doesn’t fit', () => {
    const types = new Map<string, NodeDeclaration>([
      ['painter', { outputs: [{ map: { type: 'segmentation' } }] }],
      ['viewer', { inputs: { map: { type: { type: 'image' } } } }],
      ...declarations,
    ])
    const painter = { id: 'p', type: 'painter', z: 't' }
    const viewer = { id: 'v', type: 'viewer', z: 't', wires: [] }
    const tab = { id: 't', type: 'tab' }
    const [problem] = checkFlow(readFlow([tab, { ...painter, wires: [['v']] }, viewer]), types).problems
    assert.deepEqual(problem?.converter?.config, { converter: 'color-labels', property: 'map' })
    const between = { id: 'c', type: 'daisychain-convert', z: 't', wires: [['v']], ...problem.converter.config }
    const mended = readFlow([tab, { ...painter, wires: [['c']] }, between, viewer])
    assert.deepEqual(checkFlow(mended, types).problems, [])
  })

  it('has every setting that a proposed converter has', () => {
    const proposed = Object.values(samples).flatMap((from) =>
      Object.values(samples).map((to) => checkWire(from, to).converter),
    )
    const names = new Set(proposed.flatMap((converter) => Object.keys(converter?.config ?? {})))
    assert.ok(names.size > 10)
    for (const name of names) assert.match(html, new RegExp(`^ +${name}: \\{ value: `, 'm'))
  })

  it('has words for everything that it shows', () => {
    const keys = [...html.matchAll(/data-i18n="([^"]+)"/g)].flatMap(([, value]) => (value as string).split(';'))
    for (const key of keys) {
      const path = key.replace(/^\[[\w-]+\]/, '').split('.')
      const text = path.reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], locale)
      assert.equal(typeof text, 'string', key)
    }
  })
})
