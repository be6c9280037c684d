import type { Provenance, UsedModel } from './record'
import type { Traveller } from './scrub'

/** A chain that makes the same picture again, and the nodes that may prevent that. */
export interface Reproduction {
  flow: Traveller[]
  /** Names of nodes whose seed was random. */
  unfixed: string[]
  /** Names of nodes whose result depends on something that the record doesn't contain. */
  outside: string[]
}

/** Types of nodes that are completely included: some of Node-RED's own, and this package's. */
const WHOLE = /^(inject|junction|link (in|out)|delay|subflow(:.*)?|daisychain-.*)$/
const OUTSIDE = /^daisychain-(camera|images|serve-in|remote|paint|onnx|teach)$/

/**
 * Copies the message's options to the nodes' settings, so that the result is the same without the message.
 */
export function reproduction({ flow, options }: Provenance): Reproduction {
  const named = (nodes: Traveller[]) => nodes.map(({ name, type }) => String(name || type.replace(/^daisychain-/, '')))
  const set = flow.map((node): Traveller => {
    const { id, type, ...chosen } = options[node.id] ?? {}
    return { ...node, ...chosen }
  })
  return {
    flow: set,
    unfixed: named(set.filter(({ seed }) => seed === '' || seed === null)),
    outside: named(set.filter(({ type }) => !WHOLE.test(type) || OUTSIDE.test(type))),
  }
}

/**
 * Labels of a picture's models whose files are missing here or differ.
 * @param here the same nodes' models on this computer
 */
export function otherModels({ models }: Provenance, here: readonly UsedModel[]): string[] {
  const isSame = ({ node, sha256 }: UsedModel) =>
    here.some((one) => one.node === node && sha256.length > 0 && one.sha256.join() === sha256.join())
  return models.filter((model) => !isSame(model)).map(({ label }) => label)
}
