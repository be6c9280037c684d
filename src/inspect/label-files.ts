import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { InspectError } from './inspect-error'
import { readLabels } from './labels'

const LARGEST = 5e6

/** Reads the names in a label file: one a line, or JSON. @throws InspectError */
export function readLabelFile(path: string): string[] {
  const name = basename(path)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat?.isFile()) throw new InspectError(`There is no label file ${path}. Check the path.`)
  if (stat.size > LARGEST) throw new InspectError(`${name} is too large for a list of labels. Choose a text with one name a line.`)
  const labels = readLabels(readFileSync(path, 'utf8'))
  if (labels.length === 0) throw new InspectError(`There are no labels in ${name}: it has to hold one name a line, or a JSON list.`)
  return labels
}

/** The label file beside a model that has as many names as are wanted; the one with most of its name goes first. */
export function findLabelFile(model: string, count: number): { path: string; labels: string[] } | null {
  const folder = dirname(model)
  if (!existsSync(folder)) return null
  const stem = basename(model).replace(/\.onnx$/i, '').toLowerCase()
  const candidates = readdirSync(folder)
    .filter((name) => /\.(txt|json|names|labels|csv)$/i.test(name) && !/^(package|manifest|tokenizer|config)/i.test(name))
    .sort((a, b) => shared(b, stem) - shared(a, stem))
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

function shared(name: string, stem: string): number {
  const other = name.toLowerCase()
  let length = 0
  while (length < stem.length && stem[length] === other[length]) length++
  return length
}
