import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import type { Node, NodeAPI } from 'node-red'
import {
  addClass,
  type Book,
  EXTRACTORS,
  type Example,
  exportOnnx,
  type Learned,
  moveExamples,
  readBook,
  removeClass,
  removeExamples,
  renameClass,
  writeBook,
} from '../../src/teach'
import { ValueError } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import type { Notebook } from './notebook'

/** A running node, as the edit dialog's requests see it. */
export interface TeachNode extends Node {
  notebook: Notebook
  /** For a moment, makes each message that arrives an example of this class or these numbers. */
  record(meaning: unknown): Promise<void>
  report(): Report
  /** @throws ValueError if it doesn't have enough examples */
  learned(): Promise<Learned>
  /** What is wrong with the node's file; empty if nothing is. */
  fault(): string
  putAside(): Promise<void>
}

/** The largest file of examples that is accepted, in bytes. */
const MAX_FILE_BYTES = 200e6

/** The edit dialog's requests about the examples of a deployed node. */
export function addAdminRoutes(RED: NodeAPI): void {
  const routes = adminRoutes(RED)
  const read = 'daisychain-teach.read'
  const write = 'daisychain-teach.write'
  const at = '/daisychain-teach/:id'

  /** All that the dialog shows. Pictures have their own requests, so each is sent only once. */
  routes.get(`${at}/book`, read, (request, response) => {
    const node = find(request, response)
    if (node) response.set('cache-control', 'no-store').json(shownOf(node))
  })

  routes.get(`${at}/picture/:example`, read, (request, response) => {
    const node = find(request, response)
    if (!node) return
    const example = node.notebook.book.examples.find(({ id }) => id === Number(request.params.example))
    const [, type, data] = /^data:(image\/\w+);base64,(.*)$/.exec(example?.picture ?? '') ?? []
    if (!type || !data) return void response.sendStatus(404)
    response.type(type).set('cache-control', 'private, max-age=3600').send(Buffer.from(data, 'base64'))
  })

  /** Records as long as this request is repeated: `{"meaning": "rock"}`. Null ends the recording. */
  routes.post(`${at}/record`, write, async (request, response) => {
    const node = find(request, response)
    if (!node) return
    await node.record((request.body as { meaning?: unknown } | undefined)?.meaning ?? null)
    response.json(shownOf(node))
  })

  /** Edits the examples, for example `{"do": "rename", "name": "rock", "to": "stone"}`. */
  routes.post(`${at}/edit`, write, (request, response) => {
    const node = find(request, response)
    if (!node) return
    edit(node, (request.body ?? {}) as Record<string, unknown>)
    response.json(shownOf(node))
  })

  /** Sets an unreadable file aside and starts over. */
  routes.post(`${at}/anew`, write, async (request, response) => {
    const node = find(request, response)
    if (!node) return
    await node.putAside()
    response.json(shownOf(node))
  })

  routes.get(`${at}/file`, read, (request, response) => {
    const node = find(request, response)
    if (!node) return
    const name = (node.name || 'taught').replace(/[^\p{L}\p{N}._ -]/gu, '_')
    response.attachment(`${name}.jsonl`).send(writeBook(node.notebook.book, EXTRACTORS))
  })

  routes.get(`${at}/onnx`, read, async (request, response) => {
    const node = find(request, response)
    if (!node) return
    response.attachment('taught.onnx').send(await exportOnnx(node.notebook.book, await node.learned()))
  })

  routes.post(`${at}/file`, write, async (request, response) => {
    const node = find(request, response)
    if (!node) return
    const book = await readBook(await textOf(request), 'this file', EXTRACTORS)
    node.notebook.edit(() => book)
    response.json(shownOf(node))
  })

  function find(request: Request, response: Response): TeachNode | null {
    const node = RED.nodes.getNode(String(request.params.id)) as TeachNode | null
    if (node?.type === 'daisychain-teach') return node
    response.status(404).json({ message: 'Deploy the node first.' })
    return null
  }
}

function edit({ notebook }: TeachNode, asked: Record<string, unknown>): void {
  const ids = Array.isArray(asked.ids) ? asked.ids.map(Number) : []
  const edits: Record<string, (book: Book) => Book> = {
    add: (book) => addClass(book, asked.name),
    rename: (book) => renameClass(book, String(asked.name), asked.to),
    remove: (book) => removeClass(book, String(asked.name)),
    move: (book) => moveExamples(book, ids, asked.to),
    delete: (book) => removeExamples(book, ids),
  }
  if (asked.do === 'undo') {
    notebook.undo()
    return
  }
  const by = Object.hasOwn(edits, String(asked.do)) ? edits[String(asked.do)] : undefined
  if (!by) throw new ValueError('this action does not exist')
  notebook.edit(by)
}

function shownOf(node: TeachNode): object {
  const { book, canUndo } = node.notebook
  return {
    classes: book.classes,
    examples: book.examples.map((example) => ({ id: example.id, meaning: example.meaning, picture: tagOf(example) })),
    report: node.report(),
    canUndo,
    fault: node.fault(),
  }
}

/** Each picture is hashed only once. */
const tags = new WeakMap<Example, string>()

/**
 * A tag that differs between pictures: browsers cache by address, and the ids of examples are reused. Null if
 * there is no picture.
 */
function tagOf(example: Example): string | null {
  if (example.picture === undefined) return null
  const known = tags.get(example)
  if (known) return known
  const tag = createHash('sha1').update(example.picture).digest('base64url').slice(0, 12)
  tags.set(example, tag)
  return tag
}

/** The request body as text, at most `MAX_FILE_BYTES`. */
async function textOf(request: Request): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    bytes += (part as Buffer).length
    if (bytes > MAX_FILE_BYTES) throw new ValueError(`this file is larger than ${MAX_FILE_BYTES / 1e6} MB`)
    parts.push(part as Buffer)
  }
  return Buffer.concat(parts).toString('utf8')
}
