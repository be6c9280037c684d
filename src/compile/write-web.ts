import { copyFileSync, existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { wantedRuntime } from '../engine'
import { helpIn, labelNameIn, optionIn } from '../models'
import { LANGUAGES, pageDocument } from '../serving/page/document'
import { shownFields } from '../serving/page/look'
import type { Chain } from './chain'
import { type CompiledChain, type FilePort, nonCommercial } from './compile'
import { CompileError } from './compile-error'
import { tensorOf } from './value'
import { writeJoined } from './write-file'

/**
 * Files of ONNX Runtime for browsers, under new names: servers know the type of `.js`, but not always of
 * `.mjs`.
 */
const RUNTIME = { 'ort.js': 'ort.wasm.bundle.min.mjs', 'ort-wasm-simd-threaded.wasm': 'ort-wasm-simd-threaded.wasm' }

/** @throws CompileError if ONNX Runtime for browsers is not installed */
export function webRuntimeFolder(): string {
  try {
    const folder = dirname(require.resolve('onnxruntime-web'))
    if (Object.values(RUNTIME).every((name) => existsSync(join(folder, name)))) return folder
  } catch {
    // Reported below.
  }
  throw new CompileError(
    `A page needs ONNX Runtime for browsers: run "npm install onnxruntime-web@${wantedRuntime()}" in Node-RED's user directory (usually ~/.node-red).`,
  )
}

/**
 * Writes a folder that runs a compiled chain in a browser, from any static server.
 * @returns the names of its files
 */
export function writeWeb({ links }: Chain, compiled: CompiledChain, folder: string, name: string): string[] {
  const { metadata, file } = compiled
  writeJoined(file, folder, name)
  const runtime = webRuntimeFolder()
  for (const [to, from] of Object.entries(RUNTIME)) copyFileSync(join(runtime, from), join(folder, to))
  const title = links.map(({ model }) => model.label).join(' → ')
  const weights = file.data.map((each) => each.name)
  const { html } = pageDocument('compiled', 'en', title, {
    title,
    about: '',
    licences: metadata.licence,
    nonCommercial: nonCommercial(links),
    color: '',
    hasPicture: false,
    fields: Object.fromEntries(LANGUAGES.map((language) => [language, fieldsIn(language, compiled)])),
    limit: Number.MAX_SAFE_INTEGER,
    isShared: false,
    model: {
      file: name,
      weights,
      inputs: JSON.parse(metadata['daisychain.inputs'] as string),
      outputs: JSON.parse(metadata['daisychain.outputs'] as string),
    },
  })
  writeFileSync(join(folder, 'index.html'), html)
  return ['index.html', name, ...weights, ...Object.keys(RUNTIME)]
}

function fieldsIn(language: string, { inputs, outputs }: CompiledChain) {
  const fields = { inputs: inputs.map(fieldOf), outputs: outputs.map(fieldOf) }
  return shownFields(fields, { looks: [], help: helpIn, label: optionIn, labelName: labelNameIn }, language)
}

/** Every input of the file needs a value; numbers have a default. */
function fieldOf({ name, property, type, value, help = '', usual }: FilePort) {
  const [height, width] = tensorOf(value).shape
  const sized = type.type === 'segmentation' ? { ...type, width, height } : type
  const set = usual === undefined ? sized : { ...sized, default: type.type === 'boolean' ? usual === 1 : usual }
  return { name, property, type: set as FilePort['type'], help, required: value.kind !== 'number' }
}
