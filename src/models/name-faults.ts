import { withBytes } from '../onnx/bytes'
import { portNames } from '../onnx/port-names'
import { isDownloadable, modelPath, stepFile } from './locate'
import type { Model, Step, Variant } from './manifest'
import { stepsOf } from './steps/names'

/** The tensor names in a manifest that don't exist in its ONNX files, one sentence each. */
export function nameFaults(model: Model): string[] {
  return model.variants
    .filter((variant) => !isDownloadable(variant))
    .flatMap((variant) => stepsOf(variant).flatMap((step) => faultsOf(model, variant, step)))
}

function faultsOf(model: Model, variant: Variant, step: Step): string[] {
  const { feeds = {}, fetches = {} } = step
  const file = stepFile(step)
  if (file === undefined) return []
  let names: ReturnType<typeof portNames>
  try {
    names = withBytes(modelPath(model, variant, file), portNames)
  } catch {
    return [] // Errors in the file itself are reported when it runs.
  }
  if (!names) return []
  const { inputs, outputs } = names
  return [...unknown(feeds, inputs, file, 'input'), ...unknown(fetches, outputs, file, 'output')]
}

function unknown(specs: Record<string, unknown>, names: readonly string[], file: string, what: string): string[] {
  const isPlace = (name: string) => /^#\d+$/.test(name) && Number(name.slice(1)) < names.length
  const faults = Object.keys(specs).filter((name) => !names.includes(name) && !isPlace(name))
  return faults.map((name) => `${file} has no ${what} "${name}", only ${names.map((one) => `"${one}"`).join(', ')}`)
}
