import type { PortView } from '../../flow'
import { say } from '../shell/words'
import { current, problemsAt } from './checks'
import { declarations } from './declarations'
import { eitherInWords } from './names'

type Validate = (this: EditorNode, value: unknown, options: unknown) => unknown

const prepared = new WeakSet<NodeDefinition>()

/**
 * Gives the editor's definition of every declared node type hover texts for its ports and, through the editor's own
 * validation, the red triangle with sentences that say what is wrong at its input.
 */
export function prepareDefinitions(): void {
  for (const type of declarations.keys()) {
    const definition = RED.nodes.getType(type)
    if (!definition || prepared.has(definition)) continue
    prepared.add(definition)
    definition.inputLabels ??= function (this: EditorNode) {
      return describePorts(current()?.inputs(this.id) ?? [], 'wants')
    }
    definition.outputLabels ??= function (this: EditorNode, index: number) {
      return describePorts(current()?.outputs(this.id, index) ?? [], 'gives')
    }
    if (isTyped(type)) reportProblems(definition)
  }
}

/** Whether the type's declaration restricts its input, so that a wrong wire can end at it. */
function isTyped(type: string): boolean {
  const { inputs, portsFrom, cases = [] } = declarations.get(type) ?? {}
  return Boolean(inputs ?? portsFrom) || cases.some((variation) => variation.inputs)
}

/** Adds Daisychain's problems to the validation of the name, because every node has one. */
function reportProblems({ defaults }: NodeDefinition): void {
  const name = defaults?.name as { validate?: Validate } | undefined
  if (!name) return
  const own = name.validate
  // With fewer than two parameters, the editor doesn't accept sentences as a result.
  name.validate = function (this: EditorNode, value: unknown, options: unknown) {
    const sentences = problemsAt(this.id).map(({ message }) => message)
    if (sentences.length > 0) return sentences
    return own ? own.call(this, value, options) : true
  }
}

/** The hover text of a port, one line for each message property. The editor shows it as plain text. */
export function describePorts(ports: PortView[], verb: 'wants' | 'gives'): string | undefined {
  const lines = ports.map(({ property, types, required }) => {
    const words = eitherInWords(types)
    const what = verb === 'wants' && !required ? say('optionalPort', { what: words }) : words
    return property === 'payload'
      ? say(verb === 'wants' ? 'portWants' : 'portGives', { what })
      : `msg.${property}: ${what}`
  })
  return lines.length > 0 ? lines.join('\n') : undefined
}
