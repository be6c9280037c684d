import { match, mismatch } from '../finding'
import type { JudgeTypes, TypeFinding } from '../judgement'
import type { PortType, RecordType } from '../port-type'
import { severity } from '../severity'
import { listed, quote } from '../words'

/** Every required field must exist and fit. Additional fields are ignored. */
export function toRecord(from: PortType, to: RecordType, judge: JudgeTypes): TypeFinding {
  if (from.type !== 'record') return mismatch(from, to)
  const names = Object.keys(to.fields)
  const missing = names.filter((name) => !Object.hasOwn(from.fields, name))
  if (missing.length > 0) {
    const verb = missing.length === 1 ? 'is' : 'are'
    return { ...mismatch(from, to), note: `but ${listed(missing.map(quote), 'and', 4)} ${verb} missing` }
  }
  let worst: TypeFinding = match(from)
  for (const name of names) {
    const finding = judge(from.fields[name] as PortType, to.fields[name] as PortType)
    if (severity[finding.verdict] <= severity[worst.verdict]) continue
    worst = { ...finding, given: `a record whose ${quote(name)} is ${finding.given}` }
  }
  return worst
}
