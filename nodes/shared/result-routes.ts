import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { encodeImage } from '../../src/images'
import { type Provenance, toXmp } from '../../src/provenance'
import { encodeSound } from '../../src/sounds'
import {
  Image,
  inPieces,
  isAudio,
  isImage,
  isSegmentation,
  labelColor,
  nameType,
  type PortType,
  type Segmentation,
  toHex,
  typeOf,
  ValueError,
} from '../../src/types'
import type { AdminRoutes } from './admin-routes'
import { languageOf } from './language'
import { lastResult, type Output, resultTimes, traceOf } from './last-results'
import { leftBehindAt, provenanceAt } from './made-by'
import { fullPicture, kindOf } from './picture-of'

/** Maximum characters of text sent to the editor. */
const TEXT = 200_000
/** Maximum number of labels listed. */
const LABELS = 40

/** The part of a node that sends messages. */
export interface Sender {
  receive(msg: object): void
  send(msgs: readonly (object | null)[]): void
}

/** Routes of the large view, which shows the nodes' last results in full. */
export function addResultRoutes(routes: AdminRoutes, RED: NodeAPI, find: (id: string) => Sender | null): void {
  const read = 'daisychain.read'

  routes.get('/daisychain/results/:id', read, async (request, response) => {
    const id = String(request.params.id)
    const at = timeIn(request)
    const result = lastResult(id, at)
    if (!result) return void response.status(404).json({ message: NOTHING })
    const outputs = await Promise.all(result.outputs.map((output) => describe(output, languageOf(request))))
    response.json({
      ...result,
      outputs,
      times: resultTimes(id),
      canRepeat: Boolean(traceOf(id, at)?.input),
      canSend: traceOf(id, at)?.sent.some((msg) => msg !== null) ?? false,
      came: cameOf(id, at) !== null,
    })
  })

  /** The input of a result, as a picture. */
  routes.get('/daisychain/results/:id/came/picture', read, async (request, response) => {
    const value = cameOf(String(request.params.id), timeIn(request))
    if (value === null) return void response.status(404).json({ message: NOTHING })
    await sendPicture({ name: '', value }, request, response)
  })

  /** Runs the same message again, through this node and all after it. */
  routes.post('/daisychain/results/:id/again', 'daisychain.write', (request, response) => {
    const id = String(request.params.id)
    const trace = traceOf(id, timeIn(request))
    const node = find(id)
    if (!trace?.input || !node) return void response.status(404).json({ message: NOTHING })
    node.receive(anew(trace.input))
    response.sendStatus(204)
  })

  /** Sends what the node sent for this result again: only the nodes after it run. */
  routes.post('/daisychain/results/:id/send', 'daisychain.write', (request, response) => {
    const id = String(request.params.id)
    const trace = traceOf(id, timeIn(request))
    const node = find(id)
    if (!trace || !node) return void response.status(404).json({ message: NOTHING })
    node.send(trace.sent.map((msg) => msg && anew(msg)))
    response.sendStatus(204)
  })

  /** What a saved picture would say about how it was made, and what it would leave out. */
  routes.get('/daisychain/results/:id/provenance', read, async (request, response) => {
    const record = await madeBy(request)
    response.json({ record, left: leftBehindAt(RED, record) })
  })

  /**
   * `?format=png|jpeg|ids|wav`: `ids` encodes a label map's ids as shades of grey. With `&told=1` the file
   * records how it was made.
   */
  routes.get('/daisychain/results/:id/:output/picture', read, async (request, response) => {
    const output = lastResult(String(request.params.id), timeIn(request))?.outputs[Number(request.params.output)]
    if (!output) return void response.status(404).json({ message: NOTHING })
    const xmp = request.query.told === '1' ? toXmp(await madeBy(request)) : undefined
    await sendPicture(output, request, response, xmp)
  })

  function madeBy(request: Request): Promise<Provenance> {
    const id = String(request.params.id)
    const alias = (find(id) as { _alias?: string } | null)?._alias
    return provenanceAt(RED, alias ?? id, traceOf(id, timeIn(request))?.input ?? {})
  }
}

/** The time of the requested result, from `?at=`; undefined means the last one. */
function timeIn({ query }: Request): number | undefined {
  return query.at === undefined ? undefined : Number(query.at)
}

/** The picture that a result was made from, if any. */
function cameOf(id: string, at?: number): unknown {
  const { payload } = (traceOf(id, at)?.input ?? {}) as { payload?: unknown }
  return isImage(payload) || isSegmentation(payload) ? payload : null
}

/** A copy without its query or HTTP request. */
function anew(msg: object): object {
  const { _msgid, _query, req, res, ...rest } = msg as Record<string, unknown>
  return rest
}

const NOTHING = 'This node has nothing to show yet: run it first.'

async function sendPicture(output: Output, { query }: Request, response: Response, xmp?: string): Promise<void> {
  if (query.format === 'wav' && isAudio(output.value)) {
    response
      .type('audio/wav')
      .set('cache-control', 'no-store')
      .send(await encodeSound(output.value, 'wav'))
    return
  }
  const format = query.format === 'jpeg' ? 'jpeg' : 'png'
  const picture =
    query.format === 'ids' && isSegmentation(output.value) ? idsOf(output.value) : await fullPicture(output)
  response
    .type(format)
    .set('cache-control', 'no-store')
    .send(await encodeImage(picture, format, undefined, xmp))
}

/** Label ids as shades of grey, for programs. Nothing in this package produces more than 256 labels. */
function idsOf({ width, height, data, pixels }: Segmentation): Image {
  if (pixels.shown.length > 256) throw new ValueError('this label map has more than 256 labels: save it in colours')
  return new Image({ width, height, channels: 1, data: new Uint8Array(data) })
}

/** An output's description for people. */
async function describe(output: Output, language: string): Promise<object> {
  const { name, value, type } = output
  const kind = kindOf(output)
  const found = typeOf(value) ?? type
  const words = found ? nameType(kind === 'text' ? { type: 'text' } : withoutSize(found), language) : ''
  return { name, kind, type: words, ...(await detailsOf(output)) }
}

/** The type without sizes: width and height, or seconds, are separate fields. */
function withoutSize(type: PortType): PortType {
  if (type.type === 'audio') return { ...type, maxSeconds: undefined }
  if (type.type !== 'image' && type.type !== 'segmentation') return type
  const { width: _, height: __, ...rest } = type
  return rest as PortType
}

async function detailsOf({ value, on }: Output): Promise<object> {
  if (isAudio(value)) return { seconds: value.seconds }
  if (isSegmentation(value)) return { width: value.width, height: value.height, labels: await labelsOf(value) }
  if (isImage(value)) {
    const { width, height, range, unit } = value
    return { width, height, ...(range && { range }), ...(unit && { unit }) }
  }
  if (typeof value === 'string') return { text: value.slice(0, TEXT), length: value.length }
  if (Array.isArray(value)) return { count: value.length, ...(isImage(on) && { width: on.width, height: on.height }) }
  return value === undefined ? { isTooLarge: true } : {}
}

/** The labels in a map, most frequent first, with their share of the pixels. */
async function labelsOf({ data, labels, colors }: Segmentation): Promise<object[]> {
  const counts = new Float64Array(labels.length)
  await inPieces(data.length, (from, to) => {
    for (let i = from; i < to; i++) counts[data[i] as number] = (counts[data[i] as number] as number) + 1
  })
  return [...counts.entries()]
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .slice(0, LABELS)
    .map(([id, count]) => ({
      label: labels[id] || `${id}`,
      color: toHex(colors?.[id] ?? labelColor(id)),
      share: count / data.length,
    }))
}
