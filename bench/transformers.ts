import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSmoke } from './figure'
import { FILTER_SWIN2SR } from './models'

const PACKAGE = '@huggingface/transformers'
const VERSION = '4.3.2'
const FOLDER = join(__dirname, '..', '..', '.cache', 'transformers')

interface RawImage {
  data: Uint8Array | Uint8ClampedArray
}
interface Transformers {
  env: { allowRemoteModels: boolean; localModelPath: string }
  RawImage: new (data: Uint8Array, width: number, height: number, channels: number) => RawImage
  pipeline(task: string, model: string, options: object): Promise<(image: RawImage) => Promise<RawImage>>
}

/**
 * The library's image-to-image pipeline with the filter as its model. npm first installs it into `.cache`.
 */
export function prepareTransformers(size: number) {
  return async (pixels: Uint8Array): Promise<() => Promise<ArrayLike<number>>> => {
    install()
    const { env, RawImage, pipeline } = require(join(FOLDER, 'node_modules', PACKAGE)) as Transformers
    env.allowRemoteModels = false
    env.localModelPath = writeModel()
    const session_options = { intraOpNumThreads: 1 }
    const filter = await pipeline('image-to-image', 'filter', { device: 'cpu', dtype: 'fp32', session_options })
    const image = new RawImage(pixels, size, size, 3)
    return async () => (await filter(image)).data
  }
}

function install(): void {
  if (existsSync(join(FOLDER, 'node_modules', PACKAGE))) return
  if (isSmoke) throw new Error(`${PACKAGE} is not installed: left out.`)
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, 'package.json'), '{"private":true}')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', `${PACKAGE}@${VERSION}`], {
    cwd: FOLDER,
    shell: process.platform === 'win32',
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** A folder of models in the library's layout, with a single model. */
function writeModel(): string {
  const models = join(FOLDER, 'models')
  const folder = join(models, 'filter')
  mkdirSync(join(folder, 'onnx'), { recursive: true })
  copyFileSync(FILTER_SWIN2SR, join(folder, 'onnx', 'model.onnx'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 'swin2sr' }))
  const preparation = { image_processor_type: 'Swin2SRImageProcessor', do_rescale: true, rescale_factor: 1 / 255 }
  writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify({ ...preparation, do_pad: false }))
  return models
}
