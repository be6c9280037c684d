import type { Manifest } from '../models'
import { formOf } from './form'
import { modelSpec, modelTexts } from './model'
import { modelHelp } from './model-help'
import { scriptOf } from './script'

/** The HTML of a model's node. Its words are in the catalogue that the build writes. */
export function modelHtml(manifest: Manifest): string {
  const spec = modelSpec(manifest)
  return [scriptOf(spec), formOf(spec), modelHelp(manifest)].join('\n')
}

/**
 * The HTML of a node that a user's manifest describes: like a model's node, but with the words themselves
 * instead of catalogue keys.
 */
export function userNode(manifest: Manifest): string {
  const spec = modelSpec(manifest)
  const texts = { [manifest.id]: modelTexts(manifest) }
  return [scriptOf(spec), formOf(spec, '', (key) => lookUp(texts, key)), modelHelp(manifest)].join('\n')
}

function lookUp(texts: object, key: string): string | undefined {
  const found = key
    .split('.')
    .reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], texts)
  return typeof found === 'string' ? found : undefined
}
