import { basename } from 'node:path'
import { EngineError } from '../engine'
import { InspectError } from './inspect-error'
import { findObstacles } from './obstacles'
import { readOnnxFile } from './read-file'

/** Number types that Node.js doesn't have, by their ids in the ONNX format. */
const TYPES: Record<string, string> = {
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8',
  18: 'float8',
  19: 'float8',
  20: 'float8',
}

/** ONNX Runtime's errors in a form that people can use: a pattern of the error, and the sentence. */
const COMPLAINTS: [RegExp, (name: string, found: string[]) => string][] = [
  [
    /No Op registered for (\S+)|([\w.]+:)?(\w+)\(-?\d+\) is not a registered function\/op/,
    (name, [first, , second]) =>
      `${name} uses the operator ${first ?? second}, which this version of ONNX Runtime does not have. Export the model again with ONNX's own operators, or look for another version of it.`,
  ],
  [
    /Could not find an implementation for (\w+)\((\d+)\)/,
    (name, [operator]) =>
      `${name} uses the operator ${operator} in a way that ONNX Runtime cannot compute here, often because of its type of numbers. Look for a version of the model in float32.`,
  ],
  [
    /Unsupported data type: (\d+)/,
    (name, [type]) =>
      `${name} has inputs or outputs of the type ${TYPES[type ?? ''] ?? type}, which cannot be passed to ONNX Runtime here. Export it with float32 inputs and outputs.`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    (name, [given, most]) =>
      `${name} is in version ${given} of the ONNX format, and ONNX Runtime here reads versions up to ${most}. Export it for an older version, or update onnxruntime-node.`,
  ],
  [
    /official support for domain \S+ is till opset (\d+)/,
    (name, [most]) =>
      `${name} needs newer operators than ONNX Runtime here has: it supports opsets up to ${most}. Export it with opset_version=${most} or less, or update onnxruntime-node.`,
  ],
  [
    /Failed to construct locale with name:([\w.-]+)/,
    (name, [locale]) =>
      `${name} processes text by the rules of the locale ${locale}, which isn't installed on this computer. Install it (on Debian: locale-gen ${locale}), or look for a version of the model without the operator StringNormalizer.`,
  ],
  [
    /bad_alloc|[Ff]ailed to allocate memory|out of memory/,
    (name) => `${name} needs more memory than is available. Choose a smaller or a quantised version of the model.`,
  ],
]

/** Rephrases an error as a sentence that says what to do, if the error is known. */
export function explainLoadError(path: string, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  for (const [pattern, sentence] of COMPLAINTS) {
    const found = pattern.exec(error.message)
    if (found) return new InspectError(sentence(basename(path), found.slice(1)))
  }
  return error
}

/** Why a file couldn't be loaded, as far as the file shows; otherwise as in `explainLoadError`. */
export function explainFile(path: string, error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  try {
    findObstacles(path, readOnnxFile(path))
  } catch (found) {
    return found
  }
  return explainLoadError(path, error)
}
