import { join, resolve } from 'node:path'
import { decodeImage, encodeImage } from '../../src/images'
import { normals } from '../../src/random'
import { Image, isImage, isSegmentation, Segmentation } from '../../src/types'

/** What the bundled models made of known inputs when they were sealed: `npm run seal` writes it. */
export const goldenFolder = resolve(__dirname, '../../../test/fixtures/golden')

const ROOM_LABELS = [
  'wall',
  'floor',
  'rug',
  'window',
  'picture',
  'bed',
  'pillow',
  'table',
  'lamp',
  'plant',
  'cat',
  'ball',
]

/** One message's worth of inputs for each model; a room that no model was trained on, and its labels. */
export async function goldenInputs(id: string): Promise<Record<string, unknown>> {
  const room = () => decodeImage({ path: join(goldenFolder, 'room.png') })
  switch (id) {
    case 'stylegan':
      return { z: normals(1, 512) }
    case 'spade':
      return { semantic_map: await roomLabels(), style: normals(1, 19) }
    case 'attngan':
      return { caption: 'a cozy blue room at night with a red ball', seed: 1 }
    case 'gpt2':
      return { prompt: 'The orange cat', seed: 1, sequence_length: 32 }
    case 'photosketch':
      return { input: await room() }
    default:
      return { image: await room() }
  }
}

async function roomLabels(): Promise<Segmentation> {
  const { width, height, channels, data } = await decodeImage({ path: join(goldenFolder, 'room-labels.png') })
  const ids = (data as Uint8Array).filter((_, i) => i % channels === 0)
  return new Segmentation({ width, height, data: ids, labels: ROOM_LABELS })
}

/** An output as a file: a PNG of what is shown, of label ids, or a text. */
export async function goldenFile(value: unknown): Promise<{ ending: string; bytes: Buffer }> {
  if (isImage(value)) return { ending: 'png', bytes: await encodeImage(value, 'png') }
  if (isSegmentation(value)) {
    const { width, height, data } = value
    const ids = new Image({ width, height, channels: 1, data: Uint8Array.from(data) })
    return { ending: 'ids.png', bytes: await encodeImage(ids, 'png') }
  }
  const text =
    typeof value === 'string'
      ? value
      : JSON.stringify(inPlace(value), (key, part) => (key === 'mask' ? undefined : part), 1)
  return { ending: 'txt', bytes: Buffer.from(`${text}\n`) }
}

/** Things found in a picture from left to right, by what they are: two that are equally sure may change places. */
function inPlace(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const place = ({ category, box }: { category: string; box: number[] }) => `${category} ${box[0]?.toFixed(2)}`
  return [...value].sort((a, b) => place(a).localeCompare(place(b), 'en'))
}
