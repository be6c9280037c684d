import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { sharedEngine } from '../../src/engine'
import {
  damageOf,
  filesOf,
  inputPorts,
  isDownloadable,
  isOption,
  isPresent,
  type Model,
  outputPorts,
  phraseIn,
  picturePaths,
  TRANSLATED,
  type UserFile,
  usualValue,
  type Variant,
  variantFolder,
  variantId,
  variantWords,
} from '../../src/models'
import {
  Cancelled,
  cancelFetch,
  fetchVariant,
  onDownload,
  type Progress,
  progressOf,
  StoreError,
} from '../../src/models/store'
import { quoteValue } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { runnableUserFile } from '../shared/chosen-variant'
import { languageOf } from '../shared/language'
import { throttle } from '../shared/throttle'
import { addClickRoute } from './clicks'
import { runAgain } from './doubts'

/** The models whose nodes are registered, by id. */
const models = new Map<string, Model>()
const served = new WeakSet<object>()

/** Lets the edit dialogs of a model's nodes choose among its variants, and download them. */
export function offerVariants(RED: NodeAPI, model: Model): void {
  models.set(model.id, model)
  // The admin API may be switched off; then there is no editor either.
  if (!RED.httpAdmin || served.has(RED.httpAdmin)) return
  served.add(RED.httpAdmin)
  addAdminRoutes(RED)
  publishDownloads(RED)
}

function addAdminRoutes(RED: NodeAPI): void {
  const { log } = RED
  const routes = adminRoutes(RED)
  const read = 'daisychain-models.read'
  const write = 'daisychain-models.write'

  routes.get('/daisychain-models/:model', read, (request, response) => {
    const model = findModel(request, response)
    if (!model) return
    const language = languageOf(request)
    const variants = model.variants.map((variant) => describe(model, variant, language))
    response.json({ variants, own: askOf(model) })
  })

  /** Starts a download. The body repeats the `licence` as shown, so that nobody agrees to one they weren't shown. */
  routes.post('/daisychain-models/:model/:variant/download', write, (request, response) => {
    const found = findDownload(request, response)
    if (!found) return
    const { model, variant } = found
    const { licence } = variantWords(model, variant, languageOf(request))
    if ((request.body as { licence?: unknown } | undefined)?.licence !== licence) {
      return void response.status(400).json({ message: `Agree to the licence first: ${licence}.` })
    }
    fetchVariant(model, variant).catch((error: Error) => {
      if (!(error instanceof Cancelled)) log.warn(`[daisychain] ${error.message}`)
    })
    response.sendStatus(202)
  })

  addClickRoute(RED, routes)

  /** Runs the last message again that a node's model did not know. */
  routes.post('/daisychain-models/:model/:variant/again/:node', write, (request, response) => {
    const { node, variant } = request.params
    response.sendStatus(runAgain(RED, String(node), String(variant)) ? 204 : 404)
  })

  routes.delete('/daisychain-models/:model/:variant/download', write, (request, response) => {
    const found = findDownload(request, response)
    if (!found) return
    cancelFetch(found.model, found.variant)
    response.sendStatus(204)
  })

  /** What a node's ports are with a file of the user's own. */
  routes.post('/daisychain-models/:model/own', write, async (request, response) => {
    const model = findModel(request, response)
    if (!model) return
    // A device that only some models run on must not decide whether a file fits.
    const engine = sharedEngine({ device: 'cpu' })
    try {
      const variant = await runnableUserFile(RED, model, readOwn(request.body), engine)
      response.json({ inputs: inputPorts(model, variant), outputs: outputPorts(model, variant) })
    } finally {
      await engine.close()
    }
  })
}

function findModel(request: Request, response: Response): Model | null {
  const model = models.get(String(request.params.model))
  if (model) return model
  response.status(404).json({ message: `There is no model ${quoteValue(request.params.model)}.` })
  return null
}

