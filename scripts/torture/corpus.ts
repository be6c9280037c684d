import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KINDS, type Recipe } from './hostile'

/** Inputs that reached code that no earlier input had reached, one per file. */
export class Corpus {
  constructor(private readonly folder: string) {}

  all(): Recipe[] {
    const names = existsSync(this.folder) ? readdirSync(this.folder).sort() : []
    return names.map((name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Recipe)
  }

  /** Keeps the input if it reached something new. @param news how much @returns whether it did */
  offer(recipe: Recipe, news: number): boolean {
    if (news === 0) return false
    const text = JSON.stringify(recipe)
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(join(this.folder, `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`), text)
    return true
  }
}

/**
 * The kept inputs, then an endless series of others: every second one is a kept input with a single change.
 */
export function* grown(corpus: Corpus, fresh: () => Iterable<Recipe>, random: () => number): Generator<Recipe> {
  yield* corpus.all()
  for (;;) {
    for (const recipe of fresh()) {
      yield recipe
      const all = corpus.all()
      const kept = all[Math.floor(random() * all.length)]
      if (kept) yield changed(kept, recipe, random)
    }
  }
}

function changed(kept: Recipe, other: Recipe, random: () => number): Recipe {
  const changes: Partial<Recipe>[] = [
    { seed: Math.floor(random() * 1e6) },
    { kind: KINDS[Math.floor(random() * KINDS.length)] as string },
    { to: other.to, property: other.property },
  ]
  return { ...kept, ...changes[Math.floor(random() * changes.length)] }
}
