import type { Converter, PortType, Verdict } from '../types'

export interface WireEnd {
  id: string
  /**
   * The output port, counted from 0. If the wire starts at a subflow's own input, `id` is that of the subflow
   * definition.
   */
  port: number
}

/** The judgement on a wire: the worst of the judgements on the properties that the receiver needs. */
export interface WireJudgement {
  from: WireEnd
  to: { id: string }
  verdict: Verdict
  /** The judged message property; `payload` if the receiver needs nothing in particular. */
  property: string
  /** The type that arrives. `null` if it is unknown or, for a mismatch, if nothing arrives. */
  given: PortType | null
  /** The required type. `null` if nothing in particular is needed. */
  wanted: PortType | null
  /** One sentence. Empty if there is nothing to say (match, unknown). */
  message: string
  converter: Converter | null
  /**
   * The node that made the value, if it isn't the wire's own source (for example because of a switch or a
   * link).
   */
  origin: string | null
  /** A word that the receiver compares with and that never arrives. */
  unsaid?: string
}

/** A problem with a wire. A wire may have several, one for each property. */
export interface Problem extends WireJudgement {
  verdict: 'convertible' | 'mismatch'
}

export interface Report {
  /**
   * One entry per wire, grouped by the node at its end, in the order of the graph. A wire inside a subflow is
   * listed once, with the worst judgement of all instances.
   */
  wires: WireJudgement[]
  problems: Problem[]
}

/** The output of `daisychain check --json`. */
export interface ReportJson {
  wires: Record<Verdict, number>
  problems: {
    verdict: 'convertible' | 'mismatch'
    from: WireEnd
    to: { id: string }
    property: string
    given: PortType | null
    wanted: PortType | null
    message: string
    converter: Converter | null
  }[]
}

export function reportJson(report: Report): ReportJson {
  const wires: ReportJson['wires'] = { match: 0, adapts: 0, convertible: 0, mismatch: 0, unknown: 0 }
  for (const wire of report.wires) wires[wire.verdict]++
  const problems = report.problems.map(({ verdict, from, to, property, given, wanted, message, converter }) => ({
    verdict,
    from: { id: from.id, port: from.port },
    to: { id: to.id },
    property,
    given,
    wanted,
    message,
    converter,
  }))
  return { wires, problems }
}
