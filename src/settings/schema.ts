import { versionAfter } from './migrate'
import type { NodeSpec } from './node-spec'
import type { NumberSetting, Setting } from './setting'

/** The JSON schema (2020-12) of a node type's settings as in flow files, where numbers may be text. */
export function schemaOf({ type, label, settings, migrations }: NodeSpec): object {
  const properties = Object.entries(settings).map(([name, setting]) => [name, schemaOfSetting(setting)] as const)
  return {
    title: label,
    type: 'object',
    properties: {
      type: { const: type },
      ...Object.fromEntries(properties),
      version: { type: 'integer', minimum: 1, default: versionAfter(migrations) },
    },
    required: ['type'],
  }
}

function schemaOfSetting(setting: Setting): object {
  const value = { default: setting.default }
  switch (setting.kind) {
    case 'number':
      return { ...value, anyOf: [numberSchema(setting), { type: 'string', pattern: NUMBER }] }
    case 'choice':
      return { ...value, enum: [...new Set([...setting.choices, ''])] }
    case 'flag':
      return { ...value, type: 'boolean' }
    case 'color':
      return { ...value, type: 'string', pattern: '^(#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}))?$' }
    case 'text':
      return {
        ...value,
        type: setting.slider ? ['string', 'number'] : 'string',
        ...(setting.pattern && { pattern: setting.pattern.source }),
      }
    case 'property':
    case 'node':
      return { ...value, type: 'string' }
    case 'stored':
      return value
  }
}

/** The text of a number field, which may be empty. */
const NUMBER = '^\\s*([-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?)?\\s*$'

function numberSchema({ min, max, above, below, whole }: NumberSetting): object {
  return {
    type: whole ? 'integer' : 'number',
    ...(min !== undefined && { minimum: min }),
    ...(max !== undefined && { maximum: max }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(below !== undefined && { exclusiveMaximum: below }),
  }
}
