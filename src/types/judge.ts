import { depends, match } from './finding'
import type { JudgeTypes, TypeFinding } from './judgement'
import type { PortType, PortTypeOf, TypeName } from './port-type'
import { toArray } from './rules/array'
import { toAudio } from './rules/audio'
import { toCategory } from './rules/category'
import { toFile } from './rules/file'
import { toImage } from './rules/image'
import { toLandmarks } from './rules/landmarks'
import { toNumber } from './rules/number'
import { toNumberList } from './rules/number-list'
import { toRecord } from './rules/record'
import { toSegmentation } from './rules/segmentation'
import { toBoolean, toText } from './rules/text'

const rules: { [Name in TypeName]: (from: PortType, to: PortTypeOf<Name>, judge: JudgeTypes) => TypeFinding } = {
  image: toImage,
  audio: toAudio,
  segmentation: toSegmentation,
  text: toText,
  boolean: toBoolean,
  category: toCategory,
  number: toNumber,
  vector: toNumberList,
  image_point: toNumberList,
  image_bounding_box: toNumberList,
  image_landmarks: toLandmarks,
  array: toArray,
  record: toRecord,
  file: toFile,
  directory: toFile,
  any: match,
}

/** Whether a value of one type fits where another type is needed, without considering converters. */
export function judgeTypes(from: PortType, to: PortType): TypeFinding {
  if (to.type === 'any') return match(from)
  if (from.type === 'any') return { verdict: 'unknown', given: 'something', note: 'whose type is not known' }
  if (!Object.hasOwn(rules, to.type)) return from.type === to.type ? match(from) : depends(from, to)
  return (rules[to.type] as (from: PortType, to: PortType, judge: JudgeTypes) => TypeFinding)(from, to, judgeTypes)
}
