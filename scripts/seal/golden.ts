import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { decodeImage, encodeImage } from '../../src/images'
import { findVariant, inputPorts, type Model } from '../../src/models'
import { normals } from '../../src/random'
import { Image, isImage, isSegmentation, Segmentation } from '../../src/types'

/** What a model made of known inputs when it was sealed, in its own folder: one file per output. */
export function goldenFolder({ folder }: Model): string {
  return join(folder, 'golden')
}

/** A room that no model was trained on, and its labels. */
const roomFolder = resolve(__dirname, '../../../test/fixtures/room')

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

/**
 * The inputs of one message: a room for a picture, its labels for a label map, seeded numbers for a vector.
 * Other inputs, and those that should differ, are in the model's `golden/inputs.json`.
 */
export async function goldenInputs(model: Model): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {}
  for (const { name, type } of inputPorts(model, findVariant(model))) {
    if (type.type === 'image') inputs[name] = await decodeImage({ path: join(roomFolder, 'room.png') })
    if (type.type === 'segmentation') inputs[name] = await roomLabels()
    if (type.type === 'vector') inputs[name] = normals(1, type.length ?? 1)
  }
  const file = join(goldenFolder(model), 'inputs.json')
  return { ...inputs, ...(existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as object)) }
}

async function roomLabels(): Promise<Segmentation> {
  const { width, height, channels, data } = await decodeImage({ path: join(roomFolder, 'room-labels.png') })
  const ids = (data as Uint8Array).filter((_, i) => i % channels === 0)
  return new Segmentation({ width, height, data: ids, labels: ROOM_LABELS })
}

/** An output as a file: a PNG of what is displayed, or of label ids, or text. */
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

/**
 * Sorts the things found in a picture from left to right, and by what they are: two with equal scores may
 * change places.
 */
function inPlace(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const place = ({ category, box }: { category: string; box: number[] }) => `${category} ${box[0]?.toFixed(2)}`
  return [...value].sort((a, b) => place(a).localeCompare(place(b), 'en'))
}
