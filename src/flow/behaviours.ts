import { type Behaviour, type RuleNode, UNKNOWN_BEHAVIOUR } from './behaviour'
import type { Declarations, NodeDeclaration } from './declaration'
import { declaredBehaviour } from './declared'
import type { FlowNode } from './graph'
import { declared, rules } from './rules'
import { type Lookup, resolveSettings } from './settings'

/**
 * The behaviour of a node: from a rule for Node-RED's own nodes, or else from its declaration. Never throws.
 */
export function behaviourOf(node: FlowNode, declarations: Declarations, env: Lookup): Behaviour {
  const rule = rules.get(node.type)
  const declaration = declared.get(node.type) ?? declarations.get(node.type)
  if (!rule && !declaration) return UNKNOWN_BEHAVIOUR
  const settings = resolveSettings(node.config, env)
  if (!settings) return UNKNOWN_BEHAVIOUR
  const ruleNode: RuleNode = { id: node.id, settings, ports: node.wires.length, env }
  try {
    return rule ? rule(ruleNode) : declaredBehaviour(declaration as NodeDeclaration, ruleNode)
  } catch {
    return UNKNOWN_BEHAVIOUR // settings or a declaration of an unexpected shape
  }
}
