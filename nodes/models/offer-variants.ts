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

/** Lets the edit dialogs of a model's nodes list its variants and download them. */
export function offerVariants(RED: NodeAPI, model: Model): void {
  models.set(model.id, model)
  // If the admin API is switched off, there is no editor either.
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

  /**
   * Starts a download. The body repeats the `licence` shown to the user, so that nobody agrees to another
   * one.
   */
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

  /** Reruns the last message that a node's model didn't recognise. */
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

  /** The ports of a node that runs a user's own file. */
  routes.post('/daisychain-models/:model/own', write, async (request, response) => {
    const model = findModel(request, response)
    if (!model) return
    // Checked on the processor, because a device that supports only some models must not decide whether a
    // file fits.
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

/** The variant's value for each number left empty in the node. */
function usualNumbers(model: Model, variant: Variant): Record<string, unknown> {
  const numbers = inputPorts(model, variant).filter((port) => isOption(port) && port.type.type === 'number')
  return Object.fromEntries(
    numbers.map(({ name, property }) => [name, usualValue(model, { variant: variant.id }, property)]),
  )
}

/** As a data URI: where users must log in, the picture's own address could not be displayed. */
function dataUri(path: string): string {
  return `data:image/${extname(path).slice(1).replace('jpg', 'jpeg')};base64,${readFileSync(path, 'base64')}`
}

/** What must be asked about a user's own file: the range of its colours, the names of its labels. */
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

/** Reports the progress of each download to open dialogs, at most four times a second. */
function publishDownloads(RED: NodeAPI): void {
  const senders = new Map<string, ReturnType<typeof throttle<object>>>()
  onDownload(({ model, variant, progress, error }) => {
    const topic = `daisychain/download/${model.id}/${variant.id}`
    const sender = senders.get(topic) ?? throttle<object>(250, (data) => RED.comms.publish(topic, data, false))
    senders.set(topic, sender)
    const isFailure = error !== undefined && !(error instanceof Cancelled)
    const present = progress === null && isPresent(model, variant)
    const told = { progress, ...(isFailure && { error: sentencesOf(error) }) }
    // All open editors get the same message, with the words in every language.
    const inOthers = TRANSLATED.map((language) => [language, downloadIn(language, told)])
    sender({ present, en: downloadIn('en', told), ...Object.fromEntries(inOthers) })
  })
}

/** A download's state in one language. */
function downloadIn(language: string, told: { progress: Progress | null; error?: readonly string[] }) {
  const { progress, error } = told
  const say = (phrase: string) => phraseIn(language, phrase) ?? phrase
  const reason = progress?.reason && { reason: say(progress.reason) }
  return { progress: progress && { ...progress, ...reason }, ...(error && { error: error.map(say).join(' ') }) }
}

function sentencesOf(error: Error): readonly string[] {
  return error instanceof StoreError ? error.sentences : [`The download failed: ${error.message}.`]
}
