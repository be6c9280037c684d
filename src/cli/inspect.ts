import { parseArgs } from 'node:util'
import { createEngine, EngineError } from '../engine'
import { type InputChoice, InspectError, type Inspection, inspectFile, type OutputChoice } from '../inspect'
import { RANGE_WORDS } from '../inspect/ranges'
import { describeType } from '../types'

const usage = 'Name one model: daisychain inspect [--json] [--labels NAMES.txt] FILE.onnx'

/** `daisychain inspect FILE`: 0: read, 2: not a model that can be used here. */
export async function inspect(args: string[]): Promise<number> {
  const request = readArguments(args)
  if (!request) return fail(usage)
  const engine = createEngine({ device: 'cpu', log: () => {} })
  try {
    const inspection = await inspectFile(request.file, engine, { labels: request.labels })
    const { manifest, ...facts } = inspection
    const { proposal, ...rest } = manifest
    const json = JSON.stringify({ ...facts, proposal, manifest: rest }, null, 2)
    process.stdout.write(`${request.json ? json : describe(inspection)}\n`)
    return 0
  } catch (error) {
    if (error instanceof InspectError || error instanceof EngineError) return fail(error.message)
    throw error
  } finally {
    await engine.close()
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

/** The proposal as a person reads it. */
function describe({ file, bytes, producer, opset, manifest }: Inspection): string {
  const { proposal, inputs, outputs } = manifest
  const size = bytes >= 2 ** 20 ? `${(bytes / 2 ** 20).toFixed(1)} MB` : `${Math.ceil(bytes / 1024)} kB`
  const lines = [`${file}: ${size}${producer ? `, made with ${producer}` : ''}, opset ${opset}.`, '', 'Takes']
  for (const input of proposal.inputs) {
    const port = inputs.find(({ name }) => name === input.name)
    lines.push(
      ...entry(input, port ? `msg.${port.property}: ${describeType(port.type)}` : 'carried from message to message'),
    )
  }
  lines.push('', 'Gives')
  for (const output of proposal.outputs) {
    const ports = output.as === 'things' ? outputs.flat() : outputs.find((list) => list[0]?.name === output.name)
    const what = ports?.map(({ property, type }) => `msg.${property}: ${describeType(type)}`).join('; ')
    lines.push(...entry(output, what ?? (output.as === 'state' ? 'carried from message to message' : 'not used')))
  }
  return [...lines, ...(proposal.notes.length > 0 ? ['', ...proposal.notes] : [])].join('\n')
}

function entry({ tensor, why, confidence, picture }: InputChoice | OutputChoice, what: string): string[] {
  const numbers =
    picture && what.includes('image')
      ? `, in numbers ${RANGE_WORDS[picture.range]}${picture.order === 'BGR' ? ', blue first' : ''}`
      : ''
  const sure = { certain: '', likely: 'Likely. ', guess: 'A guess. ' }[confidence]
  return [`  ${tensor} → ${what}${numbers}`, `    ${sure}${why}`]
}
