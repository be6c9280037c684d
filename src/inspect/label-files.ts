import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readTextFile } from '../files'
import { InspectError } from './inspect-error'
import { readLabels } from './labels'

const LARGEST = 5e6

/** Reads the names in a label file: one a line, or JSON. @throws InspectError */
export function readLabelFile(path: string): string[] {
  const name = basename(path)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) throw new InspectError(`There is no label file ${path}. Check the path.`)
  if (stat.size > LARGEST)
    throw new InspectError(`${name} is too large for a list of labels. Choose a text with one name a line.`)
  const labels = readLabels(readTextFile(path))
  if (labels.length === 0)
    throw new InspectError(`There are no labels in ${name}: it has to hold one name a line, or a JSON list.`)
  return labels
}

const LISTS = /label|class|name|synset|categor|^config\.json$/i
/** Letters that a network reads: nothing else has as many of them. */
const LETTERS = /(^|[_.-])(keys?|dict(ionary)?|chars?(et)?|characters|letters|alphabet|vocab)[_.v\d-]*.*\.txt$/i

/**
 * The label file beside a model that has as many names as are wanted: one that is called as the model is, or, beside a
 * model that lies there alone, one that is called a list, or Hugging Face's `config.json`.
 */
export function findLabelFile(model: string, count: number): { path: string; labels: string[] } | null {
  const folder = dirname(model)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const stem = basename(model)
    .replace(/\.onnx$/i, '')
    .toLowerCase()
  const isAlone = names.filter((name) => /\.onnx$/i.test(name)).length <= 1
  const isOwn = (name: string) => name.toLowerCase().startsWith(stem)
  const candidates = names
    .filter((name) => /\.(txt|json|names|labels|csv)$/i.test(name))
    .filter((name) => isOwn(name) || (isAlone && LISTS.test(name)) || LETTERS.test(name))
    .sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
  for (const name of candidates) {
    const path = join(folder, name)
    try {
      const labels = readLabelFile(path)
      if (labels.length === count) return { path, labels }
    } catch {
      // no list of labels
    }
  }
  return null
}
