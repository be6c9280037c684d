import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { allDeclarations, declaredBeside, mistakesBeside } from '../declarations'
import { checkFlow, FlowError, type Graph, type Report, readFlow, reportJson } from '../flow'
import { flowFiles, foldersOf } from './flow-files'
import { type SettingFault, settingFaults } from './setting-faults'

const usage = 'Name one or more flow files, or a folder of them: daisychain check [--json] FLOWS.json'
const standardInput = '-'

/**
 * `daisychain check [--json] FILE…`. Exit code 0: nothing wrong, 1: a wire doesn't fit or a setting is wrong,
 * 2: a file cannot be read. For one file, only the report is printed; for several, each file's name and
 * report.
 */
export async function check(args: string[]): Promise<number> {
  const [named, json] = readArguments(args)
  if (named.length === 0) return fail(usage)
  const files: string[] = []
  for (const argument of named) {
    const found = flowFiles(argument)
    if (found.length === 0) return fail(`There is no flow file in ${argument}.`)
    files.push(...found)
  }
  const reports = new Map<string, Checked>()
  let code = 0
  for (const file of new Set(files)) {
    const checked = await checkFile(file)
    if (typeof checked === 'string') code = fail(checked)
    else reports.set(file, checked)
  }
  if (reports.size > 0) process.stdout.write(`${written(reports, json, files.length > 1)}\n`)
  // The JSON report has no field for them.
  if (json) for (const { faults } of reports.values()) for (const { message } of faults) console.error(message)
  if (code !== 0) return code
  return [...reports.values()].some(({ report, faults }) => report.problems.length + faults.length > 0) ? 1 : 0
}

/** The results for a file. */
interface Checked {
  report: Report
  /** Of settings. */
  faults: SettingFault[]
}

function written(reports: ReadonlyMap<string, Checked>, json: boolean, isNamed: boolean): string {
  const all = [...reports]
  if (json) {
    const [[, only] = []] = all
    const found =
      isNamed || !only
        ? Object.fromEntries(all.map(([file, { report }]) => [file, reportJson(report)]))
        : reportJson(only.report)
    return JSON.stringify(found, null, 2)
  }
  return all.map(([file, one]) => (isNamed ? `${file}:\n${describe(one)}` : describe(one))).join('\n\n')
}

/** The results for a file, or a sentence that says why it can't be checked. */
async function checkFile(file: string): Promise<Checked | string> {
  let graph: Graph
  try {
    graph = readFlow(readText(file))
  } catch (error) {
    return error instanceof FlowError ? `${file}: ${error.message}` : cannotRead(file, error)
  }
  const folders = foldersOf(file)
  for (const mistake of new Set(folders.flatMap(mistakesBeside))) console.error(mistake)
  const declared = Object.assign({}, ...folders.map(declaredBeside)) as ReturnType<typeof declaredBeside>
  return { report: checkFlow(graph, allDeclarations(declared)), faults: await settingFaults(graph, folders) }
}

function readArguments(args: string[]): [files: string[], json: boolean] {
  try {
    const { values, positionals } = parseArgs({ args, options: { json: { type: 'boolean' } }, allowPositionals: true })
    return [positionals, values.json === true]
  } catch {
    return [[], false]
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

/** The report for people: what is wrong, then how many wires there are of each kind. */
function describe({ report, faults }: Checked): string {
  const { wires } = reportJson(report)
  const lines = [
    ...report.problems.map(({ message, from, to }) => `- ${message}\n  (${from.id} → ${to.id})`),
    ...faults.map(({ message, id }) => `- ${message}\n  (${id})`),
  ]
  const fitting = wires.match + wires.adapts
  const wrong = wires.convertible + wires.mismatch
  const counts = [
    `${fitting} of ${count(report.wires.length, 'wire')} ${fitting === 1 ? 'fits' : 'fit'}`,
    wires.unknown > 0 ? `${wires.unknown} cannot be checked` : '',
    wrong > 0 ? `${wrong} ${wrong === 1 ? 'does' : 'do'} not fit` : '',
    faults.length > 0 ? `${count(faults.length, 'setting')} ${faults.length === 1 ? 'is' : 'are'} wrong` : '',
    lines.length === 0 ? 'no problems found' : '',
  ]
  return [...lines, `${counts.filter(Boolean).join(', ')}.`].join('\n')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
