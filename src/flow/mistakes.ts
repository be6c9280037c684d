import { contradictions } from '../schema/contradictions'
import { mistakesAgainst } from '../schema/mistakes'
import { DECLARATIONS_SCHEMA } from './declaration-schema'
import { isRecord } from './read'

/**
 * What is wrong with the declarations of some node types, one sentence each; empty if nothing is.
 *
 * @example
 * mistakesInDeclarations({ sharpen: { input: {} } })
 * // ['The declaration of “sharpen” is wrong: there is no "input" here. Did you mean “inputs”?']
 */
export function mistakesInDeclarations(nodes: unknown): string[] {
  if (!isRecord(nodes)) return ['The declarations must be an object: node type → the inputs and outputs of that type.']
  return Object.entries(nodes).flatMap(([type, declaration]) => mistakesIn(type, declaration))
}

/**
 * What is wrong with the declaration of a node type, one sentence each; empty if nothing is. It is checked against the
 * published schema first, then for what a schema can't express.
 *
 * @param declaration as found, whatever it is
 */
export function mistakesIn(type: string, declaration: unknown): string[] {
  const mistakes = mistakesAgainst(declaration, DECLARATIONS_SCHEMA, 'node')
  return [...mistakes, ...(mistakes.length === 0 ? contradictions(declaration) : [])].map(({ at, what }) => {
    const place = at.length > 0 ? `, in ${at.join('.')}` : ''
    return `The declaration of “${type}” is wrong${place}: ${what}${what.endsWith('?') ? '' : '.'}`
  })
}
