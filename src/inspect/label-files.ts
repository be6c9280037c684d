import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readTextFile } from '../files'
import { InspectError } from './inspect-error'
import { labelFault, readLabels } from './labels'
import { statIn } from './stat-in'

const MAX_LABEL_FILE_BYTES = 5e6

/** Reads the names in a label file: one per line, or JSON. @throws InspectError */
export function readLabelFile(path: string): string[] {
  const name = basename(path)
  const stat = statIn(path)
  if (!stat?.isFile()) throw new InspectError(`There is no label file ${path}. Check the path.`)
  if (stat.size > MAX_LABEL_FILE_BYTES)
    throw new InspectError(`${name} is too large for a list of labels. Choose a text file with one name per line.`)
  const labels = readLabels(readTextFile(path))
  if (labels.length === 0)
    throw new InspectError(`There are no labels in ${name}: it must contain one name per line, or a JSON list.`)
  return labels
}

const LISTS = /label|class|name|synset|categor|^config\.json$/i
/** File names of letter lists for networks that read text. */
const LETTERS = /(^|[_.-])(keys?|dict(ionary)?|chars?(et)?|characters|letters|alphabet|vocab)[_.v\d-]*.*\.txt$/i

/**
 * The label file next to a model with the right number of names: one named like the model, or, if the folder has only
 * one model, one named like a list of labels, or Hugging Face's `config.json`.
 */
export function findLabelFile(model: string, count: number): { path: string; labels: string[] } | null {
  return listsBeside(model).find(({ labels }) => labels.length === count) ?? null
}

/**
 * A sentence about a list next to the model that looks like its labels but has the wrong number of names;
 * null if there is none.
 */
export function misfitBeside(model: string, count: number): string | null {
  const lists = listsBeside(model).filter(({ path }) => !/config\.json$/i.test(path))
  const [first] = lists
  if (!first || lists.some(({ labels }) => labels.length === count)) return null
  return labelFault(basename(first.path), first.labels, count)
}

/** Lists next to a model that may contain its labels, its own first. */
function listsBeside(model: string): { path: string; labels: string[] }[] {
  const folder = dirname(model)
  const names = existsSync(folder) ? readdirSync(folder) : []
  const stem = basename(model)
    .replace(/\.onnx$/i, '')
    .toLowerCase()
  const isAlone = names.filter((name) => /\.onnx$/i.test(name)).length <= 1
  const isOwn = (name: string) => name.toLowerCase().startsWith(stem)
  return names
    .filter((name) => /\.(txt|json|names|labels|csv)$/i.test(name))
    .filter((name) => isOwn(name) || (isAlone && LISTS.test(name)) || LETTERS.test(name))
    .sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
    .flatMap((name) => {
      const path = join(folder, name)
      try {
        return [{ path, labels: readLabelFile(path) }]
      } catch {
        return [] // not a list of labels
      }
    })
}
