import { textList } from '../types'
import type { Manifest, Port, Variant } from './manifest'
import { defaultOf, findVariant, inputPorts, isOption, isSeed, isUnset, isWordList } from './ports'
import { USER_FILE } from './user-file'

type Settings = Readonly<Record<string, unknown>>

/**
 * The value of an option in a node's settings; undefined if it isn't set. The editor stores numbers as text.
 */
export function settingOf(port: Port, variant: Variant, settings: Settings): unknown {
  const value = Object.hasOwn(settings, port.name) ? settings[port.name] : undefined
  if (isUnset(port, value)) return undefined
  if (isWordList(port)) return typeof value === 'string' ? textList(value) : value
  const isTyped = port.type.type === 'number' && typeof value === 'string' && !isSeed(port, variant)
  // Text that isn't a number is returned unchanged, so that the error can quote it.
  return isTyped && !Number.isNaN(Number(value)) ? Number(value) : value
}

/**
 * The value that a model's node uses for an input if the message doesn't have it: from the node's settings,
 * the type's default, or the variant's settings (where `min_score` is called `minScore`). Undefined if there
 * is none, or if it is only known at run time.
 */
export function usualValue(
  model: Manifest,
  settings: Settings,
  property: string,
): number | string | boolean | undefined {
  const id = settings.variant === USER_FILE ? undefined : settings.variant
  const variant = model.variants.find((each) => each.id === id) ?? findVariant(model)
  const port = inputPorts(model, variant).find((each) => each.property === property)
  if (!port) return undefined
  const set = isOption(port) ? settingOf(port, variant, settings) : undefined
  const own = (variant.settings as Settings | undefined)?.[
    port.name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
  ]
  return plainValue(port, set ?? defaultOf(port.type) ?? own)
}

function plainValue({ type }: Port, value: unknown): number | string | boolean | undefined {
  if (type.type === 'number') {
    const number = typeof value === 'string' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined
  }
  if (type.type === 'boolean') return typeof value === 'boolean' ? value : undefined
  const isWord = typeof value === 'string' && !value.includes('${') // an environment variable
  if (type.type === 'text') return isWord ? value : undefined
  return type.type === 'category' && isWord && type.oneOf?.includes(value) !== false ? value : undefined
}
