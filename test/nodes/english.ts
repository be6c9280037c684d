import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sayings } from '../../nodes/shared/say'

const root = resolve(__dirname, '../../..')

/** Folder → contents of its catalogue. Each is read once, as in Node-RED. */
const catalogues = new Map<string, object>()

/** Node-RED's `_`, in English. The test helper's own doesn't read catalogues and returns keys. */
export function _(key: string, words: Record<string, string | number> = {}): string {
  const [set, path] = key.includes(':') ? ['plugins', key.split(':')[1] as string] : [`nodes/${key.split('.')[0]}`, key]
  const name = set === 'plugins' ? 'daisychain' : set.slice('nodes/'.length)
  const catalogue = catalogues.get(set) ?? readCatalogue(set, name)
  const find = (path: string) =>
    path.split('.').reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], catalogue)
  const text = find(path) ?? find(`${path}_${words.count === 1 ? 'one' : 'other'}`)
  if (typeof text !== 'string') throw new Error(`There is no text "${key}".`)
  return text.replace(/__(\w+?)__/g, (_all, name: string) => String(words[name]))
}

function readCatalogue(set: string, name: string): object {
  const catalogue = JSON.parse(readFileSync(join(root, set, 'locales/en-US', `${name}.json`), 'utf8')) as object
  catalogues.set(set, catalogue)
  return catalogue
}

export const say = sayings({ _ } as never)
