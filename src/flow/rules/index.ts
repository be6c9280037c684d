import type { Rule } from '../behaviour'
import type { NodeDeclaration } from '../declaration'
import type { FlowNode } from '../graph'
import { change } from './change'
import { convert } from './convert'
import { coreNodes } from './core-nodes'
import { delay } from './delay'
import { inject } from './inject'
import { literal } from './literal'
import { csv, json, template, yaml } from './parsers'
import { batch, gather, sort } from './sequence'
import { split } from './split'
import { route } from './switch'
import { trigger } from './trigger'
import { filter, range, whenThere } from './when-there'

/** If no output property is set, it is the input property. */
const html: Rule = (node) => {
  const { outproperty, property } = node.settings
  const settings = { ...node.settings, outproperty: outproperty || property }
  return whenThere(coreNodes.html as NodeDeclaration)({ ...node, settings })
}

/**
 * Node-RED's own nodes whose outputs must be computed. Those that a declaration can describe are in
 * `coreNodes`.
 */
const coreRules: ReadonlyMap<string, Rule> = new Map([
  ['inject', inject],
  ['change', change],
  ['switch', route],
  ['template', template],
  ['json', json],
  ['yaml', yaml],
  ['csv', csv],
  ['split', split],
  ['join', gather],
  ['sort', sort],
  ['batch', batch],
  ['trigger', trigger],
  ['delay', delay],
  ['range', range],
  ['rbe', filter],
  ['html', html],
  ['xml', whenThere(coreNodes.xml as NodeDeclaration)],
])

/**
 * All nodes whose outputs must be computed: Node-RED's own, function nodes, and the only one of ours that a
 * declaration can't describe.
 */
export const rules: ReadonlyMap<string, Rule> = new Map([
  ...coreRules,
  ['function', literal],
  ['daisychain-convert', convert],
])

/** Node-RED's own nodes that a declaration can describe. */
export const declared: ReadonlyMap<string, NodeDeclaration> = new Map(Object.entries(coreNodes))

const GATHERING: ReadonlySet<Rule> = new Set([gather, sort, batch])

/** Whether it is one of Node-RED's nodes that collect several messages before they send one. */
export function isGathering(type: string): boolean {
  return GATHERING.has(rules.get(type) as Rule)
}

/** Whether it is one of Node-RED's own nodes. */
export function isBuiltIn(type: string): boolean {
  return coreRules.has(type) || declared.has(type)
}

/** The source of the text that Node-RED's own nodes output; null for other nodes. */
export function textSourceOf({ type, config }: Pick<FlowNode, 'type' | 'config'>): 'outside' | 'makes' | null {
  // Base64 isn't text that people wrote.
  if (coreNodes[type]?.brings && config.datatype !== 'base64') return 'outside'
  return isBuiltIn(type) ? 'makes' : null
}
