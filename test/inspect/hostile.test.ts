import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InspectError, proposeFile } from '../../src/inspect'

/** A protobuf message whose fields are strings, numbers or messages. */
function message(...fields: [number: number, value: string | number | Buffer][]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)])
      const content = Buffer.from(value)
      return Buffer.concat([varint(number * 8 + 2), varint(content.length), content])
    }),
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
  return Buffer.from([...bytes, rest])
}

const node = (op: string, inputs: string[], outputs: string[], ...more: [number, Buffer][]) =>
  message(
    ...inputs.map((name): [number, string] => [1, name]),
    ...outputs.map((name): [number, string] => [2, name]),
    [4, op],
    ...more,
  )

/** A float tensor as an input or output. */
const port = (name: string, dims: number[]) => {
  const shape = message(...dims.map((size): [number, Buffer] => [1, message([1, size])]))
  return message([1, name], [2, message([1, message([1, 1], [2, shape])])])
}

function model(nodes: Buffer[], inputs: Buffer[], outputs: Buffer[]): Buffer {
  // Too many for the arguments of a single call.
  const steps = Buffer.concat(nodes.map((each) => message([1, each])))
  const ports = message(
    [2, 'g'],
    ...inputs.map((each): [number, Buffer] => [11, each]),
    ...outputs.map((each): [number, Buffer] => [12, each]),
  )
  return message([1, 8], [7, Buffer.concat([steps, ports])], [8, message([2, 13])])
}

/** A network that never ends: a loop without a limit around a picture. */
function endless(): Buffer {
  const value = (name: string, type: number) =>
    message([1, name], [2, message([1, message([1, type], [2, message()])])])
  const [FLOAT, INT64, BOOL] = [1, 7, 9]
  const body = message(
    [1, node('Identity', ['go'], ['going'])],
    [1, node('Neg', ['v'], ['w'])],
    [2, 'body'],
    [11, value('i', INT64)],
    [11, value('go', BOOL)],
    [11, value('v', FLOAT)],
    [12, value('going', BOOL)],
    [12, value('w', FLOAT)],
  )
  const loop = node('Loop', ['', '', 'x'], ['y'], [5, message([1, 'body'], [6, body], [20, 5])])
  return model([loop], [port('x', [1, 3, 8, 8])], [port('y', [1, 3, 8, 8])])
}

const count = (length: number) => Array.from({ length }, (_, i) => i)

/** What is wrong with a file, the file, and the message about it; null if the file is acceptable. */
const FILES: [what: string, make: () => Buffer, said: RegExp | null][] = [
  [
    '20 000 inputs',
    () => {
      const names = count(20_000).map((i) => `x${i}`)
      const nodes = names.map((name) => node('Identity', [name], [`y${name}`]))
      return model(
        nodes,
        names.map((name) => port(name, [1])),
        names.slice(0, 2).map((name) => port(`y${name}`, [1])),
      )
    },
    /has 20,002 inputs and outputs, more than a node can have/,
  ],
  [
    '200 000 steps',
    () => {
      const nodes = count(200_000).map((i) => node('Relu', [`t${i}`], [`t${i + 1}`]))
      return model(nodes, [port('t0', [1, 3])], [port('t200000', [1, 3])])
    },
    /has 200,000 steps/,
  ],
  [
    'steps in a circle',
    () => model([node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b'])], [port('x', [1])], [port('b', [1])]),
    /could not be loaded|damaged|not a model/,
  ],
  [
    'a picture of a billion pixels on each side',
    () => model([node('Relu', ['x'], ['y'])], [port('x', [1, 3, 1e9, 1e9])], [port('y', [1, 3, 1e9, 1e9])]),
    /no computer has the memory for/,
  ],
  [
    'branches within branches within branches',
    () => {
      let graph = message([1, node('Relu', ['x'], ['y'])])
      for (let depth = 0; depth < 3000; depth++)
        graph = message([1, node('If', ['x'], ['y'], [5, message([1, 'then_branch'], [6, graph])])])
      return message([1, 8], [7, graph], [8, message([2, 13])])
    },
    /./,
  ],
  [
    'a name that belongs to the language',
    () => model([node('Relu', ['__proto__'], ['constructor'])], [port('__proto__', [1])], [port('constructor', [1])]),
    /calls one of its inputs or outputs "__proto__"/,
  ],
]

describe('malicious files', function () {
  this.timeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-hostile-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  for (const [i, [what, make, said]] of FILES.entries())
    it(`${what}: ${said ? 'a sentence' : 'bounded'}`, async () => {
      const path = join(folder, `hostile-${i}.onnx`)
      writeFileSync(path, make())
      if (!said) return void (await proposeFile(path))
      await assert.rejects(proposeFile(path), (error: Error) => {
        assert.ok(error instanceof InspectError, error.stack)
        assert.match(error.message, said)
        return true
      })
    })

  it('an endless loop: limited, and reported', async () => {
    const path = join(folder, 'endless.onnx')
    writeFileSync(path, endless())
    const { manifest } = await proposeFile(path, {}, { run: 1000 })
    assert.match(manifest.proposal.notes.join(' '), /stopped because it took too long/)
  })

  it('runs that take too long, or too much memory, are ended', async () => {
    const path = join(folder, 'hostile-1.onnx')
    await assert.rejects(proposeFile(path, {}, { time: 1, memory: 2 ** 40 }), /could not be read within 0 seconds/)
    if (process.platform === 'linux')
      await assert.rejects(proposeFile(path, {}, { time: 60_000, memory: 1 }), /takes more than 1 MB of memory/)
  })
})
