import type { Engine } from '../../engine'
import type { Port } from '../../models'
import { placement } from '../../models/fit'
import { bytesOf } from '../../onnx/bytes'
import { exportOnnx, kindInWords } from '../../teach'
import { type Link, wantedPorts } from '../chain'
import { CompileError } from '../compile-error'
import { pictureFor } from '../feeds'
import { type Message, runLink } from '../flow-side'
import type { Glue } from '../glue'
import type { Compiled, ValueFor } from '../parts'
import { placed } from '../sizes'
import type { Value } from '../value'
import { PICTURE_SIZE } from './model'
import type { Taught } from './read'

/** Compiles a taught node: the feature extractor and the learned classifier become one part of the graph. */
export async function compileTaught(
  link: Link,
  prefix: string,
  valueFor: ValueFor,
  message: Message,
  glue: Glue,
  engine: Engine,
): Promise<Compiled> {
  const taught = link.taught as Taught
  requireOneWay(link, taught)
  const port = link.model.inputs[0] as Port
  const given = valueFor(port)
  const isPicture = taught.book.kind === 'picture'
  const fed = isPicture ? await seen(glue, link, port, given) : numbers(glue, link.called, taught, given)
  const bytes = bytesOf(await exportOnnx(taught.book, taught.learned))
  const inputs = new Map([[isPicture ? 'image' : 'features', fed]])
  const made = madeOf(glue, taught, (name) => `${prefix}/${name}`)
  const values = wantedPorts(link).map((port) => [port, made[port.name] as Value] as const)
  const outputs = await runLink(link, message, engine)
  return { parts: [{ bytes, prefix, inputs, folder: '' }], values: new Map(values), outputs }
}

/** @throws CompileError if whether it passes a message on depends on the message */
function requireOneWay({ called, output }: Link, { learned, labels }: Taught): void {
  if (output !== undefined && learned.kind === 'classes' && labels.length > learned.classes.length)
    throw new CompileError(
      `${called} sends what it doesn't know another way, and a compiled chain has only one. Set “Anything else” to “the nearest class”, or compile the part up to this node.`,
    )
}

/** A picture in the form that the extractor expects. */
async function seen(glue: Glue, link: Link, port: Port, value: Value): Promise<string> {
  const picture = await pictureFor(glue, link, port, value)
  const { width, height } = PICTURE_SIZE
  const bytes = await placed(glue, picture, placement(PICTURE_SIZE, picture.width, picture.height), PICTURE_SIZE)
  const planes = glue.transpose(glue.reshape(glue.cast(bytes, 'float32'), [1, height, width, 3]), [0, 3, 1, 2])
  return glue.add('Mul', [planes, glue.constant([], [1 / 255])])
}

function numbers(glue: Glue, called: string, taught: Taught, value: Value): string {
  const wanted = taught.book.examples[0]?.features.length ?? 0
  const length = value.kind === 'vector' ? value.length : value.kind === 'number' ? 1 : 0
  if (length !== wanted)
    throw new CompileError(
      `${called} was taught with ${kindInWords(`vector ${wanted}`)}, but ${arriving(value)} arrive. Teach it with what the node before it sends.`,
    )
  return glue.reshape(value.name, [1, length])
}

function arriving(value: Value): string {
  if (value.kind === 'vector') return kindInWords(`vector ${value.length}`)
  if (value.kind === 'number') return kindInWords('vector 1')
  return value.kind === 'labels' ? kindInWords(`map ${value.labels.length}`) : kindInWords('picture')
}

/** The outputs of the learned part's graph as outputs of the node. */
function madeOf(glue: Glue, { learned, labels }: Taught, tensor: (name: string) => string): Record<string, Value> {
  if (learned.kind === 'numbers') {
    const { length } = learned.bounds
    const range = [
      Math.min(...learned.bounds.map(([min]) => min)),
      Math.max(...learned.bounds.map(([, max]) => max)),
    ] as const
    const score: Value = { kind: 'share', name: glue.constant([1], [learned.told ?? 0]) }
    const name = glue.reshape(tensor('numbers'), [length])
    return length === 1
      ? { number: { kind: 'number', name, range }, score }
      : { numbers: { kind: 'vector', name, length, range }, score }
  }
  const { length } = learned.classes
  const shares = glue.reshape(tensor('scores'), [length])
  const best = glue.reshape(glue.cast(tensor('class'), 'float32'), [1])
  const name = glue.cast(labels.length > length ? orNone(glue, best, tensor('strangeness'), length) : best, 'uint8')
  const most = glue.reshape(glue.add('ReduceMax', [shares], { keepdims: 0 }), [1])
  return {
    class: { kind: 'category', name, labels },
    score: { kind: 'share', name: most },
    ranked: { kind: 'shares', name: shares, labels: learned.classes },
  }
}

/**
 * The number of the class, or the number after the last class if the input is less familiar than the
 * examples.
 */
function orNone(glue: Glue, best: string, strangeness: string, none: number): string {
  const isNone = glue.cast(glue.add('Greater', [glue.reshape(strangeness, [1]), glue.constant([1], [1])]), 'float32')
  const further = glue.add('Mul', [isNone, glue.add('Sub', [glue.constant([1], [none]), best])])
  return glue.add('Add', [best, further])
}
