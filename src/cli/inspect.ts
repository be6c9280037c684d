import { parseArgs } from 'node:util'
import { EngineError } from '../engine'
import { type InputChoice, InspectError, type Inspection, type OutputChoice, proposeFile } from '../inspect'
import { fold } from '../inspect/fold'
import { RANGE_WORDS } from '../inspect/ranges'
import { describeType } from '../types'

const usage = 'Name one model: daisychain inspect [--json] [--labels NAMES.txt] FILE.onnx'

/** `daisychain inspect FILE`. Exit code 0: readable, 2: not a model that can be used here. */
export async function inspect(args: string[]): Promise<number> {
  const request = readArguments(args)
  if (!request) return fail(usage)
  try {
    const inspection = await proposeFile(request.file, { labels: request.labels })
    const { manifest, ...facts } = inspection
    const { proposal, ...rest } = manifest
    const json = JSON.stringify({ ...facts, proposal, manifest: rest }, null, 2)
    process.stdout.write(`${request.json ? json : describe(inspection)}\n`)
    return 0
  } catch (error) {
    if (error instanceof InspectError || error instanceof EngineError) return fail(error.message)
    throw error
  }
}

function readArguments(args: string[]): { file: string; json: boolean; labels: string | undefined } | null {
  try {
    const options = { json: { type: 'boolean' }, labels: { type: 'string' } } as const
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    const [file] = positionals
    return positionals.length === 1 && file ? { file, json: values.json === true, labels: values.labels } : null
  } catch {
    return null
  }
}

function fail(sentence: string): number {
  console.error(sentence)
  return 2
}

/** The proposal in a readable form. */
function describe({ file, bytes, producer, opset, manifest }: Inspection): string {
  const { proposal, inputs, outputs } = manifest
  const size = bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`
  const lines = [`${file}: ${size}${producer ? `, made with ${producer}` : ''}, opset ${opset}.`, '', 'Takes']
  const carried = manifest.task === 'generate' ? 'remembered within text' : 'carried from message to message'
  for (const [input, ...more] of fold(proposal.inputs)) {
    if (!input) continue
    const port = inputs.find(({ name }) => name === input.name)
    const otherwise = input.as === 'text' ? 'made from the same text' : carried
    lines.push(...entry(input, more.length, port ? `msg.${port.property}: ${describeType(port.type)}` : otherwise))
  }
  lines.push('', 'Gives')
  for (const [output, ...more] of fold(proposal.outputs)) {
    if (!output) continue
    const ports = output.as === 'things' ? outputs.flat() : outputs.find((list) => list[0]?.name === output.name)
    const what = ports?.map(({ property, type }) => `msg.${property}: ${describeType(type)}`).join('; ')
    lines.push(...entry(output, more.length, what ?? (output.as === 'state' ? carried : 'not used')))
  }
  const { notes, question } = proposal
  const asked = question
    ? ['', question.ask, ...question.options.map(({ label }, i) => `  ${i === 0 ? 'proposed: ' : 'or: '}${label}`)]
    : []
  return [...lines, ...asked, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n')
}

function entry(
  { as, tensor, why, confidence, picture }: InputChoice | OutputChoice,
  more: number,
  what: string,
): string[] {
  const name = more > 0 ? `${tensor} and ${more} more` : tensor
  const numbers =
    picture && as !== 'colors' && what.includes('image')
      ? `, in numbers ${RANGE_WORDS[picture.range]}${picture.order === 'BGR' ? ', blue first' : ''}`
      : ''
  const sure = { certain: '', likely: 'Likely. ', guess: 'A guess. ' }[confidence]
  return [`  ${name} → ${what}${numbers}`, `    ${sure}${why}`]
}
