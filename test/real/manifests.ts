import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Manifest, validateManifest } from '../../src/models'
import type { PortType } from '../../src/types'
import { realFolder, sha256Of } from './support'

/** The proposed manifest for a file, as if it weren't in the catalogue. */
function manifestOf(
  id: string,
  output: [string, PortType][],
  variant: Pick<Manifest['variants'][number], 'feeds' | 'fetches'>,
) {
  const file = `${id}.onnx`
  const manifest: Manifest = {
    id,
    node: `daisychain-${id.replaceAll('-', '')}`,
    label: id,
    summary: 'A network from somewhere.',
    icon: 'daisychain-onnx.svg',
    inputs: [{ name: 'image', property: 'payload', type: { type: 'image', channels: 3 }, help: 'A picture.' }],
    outputs: [output.map(([name, type], i) => ({ name, property: i === 0 ? 'payload' : name, type, help: name }))],
    variants: [
      {
        id: 'only',
        label: id,
        file,
        sha256: sha256Of(join(realFolder, file)),
        bytes: 1,
        licence: 'MIT',
        about: 'For tests.',
        ...variant,
      },
    ],
  }
  assert.deepEqual(validateManifest(manifest), [])
  return manifest
}

const ranked: PortType = {
  type: 'array',
  itemType: { type: 'record', fields: { category: { type: 'category' }, score: { type: 'number' } } },
}

/** Writes those of ImageNet's classes that the photographs show. */
export function writeLabels(folder: string): void {
  const names = Array.from({ length: 1000 }, (_, i) => `class ${i}`)
  Object.assign(names, { 281: 'tabby, tabby cat', 282: 'tiger cat', 285: 'Egyptian cat', 967: 'espresso' })
  writeFileSync(join(folder, 'labels.txt'), `${names.join('\n')}\n`)
}

export const manifests = {
  mnist: () =>
    manifestOf(
      'mnist-8',
      [
        ['category', { type: 'category', oneOf: [...'0123456789'] }],
        ['score', { type: 'number' }],
      ],
      {
        feeds: {
          Input3: {
            kind: 'image',
            from: 'image',
            size: { fit: 'stretch', width: 28, height: 28 },
            layout: 'NCHW',
            luma: true,
            range: [255, 0],
          },
        },
        fetches: { Plus214_Output_0: { kind: 'category', to: 'category', activation: 'softmax', score: 'score' } },
      },
    ),
  squeezenet: () =>
    manifestOf(
      'squeezenet-fp16-winml',
      [
        ['category', { type: 'category' }],
        ['score', { type: 'number' }],
        ['ranked', ranked],
      ],
      {
        feeds: {
          data_0: {
            kind: 'image',
            from: 'image',
            size: { fit: 'cover', width: 224, height: 224, share: 0.875 },
            layout: 'NCHW',
            order: 'BGR',
            range: [0, 255],
            mean: [104, 117, 123],
          },
        },
        fetches: {
          softmaxout_1: { kind: 'category', to: 'category', labels: 'labels.txt', score: 'score', ranked: 'ranked' },
        },
      },
    ),
  sci: () =>
    manifestOf('sci-lowlight-240x320', [['output', { type: 'image', channels: 3 }]], {
      feeds: {
        input: {
          kind: 'image',
          from: 'image',
          size: { fit: 'tiles', width: 320, height: 240, overlap: 16 },
          layout: 'NCHW',
        },
      },
      fetches: { output: { kind: 'image', to: 'output', layout: 'NCHW', sizeOf: 'image' } },
    }),
}
