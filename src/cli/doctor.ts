import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type Device,
  EngineError,
  freeMemory,
  installCuda,
  installedRuntime,
  mayHaveNvidiaCard,
  memorySize,
  pictureLibrary,
  processors,
  runtimeHere,
  sayCudaNeeds,
  whyNoPictures,
} from '../engine'
import { sayCamera } from './doctor/camera'
import { checkInstallation } from './doctor/installation'
import { tryDevice } from './doctor/try-device'

const devices: readonly Device[] = ['cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu', 'wasm']

/**
 * `daisychain doctor [--install-cuda] [FILE.onnx]`: reports what runs here and what to do about the rest.
 * With a file, it reports which device actually ran its operators; otherwise it tries a bundled model. Exit
 * code 0 if something can run, 1 if not.
 */
export async function doctor(args: string[] = []): Promise<number> {
  if (args.includes('--installation')) return installation(args)
  const unknown = args.find((arg) => arg.startsWith('-') && arg !== '--install-cuda')
  const [asked, ...more] = args.filter((arg) => !arg.startsWith('-'))
  if (unknown || more.length > 0) {
    console.error(
      `daisychain doctor doesn't know “${unknown ?? more[0]}”; it accepts --install-cuda and one model file.`,
    )
    return 2
  }
  if (asked && !existsSync(asked)) {
    console.error(`There is no file ${asked}. Check the path.`)
    return 2
  }
  if (args.includes('--install-cuda') && !(await getCuda())) return 1
  say(`Node.js ${process.versions.node} on ${process.platform} (${process.arch}), ${processors()} cores.`)
  say(`Memory: ${gigabytes(freeMemory())} free of ${gigabytes(memorySize())}.`)
  const runtime = installedRuntime()
  say(runtime ? `ONNX Runtime ${runtime.version} is installed.` : 'ONNX Runtime is not installed.')
  const model = asked ?? smallestModel()
  if (!model) {
    say('This copy of the package contains no models, so nothing can be tried. Install it again.')
    return 1
  }
  const running: Device[] = []
  const hasNvidia = mayHaveNvidiaCard()
  say(hasNvidia ? sayCuda(runtime?.version) : 'No NVIDIA card found.')
  const isNative = (await runtimeHere()).runs === 'native'
  const worthTrying = (device: Device) =>
    isNative ? hasNvidia || !['cuda', 'tensorrt'].includes(device) : ['cpu', 'wasm'].includes(device)
  for (const device of devices.filter(worthTrying)) {
    const trial = await tryDevice(device, model, asked ? basename(asked) : 'a test model')
    say(`${device}: ${trial.runs ? 'runs.' : "doesn't run."} ${trial.words}`.trimEnd())
    if (trial.runs) running.push(device)
  }
  if (running.join() === 'wasm')
    say(
      'Models run in WebAssembly here, two to three times more slowly than with ONNX Runtime’s native library, which a Debian-based image or system can load: see docs/docker.md.',
    )
  const noPictures = await whyNoPictures()
  if (noPictures)
    say(
      `Pictures cannot be read: sharp, the library for that, cannot be loaded (${noPictures}). In Node-RED's user directory run "npm install ${pictureLibrary()}".`,
    )
  const runs = running.length > 0 && noPictures === null
  say(sayCamera())
  const what = asked ? basename(asked) : 'Models'
  say(runs ? `${what} can run here.` : `${what} cannot run here.`)
  return runs ? 0 : 1
}

/**
 * `daisychain doctor --installation [--userdir FOLDER] [--url URL]`: reports whether this computer can be
 * left alone for months.
 */
async function installation(args: string[]): Promise<number> {
  const options = {
    installation: { type: 'boolean' },
    userdir: { type: 'string', short: 'u' },
    url: { type: 'string' },
  } as const
  let asked: { userdir?: string; url?: string }
  try {
    asked = parseArgs({ args, options }).values
  } catch {
    console.error('daisychain doctor --installation accepts only --userdir FOLDER and --url URL.')
    return 2
  }
  return checkInstallation(asked.userdir, asked.url)
}

async function getCuda(): Promise<boolean> {
  try {
    say('Downloading the CUDA libraries, several hundred megabytes…')
    await installCuda((text) => process.stderr.write(text))
    say(`The CUDA libraries are installed. They also need NVIDIA’s driver, ${sayCudaNeeds()}.`)
    return true
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    console.error(error.message)
    return false
  }
}

/** Exported for its test. */
export function sayCuda(version = '', platform = process.platform): string {
  return platform === 'linux'
    ? `On an NVIDIA card, ONNX Runtime ${version} needs NVIDIA’s driver, ${sayCudaNeeds()}. Another version of CUDA doesn’t replace this one.`
    : 'On an NVIDIA card, use DirectML or WebGPU: ONNX Runtime for Node.js has CUDA for Linux on x64 only.'
}

function smallestModel(): string | null {
  const folder = join(__dirname, '../../../models')
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  const bySize = files
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => ({ file: join(folder, file), bytes: statSync(join(folder, file)).size }))
    .sort((a, b) => a.bytes - b.bytes)
  return bySize[0]?.file ?? null
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
