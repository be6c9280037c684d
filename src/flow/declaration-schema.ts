import { portTypeSchemas } from '../schema/port-types'
import { byName, listOf, ref, type Schema, text } from '../schema/schema'
import type { DeclarationCase, InputDeclaration, NodeDeclaration } from './declaration'

const unless = {
  $unless: {
    type: 'string',
    description: 'For an output: unless such a value arrived in this property; it is then passed on.',
  },
  $unlessSet: {
    type: 'string',
    description: 'For an output: unless a message has this property; then only the name of the type is known.',
  },
}

const reference = (key: string, description: string, more: Record<string, Schema> = {}): Schema => ({
  type: 'object',
  required: [key],
  properties: { [key]: { type: 'string', description }, ...more },
  additionalProperties: false,
})

/** The properties that declarations and their cases share. */
const layer = (input: Schema) => ({
  inputs: { ...byName(input), description: 'Message property → what is needed there.' },
  outputs: {
    ...listOf(byName(ref('output'))),
    description: 'For each output port: message property → its type; null if the node removes it.',
  },
  outputNames: { ...listOf(byName(text)), description: 'For each output port: message property → its name.' },
  passes: {
    type: 'boolean',
    description: "Whether properties that outputs doesn't list are passed on unchanged. If omitted: unknown.",
  },
  portsFrom: { type: 'string', description: 'The name of a setting that holds the ports of one node.' },
})

/** The JSON schema of declarations: node type → what its nodes accept and output. */
export const DECLARATIONS_SCHEMA: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The inputs and outputs of Node-RED nodes, for Daisychain',
  ...byName(ref('node')),
  $defs: {
    node: {
      type: 'object',
      properties: {
        label: { type: 'string', description: 'What people call a node of this type.' },
        ...layer(ref('input')),
        keeps: {
          ...listOf(text),
          description:
            'Properties such as control: messages that have one of them are for the node itself, and are not sent on.',
        },
        cases: { ...listOf(ref('case')), description: 'Variations by the node’s settings.' },
        defaults: { type: 'object', description: 'Setting → the value that the node uses if the flow has none.' },
      } satisfies Record<keyof NodeDeclaration, Schema>,
      additionalProperties: false,
    },
    case: {
      type: 'object',
      required: ['when'],
      properties: {
        when: { type: 'object', description: 'Setting → its value, or a list of values. All must match.' },
        ...layer({ oneOf: [{ type: 'null' }, ref('input')] }),
      } satisfies Record<keyof DeclarationCase, Schema>,
      additionalProperties: false,
    },
    input: {
      type: 'object',
      required: ['type'],
      properties: {
        type: { oneOf: [{ ...listOf(ref('type')), minItems: 1 }, ref('type')] },
        required: { type: 'boolean', description: 'Whether a message without it is an error. Default: true.' },
        help: { type: 'string', description: 'One line for the person who draws the wire.' },
        name: { type: 'string', description: "The node's name for it, if it differs from the property." },
        judges: {
          enum: ['pictures'],
          description: 'Only pictures, label maps and sounds are checked against the type.',
        },
      } satisfies Record<keyof InputDeclaration, Schema>,
      additionalProperties: false,
    },
    output: {
      oneOf: [{ type: 'null' }, reference('$input', 'The type that arrived in this property.'), ...typeChoices()],
    },
    type: { oneOf: typeChoices() },
    setting: reference('$config', 'The name of a setting of the node; a dotted path reaches inside it.'),
    list: reference('$list', 'The name of a setting that is a list, or text with commas.', { and: listOf(text) }),
  },
}

function typeChoices(): Schema[] {
  return [ref('setting'), ...portTypeSchemas({ orElse: [ref('setting'), ref('list')], more: unless })]
}
