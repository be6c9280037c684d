import { statSync } from 'node:fs'
import { basename, dirname, isAbsolute, resolve, sep } from 'node:path'
import { memorySize } from '../apart/this-machine'
import { otherThanFile } from '../files'
import type { OnnxFile } from '../onnx/contents'
import { InspectError } from './inspect-error'

/** Operator domains that ONNX Runtime supports. */
const KNOWN = /^(|ai\.onnx(\..+)?|com\.microsoft(\..+)?|com\.ms\..+)$/
/** Domains of onnxruntime-extensions, which no runtime includes: they decode pictures and split text. */
const EXTENSIONS = /^(ai\.onnx\.contrib|com\.microsoft\.extensions)$/

/**
 * Reports what prevents a model from being loaded, as far as its file shows.
 * @param memory the computer's memory in bytes
 * @throws InspectError
 */
export function findObstacles(path: string, file: OnnxFile, memory: number = memorySize()): void {
  const name = basename(path)
  const extension = file.operators.find(({ domain }) => EXTENSIONS.test(domain) && !file.ownDomains.includes(domain))
  if (extension)
    throw new InspectError(
      `${name} uses the operator ${extension.op} of onnxruntime-extensions, which is not there. Look for the version of the model without steps before and after it: Daisychain prepares pictures and text itself.`,
    )
  const foreign = file.operators.find(({ domain }) => !KNOWN.test(domain) && !file.ownDomains.includes(domain))
  if (foreign)
    throw new InspectError(
      `${name} uses the operator ${foreign.op} of "${foreign.domain}", which ONNX Runtime does not have. Look for a version of the model without it, or export it with ONNX's own operators only.`,
    )
  const bytes = (statSync(path).size ?? 0) + externalBytes(path, file)
  if (bytes > memory)
    throw new InspectError(
      `${name} has weights of ${gigabytes(bytes)}, more than the ${gigabytes(memory)} of memory in this computer. Choose a smaller or a quantised version of the model.`,
    )
}

/** The total size of a model's other files, in bytes. @throws InspectError if one is missing or truncated */
function externalBytes(path: string, { external }: OnnxFile): number {
  const name = basename(path)
  const folder = dirname(resolve(path))
  let sum = 0
  for (const [location, needed] of external) {
    const file = resolve(folder, location)
    if (isAbsolute(location) || !file.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      throw new InspectError(
        `${name} refers to weights outside its own folder (${location}), which isn't allowed. Export it again, with the weights next to it.`,
      )
    const found = statSync(file, { throwIfNoEntry: false })
    const other = found && otherThanFile(found)
    if (other) throw new InspectError(`${location}, the weights of ${name}, ${other}. Download it again.`)
    const size = found?.size
    if (size === undefined)
      throw new InspectError(
        `${name} keeps its weights in the file ${location}, which is missing. Put it into ${dirname(file)}.`,
      )
    if (size < needed)
      throw new InspectError(
        `${location}, the weights of ${name}, breaks off: ${size.toLocaleString('en')} of ${needed.toLocaleString('en')} bytes are there. Download it again.`,
      )
    sum += size
  }
  return sum
}

/** Checks the largest input or output of fixed size against this computer's memory. @throws InspectError */
export function checkSizes(
  path: string,
  tensors: readonly { name: string; shape: (number | string)[] }[],
  memory: number = memorySize(),
): void {
  for (const { name, shape } of tensors) {
    const values = shape.reduce<number>((product, size) => product * (typeof size === 'number' ? size : 1), 1)
    if (values * 4 > memory) throw new InspectError(`${basename(path)} ${tooLarge(name, values * 4, memory)}`)
  }
}

/** More memory than any computer has, in bytes: a million gigabytes. */
const IMPOSSIBLE = 2 ** 50

function tooLarge(name: string, bytes: number, memory: number): string {
  return bytes < IMPOSSIBLE
    ? `needs ${gigabytes(bytes)} for "${name}" alone, more than the ${gigabytes(memory)} of memory in this computer. Choose a version for smaller inputs.`
    : `gives "${name}" sizes that no computer has the memory for: it is damaged, or was exported with wrong sizes. Look for another version.`
}

export function gigabytes(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MB`
}
