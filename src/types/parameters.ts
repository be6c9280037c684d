import type { AudioFormat, ImageFormat, PortTypeOf, TypeName } from './port-type'

/** The allowed values of a type's parameter: one of some words or numbers, or any value of a kind. */
export type Parameter =
  | readonly (string | number)[]
  | 'text'
  | 'texts'
  | 'number'
  | 'positive number'
  /** An integer from 1, or from 0. */
  | 'size'
  | 'count'
  | 'boolean'
  | 'type'
  | 'types by name'
  | 'numbers by name'
  | 'colors by name'
  | 'pairs of texts'

type ParametersOf<Name extends TypeName> = {
  readonly [Key in Exclude<keyof PortTypeOf<Name>, 'type' | 'description'>]-?: Parameter
}

const FORMATS: readonly ImageFormat[] = ['value', 'png', 'jpeg', 'webp', 'buffer', 'dataURI', 'base64', 'file']
const AUDIO_FORMATS: readonly AudioFormat[] = ['value', 'wav', 'buffer', 'dataURI', 'base64']
const size = {
  width: 'size',
  height: 'size',
  minWidth: 'size',
  maxWidth: 'size',
  minHeight: 'size',
  maxHeight: 'size',
} as const

/** All port types, with their parameters. Every type may have a `description` as well. */
export const PARAMETERS: { readonly [Name in TypeName]: ParametersOf<Name> } = {
  image: { channels: [1, 3, 4], format: FORMATS, ...size },
  audio: { sampleRate: 'positive number', channels: 'size', maxSeconds: 'positive number', format: AUDIO_FORMATS },
  vector: { length: 'size', fitted: 'boolean', samplingMean: 'number', samplingStd: 'number' },
  category: { oneOf: 'texts', default: 'text' },
  number: { min: 'number', max: 'number', step: 'positive number', default: 'number' },
  text: { minLength: 'count', maxLength: 'count', default: 'text' },
  boolean: { default: 'boolean' },
  segmentation: {
    labels: 'texts',
    labelToId: 'numbers by name',
    labelToColor: 'colors by name',
    defaultLabel: 'text',
    ...size,
  },
  array: { itemType: 'type', minLength: 'count', maxLength: 'count' },
  file: { extension: 'text' },
  directory: {},
  image_point: {},
  image_bounding_box: {},
  image_landmarks: { length: 'size', labels: 'texts', connections: 'pairs of texts' },
  record: { fields: 'types by name' },
  any: {},
}

/** The names of all port types. */
export const TYPE_NAMES = Object.keys(PARAMETERS) as readonly TypeName[]

export function isTypeName(name: unknown): name is TypeName {
  return typeof name === 'string' && Object.hasOwn(PARAMETERS, name)
}

const NUMBERS: readonly Parameter[] = ['number', 'positive number', 'size', 'count']

const numeric: ReadonlySet<string> = new Set([
  'channels',
  ...Object.values(PARAMETERS)
    .flatMap((parameters) => Object.entries<Parameter>(parameters))
    .flatMap(([name, parameter]) => (NUMBERS.includes(parameter) && name !== 'default' ? name : [])),
])

/** Whether some port type has a number as this parameter, which edit forms store as text. */
export function isNumeric(parameter: string): boolean {
  return numeric.has(parameter)
}
