import { closeSync, copyFileSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Manifest, Model } from '../src/models'
import { block, type Element, type NewNode, node, number, port, tensor, word } from '../src/onnx/write'
import { normals } from '../src/random'

/** Numbers along each side of the matrices that the denoiser is made of: 64 MiB each. */
const SIDE = 4096
const MATRIX = SIDE * SIDE * 4
/** How many times each row goes through the matrices, so that a step computes instead of reading weights only. */
const TIMES = 16
/** CLIP's. */
const WORDS = 49_408
const WIDTH = 768
/** 3.44 GB, as LCM Dreamshaper's denoiser. */
export const LAYERS = 51

/**
 * Writes a twin of a diffusion model of full size: the inputs, outputs and bytes of LCM Dreamshaper's files,
 * with random weights. Its denoiser is matrices: a step is 55 billion multiplications, a sixth of the real
 * one's.
 * @param layers of the denoiser, 64 MiB each
 */
export function writeTwin(folder: string, dreamshaper: Model, layers: number): Model {
  writeWeights(join(folder, 'weights.bin'), Math.max(layers * MATRIX, WORDS * WIDTH * 4))
  copyFileSync(join(dreamshaper.folder, 'clip.json'), join(folder, 'clip.json'))
  const floats = (name: string, shape: (number | string)[]) => ({ name, type: 'float32' as const, shape })
  const latent = [1, 4, 'h', 'w']
  const outer = (name: string, dims: number[], at: number) => block(5, outside(name, dims, at))
  write(join(folder, 'text_encoder.onnx'), {
    inputs: [{ name: 'input_ids', type: 'int32', shape: [1, 77] }],
    outputs: [floats('last_hidden_state', [1, 77, 768])],
    nodes: [{ op: 'Gather', inputs: ['words', 'input_ids'], outputs: ['last_hidden_state'] }],
    weights: [outer('words', [WORDS, WIDTH], 0)],
  })
  write(join(folder, 'unet.onnx'), {
    inputs: [
      floats('sample', latent),
      { name: 'timestep', type: 'int64', shape: [1] },
      floats('encoder_hidden_states', [1, 77, 768]),
      floats('timestep_cond', [1, 256]),
    ],
    outputs: [floats('out_sample', latent)],
    nodes: [
      { op: 'Cast', inputs: ['timestep'], outputs: ['time'], attributes: { to: 1 } },
      ...['encoder_hidden_states', 'timestep_cond', 'time'].map(
        (name): NewNode => ({
          op: 'ReduceMean',
          inputs: [name],
          outputs: [`${name} mean`],
          attributes: { keepdims: 0 },
        }),
      ),
      { op: 'Sum', inputs: ['encoder_hidden_states mean', 'timestep_cond mean', 'time mean'], outputs: ['told'] },
      { op: 'Tanh', inputs: ['told'], outputs: ['bias'] },
      { op: 'Shape', inputs: ['sample'], outputs: ['size'] },
      { op: 'Reshape', inputs: ['sample', 'rows'], outputs: ['once'] },
      { op: 'Expand', inputs: ['once', 'times'], outputs: ['layer 0'] },
      ...Array.from({ length: layers }, (_, i): NewNode[] => [
        { op: 'MatMul', inputs: [`layer ${i}`, `matrix ${i}`], outputs: [`times ${i}`] },
        { op: 'Tanh', inputs: [`times ${i}`], outputs: [`layer ${i + 1}`] },
      ]).flat(),
      { op: 'ReduceMean', inputs: [`layer ${layers}`], outputs: ['mean'], attributes: { axes: [0], keepdims: 0 } },
      { op: 'Add', inputs: ['mean', 'bias'], outputs: ['made'] },
      { op: 'Reshape', inputs: ['made', 'size'], outputs: ['out_sample'] },
    ],
    weights: [
      block(5, Buffer.concat([tensor('int64', [2], [-1, SIDE]), word(8, 'rows')])),
      block(5, Buffer.concat([tensor('int64', [3], [TIMES, 1, 1]), word(8, 'times')])),
      ...Array.from({ length: layers }, (_, i) => outer(`matrix ${i}`, [SIDE, SIDE], i * MATRIX)),
    ],
  })
  write(join(folder, 'vae_decoder.onnx'), {
    inputs: [floats('latent_sample', latent)],
    outputs: [floats('sample', [1, 3, 'height', 'width'])],
    nodes: [
      { op: 'Conv', inputs: ['latent_sample', 'colors'], outputs: ['small'] },
      { op: 'Resize', inputs: ['small', '', 'scales'], outputs: ['sample'] },
    ],
    weights: [
      block(
        5,
        Buffer.concat([
          tensor(
            'float32',
            [3, 4, 1, 1],
            normals(1, 12).map((x) => x / 9),
          ),
          word(8, 'colors'),
        ]),
      ),
      block(5, Buffer.concat([tensor('float32', [4], [1, 1, 8, 8]), word(8, 'scales')])),
    ],
  })
  return asTwin(dreamshaper, folder)
}

/** Its variant with the twin's files, without the encoder of pictures. */
function asTwin(dreamshaper: Model, folder: string): Model {
  const variant = dreamshaper.variants.find(({ id }) => id.startsWith('lcm')) as Manifest['variants'][number]
  const { files: _, ...rest } = variant
  const steps = (variant.steps ?? []).flatMap((step) => {
    const name = step.file?.split('/')[0]
    if (name === 'vae_encoder') return []
    const { from: __, strength: ___, ...repeat } = step.repeat ?? ({} as never)
    return [{ ...step, file: `${name}.onnx`, ...(step.repeat && { repeat }) }]
  })
  return { ...dreamshaper, folder, variants: [{ ...rest, steps }] }
}

function write(
  path: string,
  {
    nodes,
    inputs,
    outputs,
    weights,
  }: { nodes: NewNode[]; inputs: Port[]; outputs: Port[]; weights: readonly Buffer[] },
): void {
  const graph = [
    ...nodes.map((each) => block(1, node(each))),
    word(2, 'twin'),
    ...weights,
    ...inputs.map(({ name, type, shape }) => block(11, port(name, type, shape))),
    ...outputs.map(({ name, type, shape }) => block(12, port(name, type, shape))),
  ]
  const file = openSync(path, 'w')
  writeSync(file, Buffer.concat([number(1, 8), block(7, Buffer.concat(graph)), block(8, number(2, 14))]))
  closeSync(file)
}

interface Port {
  name: string
  type: Element
  shape: (number | string)[]
}

/** A tensor whose numbers are in another file. */
function outside(name: string, dims: number[], at: number): Buffer {
  const length = dims.reduce((a, b) => a * b, 4)
  const facts = { location: 'weights.bin', offset: `${at}`, length: `${length}` }
  return Buffer.concat([
    ...dims.map((size) => number(1, size)),
    number(2, 1),
    word(8, name),
    ...Object.entries(facts).map(([key, value]) => block(13, Buffer.concat([word(1, key), word(2, value)]))),
    number(14, 1),
  ])
}

/** Small random numbers, so that what goes through many matrices neither grows nor dies. */
function writeWeights(path: string, bytes: number): void {
  const some = Float32Array.from(normals(2, 1 << 20), (x) => x / Math.sqrt(SIDE))
  const file = openSync(path, 'w')
  for (let at = 0; at < bytes; at += some.byteLength) writeSync(file, some)
  closeSync(file)
}
