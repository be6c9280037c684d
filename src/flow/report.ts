import type { Converter, PortType, Verdict } from '../types'

export interface WireEnd {
  id: string
  /** Output port, counted from 0. For a wire from a subflow's own input, `id` is the subflow definition's. */
  port: number
}

/** What the check says about one wire: the worst of what it says about the properties that the receiver wants. */
export interface WireJudgement {
  from: WireEnd
  to: { id: string }
  verdict: Verdict
  /** The message property judged; `payload` if the receiver needs nothing in particular. */
  property: string
  /** What arrives in it. `null`: unknown, or, in a mismatch, nothing at all. */
  given: PortType | null
  /** What is needed there. `null`: nothing in particular. */
  wanted: PortType | null
  /** One sentence. Empty if nothing needs to be said (match, unknown). */
  message: string
  converter: Converter | null
  /** The node that made the value, if that is not the wire's own source (it came through a switch, a link, …). */
  origin: string | null
  /** The word that the receiver looks for, if it never arrives. */
  unsaid?: string
}

/** One problem on one wire. A wire may have several, one for each property. */
export interface Problem extends WireJudgement {
  verdict: 'convertible' | 'mismatch'
}

export interface Report {
  /**
   * One entry for each wire, grouped by the node at its end, in the graph's order. A wire inside a subflow counts once,
   * with its worst instance.
   */
  wires: WireJudgement[]
  problems: Problem[]
}

/** What `daisychain check --json` prints. */
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
