import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  isDownloadable,
  loadManifests,
  loadUserNodes,
  type Model,
  setUserDirectory,
  type Variant,
  variantId,
} from '../../models'
import { StoreError } from '../../models/store'

export interface Options {
  json?: boolean
  /** Whether the user has agreed to the licence. */
  yes?: boolean
  /** Node-RED's user directory; `~/.node-red` by default. */
  userdir?: string
  /** A folder of additional models, with a folder and a `manifest.json` for each. */
  manifests?: string
}

/** One set of weights of one model. */
export interface Chosen {
  model: Model
  variant: Variant
}

export interface Choice {
  models: readonly Model[]
  /** The variants that the id names; all if no id is given. */
  chosen: readonly Chosen[]
  isAll: boolean
}

/** @throws StoreError if the id names nothing */
export function chooseModels(id: string | undefined, { userdir, manifests }: Options): Choice {
  if (userdir !== undefined) setUserDirectory(existing(userdir))
  const models = [
    ...loadManifests(),
    ...loadUserNodes(userdir ?? join(homedir(), '.node-red'), []).models,
    ...(manifests === undefined ? [] : loadManifests(existing(manifests))),
  ]
  const every = models.flatMap((model) => model.variants.map((variant) => ({ model, variant })))
  if (id === undefined) return { models, chosen: every, isAll: true }
  const named = every.filter(({ model, variant }) => variantId(model, variant) === id)
  const ofModel = every.filter(({ model }) => model.id === id)
  const downloads = ofModel.filter(({ variant }) => isDownloadable(variant))
  // A model's name is enough if it can mean only one variant.
  const found = [named, downloads, ofModel].find(({ length }) => length === 1)
  if (found) return { models, chosen: found, isAll: false }
  const choices = (ofModel.length > 0 ? ofModel : every).map(({ model, variant }) => variantId(model, variant))
  throw new StoreError(
    `${ofModel.length > 0 ? `There are several “${id}”` : `There is no “${id}”`}: choose one of ${choices.join(', ')}.`,
  )
}

function existing(folder: string): string {
  if (existsSync(folder)) return resolve(folder)
  throw new StoreError(`There is no folder ${join(folder)}.`)
}
