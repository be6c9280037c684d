import { extname } from 'node:path'
import type { Want } from '../../src/flow'
import { contentTypeIn, type Formats, formatsIn, ownHeaders } from './content-type'

/** How a node takes pictures, if not as pixels. */
export interface Way {
  /** The message property that is examined; null: all of them. */
  property: string | null
  /** How a picture that is the whole value is written; `never`: the node cannot take one. */
  whole: 'bytes' | 'dataURI' | 'base64' | 'file' | 'json' | 'jsonText' | 'never'
  /** How pictures inside lists and records are written; `kept`: they stay as they are. */
  inside: 'dataURI' | 'part' | 'kept'
  formats: Formats
  /** Tells the receiver the type of the bytes if the flow doesn't. */
  announce?(type: string): void
}

/** A message on its way to a node. */
export type Message = Record<string, unknown>

/** The used parts of a running node: mostly the settings that it keeps itself. */
export interface Receiver {
  id: string
  type: string
  name?: string
  [field: string]: unknown
}

export interface Surroundings {
  coreNodesDir: string | undefined
  /** The value of a field of the edit dialog. */
  evaluate(value: unknown, kind: unknown, node: Receiver, msg: Message): unknown
}

/**
 * How a node takes the pictures of a message in the property of `want`; null if it takes them as they are.
 */
export function wayOf(node: Receiver, want: Want, msg: Message, surroundings: Surroundings): Way | null {
  const [first] = want.types
  if (!mayWrite(want) || !first) return null
  if (first.type !== 'image') return { ...way(want, 'never'), ...(handsOn.has(node.type) && { inside: 'kept' }) }
  const special = specials[node.type]
  if (special) return special(node, want, msg, surroundings)
  if (isWidget(node.type)) return { ...way(want, 'dataURI'), property: null }
  const { format } = first
  if (format === 'dataURI' || format === 'base64' || format === 'file') return way(want, format)
  return { ...way(want, 'bytes'), formats: formatsIn(format) }
}

/** Nodes that pass on whatever is inside lists and records. */
const handsOn: ReadonlySet<string> = new Set(['split', 'sort', 'range'])

/**
 * Whether pictures for that input must be encoded: it doesn't take pixels, but something that pictures can be
 * turned into.
 */
export function mayWrite({ types: [first, ...more], judges }: Want): boolean {
  return first !== undefined && (first.type === 'image' || judges !== undefined) && ![first, ...more].some(takesPixels)
}

function takesPixels(type: Want['types'][number]): boolean {
  if (type.type === 'image' || type.type === 'audio') return (type.format ?? 'value') === 'value'
  return type.type === 'any'
}

function way({ property }: Pick<Want, 'property'>, whole: Way['whole']): Way {
  return { property, whole, inside: 'dataURI', formats: formatsIn() }
}

/** Whether it is a dashboard's node, including those that other packages add. */
export function isWidget(type: string): boolean {
  return /^ui[-_]/.test(type)
}

/** What a dashboard's node displays if nothing else is known. */
export const widgetWant: Want = {
  property: 'payload',
  path: ['payload'],
  types: [{ type: 'image', format: 'dataURI' }],
  required: false,
  help: '',
  judges: 'pictures',
}

type Special = (node: Receiver, want: Want, msg: Message, surroundings: Surroundings) => Way | null

const specials: Record<string, Special | undefined> = {
  'http response': (node, want, msg, { coreNodesDir }) => {
    const type = contentTypeIn(node.headers) ?? contentTypeIn(ownHeaders(msg.headers, coreNodesDir))
    const response = (msg.res as { _res?: { get(name: string): unknown; type(name: string): void } } | undefined)?._res
    return {
      ...ofContentType(want, type),
      // The node's and the message's own settings come later, and take precedence.
      announce: (made) => response && !response.get('content-type') && response.type(made),
    }
  },
  'http request': (node, want, msg, { coreNodesDir }) => {
    const own = ownHeaders(msg.headers, coreNodesDir)
    const type = contentTypeIn(node.headers) ?? contentTypeIn(own)
    return {
      ...ofContentType(want, type),
      announce: (made) => {
        if (type === undefined) msg.headers = { ...own, 'content-type': made }
      },
    }
  },
  'mqtt out': (_, want, msg) => ({
    ...way(want, 'bytes'),
    announce: (made) => {
      msg.contentType ??= made
    },
  }),
  // node-red-contrib-ui-media 2: a dashboard's node that takes a Buffer with its type, not a data URI
  ui_media: (_, want, msg) => ({
    ...ofContentType(want, typeof msg.mimetype === 'string' ? msg.mimetype : undefined),
    announce: (made) => {
      msg.mimetype ??= made
    },
  }),
  'websocket out': (node, want) => {
    const { wholemsg } = (node.serverConfig ?? {}) as { wholemsg?: unknown }
    return wholemsg ? { ...way(want, 'dataURI'), property: null } : way(want, 'bytes')
  },
  file: (node, want, msg, { evaluate }) => {
    const name = evaluate(node.filename, node.filenameType || 'str', node, msg)
    return { ...way(want, 'bytes'), formats: formatsIn(typeof name === 'string' ? extname(name) : undefined) }
  },
  // If the node is set to make objects, it passes objects on.
  json: ({ action }, want) => (action === 'obj' ? null : way(want, 'json')),
  yaml: (_, want) => way(want, 'json'),
  // Bytes don't belong on a command line.
  exec: (_, want) => way(want, 'file'),
}

/** How a picture is sent over HTTP, by the flow's content type if it has set one. */
function ofContentType(want: Want, type: string | undefined): Way {
  if (type?.startsWith('multipart/')) return { ...way(want, 'bytes'), inside: 'part' }
  if (/json/.test(type ?? '')) return way(want, 'jsonText')
  if (/^text\/|urlencoded/.test(type ?? '')) return way(want, 'dataURI')
  return { ...way(want, 'bytes'), formats: formatsIn(type) }
}
