import { existsSync, readdirSync, statSync } from 'node:fs'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { createEngine, type Device, EngineError } from '../engine'

const devices: readonly Device[] = ['cpu', 'cuda', 'tensorrt', 'directml', 'coreml', 'webgpu']

/** `daisychain doctor`: says what runs here and what to do about what does not. 0 if models can run, else 1. */
export async function doctor(): Promise<number> {
  say(`Node.js ${process.versions.node} on ${process.platform} (${process.arch}), ${availableParallelism()} cores.`)
  say(`Memory: ${gigabytes(freemem())} free of ${gigabytes(totalmem())}.`)
  const model = smallestModel()
  if (!model) {
    say('No model comes with this copy of the package, so that nothing can be tried. Install it again.')
    return 1
  }
  let runs = false
  for (const device of devices) {
    const answer = await tryDevice(device, model)
    say(answer === null ? `${device}: runs.` : `${device}: does not run, because ${answer}`)
    runs ||= answer === null
  }
  say(runs ? 'Models can run here.' : 'Models cannot run here.')
  return runs ? 0 : 1
}

/** Null if the device can take the model, else why it cannot. */
async function tryDevice(device: Device, model: string): Promise<string | null> {
  const engine = createEngine({ device, log: () => {} })
  try {
    const { attempts } = await engine.load(model)
    const failed = attempts.find((attempt) => attempt.device === device)
    return failed ? `${failed.error}.` : null
  } catch (error) {
    return error instanceof EngineError ? error.message : `${(error as Error).message}.`
  } finally {
    await engine.close()
  }
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
