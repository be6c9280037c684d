import { parseArgs } from 'node:util'
import { StoreError } from '../models/store'
import { type Choice, chooseModels, type Options } from './models/choose'
import { cleanModels } from './models/clean'
import { fetchModel } from './models/fetch'
import { listModels } from './models/list'
import { removeModel } from './models/remove'
import { verifyModels } from './models/verify'

type Action = (choice: Choice, options: Options) => Promise<number>

/** The commands, and whether each needs a variant. */
const actions: ReadonlyMap<string, { act: Action; wantsId: boolean }> = new Map([
  ['list', { act: listModels, wantsId: false }],
  ['fetch', { act: fetchModel, wantsId: true }],
  ['verify', { act: verifyModels, wantsId: false }],
  ['clean', { act: cleanModels, wantsId: false }],
  ['remove', { act: removeModel, wantsId: true }],
])

const usage =
  'Name an action: daisychain models [list], models fetch ID, models verify [ID], models remove ID, or models clean. See “daisychain help”.'

/**
 * `daisychain models …`. Exit code 0: done, 1: it could not be done or something is wrong with the files, 2:
 * not understood.
 */
export async function models(args: string[]): Promise<number> {
  const [name = 'list', id, ...rest] = readWords(args)
  const action = actions.get(name)
  if (!action || rest.length > 0 || (action.wantsId && id === undefined)) return fail(usage, 2)
  const options = readOptions(args)
  try {
    return await action.act(chooseModels(id, options), options)
  } catch (error) {
    if (error instanceof StoreError) return fail(error.message, 1)
    throw error
  }
}

function fail(sentence: string, code: number): number {
  console.error(sentence)
  return code
}

const OPTIONS = {
  json: { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  userdir: { type: 'string', short: 'u' },
  manifests: { type: 'string' },
} as const

/** The arguments that aren't options. With an unknown option, returns a word that isn't a command. */
function readWords(args: string[]): string[] {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true }).positionals
  } catch {
    return ['?']
  }
}

function readOptions(args: string[]): Options {
  return parseArgs({ args, options: OPTIONS, allowPositionals: true }).values
}
