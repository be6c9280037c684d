import { readFileSync } from 'node:fs'
import type { Model } from '../../../src/models'
import { fixturesFolder } from '../support'
import { twinOf } from '../twin'

/**
 * The results of transformers for the twin of Florence-2, its pictures and its prompts; see make.py in that
 * folder.
 */
interface AskGolden {
  /** The first location token. */
  places: number
  answers: { size: [number, number]; prompt: string; tokens: number[]; text: string }[]
}

const folder = `${fixturesFolder}/ask`
export const askGolden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as AskGolden

/** The model Ask, running a twin of Florence-2. */
export function askTwin(model: Model): Model {
  return twinOf(model, 'florence-2-base-ft', folder, { 768: 32, 50269: askGolden.places, 1000: 40, 400: 100 })
}