function findDownload(request: Request, response: Response): { model: Model; variant: Variant } | null {
  const model = findModel(request, response)
  const variant = model?.variants.find(({ id }) => id === request.params.variant)
  if (!model) return null
  if (variant && isDownloadable(variant)) return { model, variant }
  response.status(404).json({ message: `${model.label} has no ${quoteValue(request.params.variant)} to download.` })
  return null
}

/** What the dialog shows about a variant. */
function describe(model: Model, variant: Variant, language: string) {
  const { id, licenceUrl, nonCommercial = false } = variant
  const damage = damageOf(model, variant)
  return {
    id,
    ...variantWords(model, variant, language),
    pictures: picturePaths(model, variant).map(dataUri),
    licenceUrl,
    nonCommercial,
    bytes: filesOf(variant).reduce((sum, file) => sum + file.bytes, 0),
    folder: variantFolder(model, variant),
    command: `npx -p @daisychain/node-red-models daisychain models fetch ${variantId(model, variant)}`,
    bundled: !isDownloadable(variant),
    present: isPresent(model, variant),
    ...downloadIn(language, { progress: progressOf(model, variant), ...(damage && { error: [damage] }) }),
    usual: usualNumbers(model, variant),
  }
}

/** The variant's value for each number that a node leaves open. */
function usualNumbers(model: Model, variant: Variant): Record<string, unknown> {
  const numbers = inputPorts(model, variant).filter((port) => isOption(port) && port.type.type === 'number')
  return Object.fromEntries(
    numbers.map(({ name, property }) => [name, usualValue(model, { variant: variant.id }, property)]),
  )
}

/** As a data URI: where users log in, its own address could not be shown. */
function dataUri(path: string): string {
  return `data:image/${extname(path).slice(1).replace('jpg', 'jpeg')};base64,${readFileSync(path, 'base64')}`
}

/** What must be known about a user's own file: the range of its colours, the names of its labels. */
function askOf({ variants: [first], inputs, outputs }: Model) {
  const has = (specs: Record<string, { kind: string }> = {}, kind: string) =>
    Object.values(specs).some((spec) => spec.kind === kind)
  return {
    range: has(first?.feeds, 'image'),
    outputRange: has(first?.fetches, 'image'),
    labels: [...inputs, ...outputs.flat()].some(({ type }) => type.type === 'segmentation'),
  }
}

function readOwn(body: unknown): UserFile {
  const { file, range, outputRange, labels } = (body ?? {}) as Partial<UserFile>
  return {
    file: typeof file === 'string' ? file.trim() : '',
    ...(range && { range }),
    ...(outputRange && { outputRange }),
    ...(Array.isArray(labels) && { labels: labels.map(String) }),
  }
}

/** Tells the open dialogs how far each download is, at most four times a second. */
function publishDownloads(RED: NodeAPI): void {
  const senders = new Map<string, ReturnType<typeof throttle<object>>>()
  onDownload(({ model, variant, progress, error }) => {
    const topic = `daisychain/download/${model.id}/${variant.id}`
    const sender = senders.get(topic) ?? throttle<object>(250, (data) => RED.comms.publish(topic, data, false))
    senders.set(topic, sender)
    const isFailure = error !== undefined && !(error instanceof Cancelled)
    const present = progress === null && isPresent(model, variant)
    const told = { progress, ...(isFailure && { error: sentencesOf(error) }) }
    // All open editors get the same message, each in its user's language.
    const inOthers = TRANSLATED.map((language) => [language, downloadIn(language, told)])
    sender({ present, en: downloadIn('en', told), ...Object.fromEntries(inOthers) })
  })
}

/** How a download goes, in a language. */
function downloadIn(language: string, told: { progress: Progress | null; error?: readonly string[] }) {
  const { progress, error } = told
  const say = (phrase: string) => phraseIn(language, phrase) ?? phrase
  const reason = progress?.reason && { reason: say(progress.reason) }
  return { progress: progress && { ...progress, ...reason }, ...(error && { error: error.map(say).join(' ') }) }
}

function sentencesOf(error: Error): readonly string[] {
  return error instanceof StoreError ? error.sentences : [`The download failed: ${error.message}.`]
}
