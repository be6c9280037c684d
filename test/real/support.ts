import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { encodeImage } from '../../src/images'
import { findVariant, loadManifests, type Model, type Variant } from '../../src/models'
import { type Image, isImage } from '../../src/types'

const root = resolve(__dirname, '../../..')
export const photosFolder = join(root, 'test/fixtures/photos')

/** Real trained networks, which are too large to be in the repository. */
export const realFolder = resolve(process.env.DAISYCHAIN_REAL_MODELS ?? join(root, '../shared/real-models'))

/** Skips a suite with a message if the networks aren't there. */
export function needsRealModels(suite: Mocha.Context): void {
  if (existsSync(realFolder)) return
  console.log(`      skipped: the real networks are not in ${realFolder} (set DAISYCHAIN_REAL_MODELS)`)
  suite.skip()
}

/** File name in `realFolder` → its variant. */
export const catalogued = {
  'deeplabv3-mnv2-voc-257.onnx': 'deeplab/deeplabv3-mobilenet',
  'fns-candy-winml.onnx': 'style/candy-720',
  'prisma-portrait-seg.onnx': 'matte/prisma-portrait',
  'super-resolution-10.onnx': 'upscale/espcn-x3',
  'ultraface-rfb-320.onnx': 'faces/ultraface-320',
  'yolox-nano-coco.onnx': 'detect/yolox-nano',
} as const

/** Variants of several files: variant → the path of each file → its name in `realFolder`. */
export const inSteps = {
  'hands/mediapipe-lite': {
    'palm_detection_lite.onnx': 'mp-palm-detection-lite.onnx',
    'hand_landmark_lite.onnx': 'mp-hand-landmark-lite.onnx',
  },
  'facemesh/mediapipe': {
    'face_detection_short_range.onnx': 'mp-face-detection-short.onnx',
    'face_landmark.onnx': 'mp-face-landmark.onnx',
  },
  'facemesh/crowd': {
    'version-RFB-320.onnx': 'ultraface-rfb-320.onnx',
    'face_landmark.onnx': 'mp-face-landmark.onnx',
  },
} as const

export function choice(id: string): { model: Model; variant: Variant } {
  const [modelId, variantId] = id.split('/')
  const model = loadManifests().find((each) => each.id === modelId) as Model
  return { model, variant: findVariant(model, variantId) }
}

/** Puts the networks where downloads would be, each in its own folder. @returns a function that undoes it */
export function installRealModels(): () => void {
  const before = process.env.DAISYCHAIN_MODELS
  const store = mkdtempSync(join(tmpdir(), 'daisychain-real-'))
  process.env.DAISYCHAIN_MODELS = store
  for (const [file, id] of Object.entries(catalogued)) {
    const folder = join(store, id)
    mkdirSync(folder, { recursive: true })
    cpSync(join(realFolder, file), join(folder, choice(id).variant.file))
  }
  for (const [id, files] of Object.entries(inSteps))
    for (const [path, file] of Object.entries(files)) {
      mkdirSync(join(store, id), { recursive: true })
      cpSync(join(realFolder, file), join(store, id, path))
    }
  return () => {
    if (before === undefined) delete process.env.DAISYCHAIN_MODELS
    else process.env.DAISYCHAIN_MODELS = before
    rmSync(store, { recursive: true, force: true })
  }
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/** Saves a picture for people to look at, in `test-results/real`. */
export async function keep(name: string, picture: unknown): Promise<void> {
  if (!isImage(picture)) return
  const folder = join(root, 'test-results/real')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${name}.png`), await encodeImage(picture as Image, 'png'))
}
