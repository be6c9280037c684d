import type { Provenance, UsedModel } from './record'
import type { Traveller } from './scrub'

/** A chain that makes the same picture again, and the nodes for which that cannot be promised. */
export interface Reproduction {
  flow: Traveller[]
  /** Names of nodes that drew a random seed. */
  unfixed: string[]
  /** Names of nodes whose contribution depends on something the picture doesn't contain. */
  outside: string[]
}

/** Of Node-RED's own nodes, and of this package's, those that travel whole. */
const WHOLE = /^(inject|junction|link (in|out)|delay|subflow(:.*)?|daisychain-.*)$/
const OUTSIDE = /^daisychain-(camera|images|serve-in|remote|paint|onnx|teach)$/

/** Writes the message's choices into the nodes' settings, so that the result is the same without the message. */
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
 * Labels of a picture's models whose files differ or are missing here. @param here the same nodes' models, as they are
 * here
 */
export function otherModels({ models }: Provenance, here: readonly UsedModel[]): string[] {
  const isSame = ({ node, sha256 }: UsedModel) =>
    here.some((one) => one.node === node && sha256.length > 0 && one.sha256.join() === sha256.join())
  return models.filter((model) => !isSame(model)).map(({ label }) => label)
}
