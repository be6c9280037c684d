import type { PortType, TypeName } from './port-type'

/** Mapped, so that the compiler asks for each. */
const names: Record<TypeName, true> = {
  image: true,
  vector: true,
  category: true,
  number: true,
  text: true,
  boolean: true,
  segmentation: true,
  array: true,
  file: true,
  directory: true,
  image_point: true,
  image_bounding_box: true,
  image_landmarks: true,
  record: true,
  any: true,
}

/** The names of all port types. */
export const TYPE_NAMES = Object.keys(names) as readonly TypeName[]

export function isTypeName(name: unknown): name is TypeName {
  return typeof name === 'string' && Object.hasOwn(names, name)
}

/** The parameters of a type that are numbers. */
type NumbersOf<T> = { [Key in keyof T]-?: NonNullable<T[Key]> extends number ? Key : never }[keyof T]
type NumericParameter = Exclude<
  PortType extends infer T ? (T extends unknown ? NumbersOf<T> : never) : never,
  'default'
>

const numeric: Record<NumericParameter, true> = {
  length: true,
  channels: true,
  min: true,
  max: true,
  step: true,
  minLength: true,
  maxLength: true,
  width: true,
  height: true,
  minWidth: true,
  maxWidth: true,
  minHeight: true,
  maxHeight: true,
  samplingMean: true,
  samplingStd: true,
}

/** Whether a parameter of some port type is a number: edit forms store them as texts. */
export function isNumeric(parameter: string): boolean {
  return Object.hasOwn(numeric, parameter)
}
