import type { Manifest } from '../models'
import { escapeHtml } from './html'
import { modelForm, modelTexts } from './model-form'
import { modelHelp } from './model-help'
import { modelScript } from './model-script'

/** The html of a node that a user's manifest describes: as a model's, with its own words in place of a catalogue's keys. */
export function ownNode(manifest: Manifest): string {
  const texts = { [manifest.id]: modelTexts(manifest) }
  const form = modelForm(manifest).replace(/ data-i18n="([^"\]]+)">/g, (attribute, key: string) => {
    const text = lookUp(texts, key)
    return text === undefined ? attribute : `>${escapeHtml(text)}`
  })
  const titled = form.replaceAll(/ data-i18n="\[title\]([^".]+)\.help\.[^"]+"/g, (attribute, id: string) =>
    id === manifest.id ? '' : attribute,
  )
  return [modelScript(manifest), titled, modelHelp(manifest)].join('\n')
}

function lookUp(texts: object, key: string): string | undefined {
  const found = key
    .split('.')
    .reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], texts)
  return typeof found === 'string' ? found : undefined
}
