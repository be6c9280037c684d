import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { allDeclarations, declaredBeside, mistakesBeside } from '../declarations'
import { checkFlow, FlowError, type Graph, type Report, readFlow, reportJson } from '../flow'

const usage = 'Name one flow file: daisychain check [--json] FLOWS.json'
const standardInput = '-'

/** `daisychain check [--json] FILE`: 0: nothing wrong, 1: a wire does not fit, 2: the file cannot be read. */
export function check(args: string[]): number {
  const [file, json] = readArguments(args)
  if (file === null) return fail(usage)
  let graph: Graph
  try {
    graph = readFlow(readText(file))
  } catch (error) {
    return fail(error instanceof FlowError ? `${file}: ${error.message}` : cannotRead(file, error))
  }
  const folder = file === standardInput ? process.cwd() : dirname(resolve(file))
  for (const mistake of mistakesBeside(folder)) console.error(mistake)
  const report = checkFlow(graph, allDeclarations(declaredBeside(folder)))
  process.stdout.write(`${json ? JSON.stringify(reportJson(report), null, 2) : describe(report)}\n`)
  return report.problems.length > 0 ? 1 : 0
}

function readArguments(args: string[]): [file: string | null, json: boolean] {
  try {
    const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true })
    return [positionals.length === 1 ? (positionals[0] ?? null) : null, values.json === true]
  } catch {
    return [null, false]
  }
}

function readText(file: string): string {
  return readFileSync(file === standardInput ? 0 : file, 'utf8')
}

function cannotRead(file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `There is no file ${file}.`
  if (code === 'EISDIR') return `${file} is a folder; name the flow file in it.`
  return `${file} cannot be read: ${message}.`
}

function fail(sentence: string): number {
  console.error(sentence)
  return 2
}

/** The report as a person reads it: what is wrong, then how many wires there are of each kind. */
function describe(report: Report): string {
  const { wires } = reportJson(report)
  const lines = report.problems.map(({ message, from, to }) => `- ${message}\n  (${from.id} → ${to.id})`)
  const fitting = wires.match + wires.adapts
  const wrong = wires.convertible + wires.mismatch
  const counts = [
    `${fitting} of ${count(report.wires.length, 'wire')} ${fitting === 1 ? 'fits' : 'fit'}`,
    wires.unknown > 0 ? `of ${wires.unknown} the types are not known` : '',
    wrong > 0 ? `${wrong} ${wrong === 1 ? 'does' : 'do'} not fit` : 'none is wrong',
  ]
  return [...lines, `${counts.filter(Boolean).join(', ')}.`].join('\n')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
