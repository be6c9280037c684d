import { tensorOf, type Value } from './value'

/** A model, as described in Triton's `config.pbtxt`. */
export interface TritonModel {
  name: string
  inputs: TritonTensor[]
  outputs: TritonTensor[]
  /** Its metadata. */
  parameters: Record<string, string>
  /** For an ensemble: its models in order. Without steps it is an ONNX file. */
  steps?: TritonStep[]
}

export interface TritonTensor {
  name: string
  value: Value
}

/** One model of an ensemble, with a map from its own tensors to the ensemble's. */
export interface TritonStep {
  model: string
  inputs: Record<string, string>
  outputs: Record<string, string>
}

const TYPES: Record<ReturnType<typeof tensorOf>['element'], string> = {
  uint8: 'TYPE_UINT8',
  uint16: 'TYPE_UINT16',
  float32: 'TYPE_FP32',
}

/** The text of a `config.pbtxt`, in protobuf's text format for Triton's `ModelConfig`. */
export function tritonConfig({ name, inputs, outputs, parameters, steps }: TritonModel): string {
  const fields: Fields = [
    ['name', name],
    ['platform', steps ? 'ensemble' : 'onnxruntime_onnx'],
    // The shapes are complete: there is no batch dimension.
    ['max_batch_size', 0],
    ...inputs.map((tensor): Field => ['input', tensorFields(tensor)]),
    ...outputs.map((tensor): Field => ['output', tensorFields(tensor)]),
    ...Object.entries(parameters).map(([key, text]): Field => ['parameters', entry(key, [['string_value', text]])]),
    ...(steps ? [['ensemble_scheduling', steps.map((step): Field => ['step', stepFields(step)])] as const] : []),
  ]
  return `${written(fields)}\n`
}

type Field = readonly [name: string, value: string | number | Enumerator | Fields]
interface Fields extends ReadonlyArray<Field> {}

/** A name that is written without quotes. */
class Enumerator {
  constructor(readonly name: string) {}
}

function tensorFields({ name, value }: TritonTensor): Fields {
  const { element, shape } = tensorOf(value)
  return [['name', name], ['data_type', new Enumerator(TYPES[element])], ...shape.map((size): Field => ['dims', size])]
}

function stepFields({ model, inputs, outputs }: TritonStep): Fields {
  const map = (name: string, names: Record<string, string>): Field[] =>
    Object.entries(names).map(([own, tensor]) => [name, entry(own, tensor)])
  return [['model_name', model], ['model_version', -1], ...map('input_map', inputs), ...map('output_map', outputs)]
}

const entry = (key: string, value: string | Fields): Fields => [
  ['key', key],
  ['value', value],
]

function written(fields: Fields, indent = ''): string {
  return fields
    .map(([name, value]) => {
      if (typeof value === 'string') return `${indent}${name}: ${quoted(value)}`
      if (typeof value === 'number') return `${indent}${name}: ${value}`
      if (value instanceof Enumerator) return `${indent}${name}: ${value.name}`
      return `${indent}${name} {\n${written(value, `${indent}  `)}\n${indent}}`
    })
    .join('\n')
}

/** A quoted string, with unprintable characters in octal as protobuf requires. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are meant
  return `"${escaped.replace(/[\x00-\x1f\x7f]/g, (one) => `\\${one.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`
}
