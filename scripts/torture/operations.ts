import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Audio, writeWav } from '../../src/types'
import { packageFolder } from '../../test/browser/support/versions'
import type { Piece } from './every-node'
import { endLanes } from './lanes'
import type { Tortured } from './node-red'
import { WEIGHTS } from './weights'

/** Something that Node-RED does, and that may fail. */
export interface Operation {
  /**
   * @returns the sentence it failed with; null if it succeeded. A result that begins with `! ` isn't a
   * sentence for users
   */
  run(server: Tortured, number: number): Promise<string | null>
  writes?: Writes
}

/** What an operation writes. */
export interface Writes {
  /** The folder in which its files get their names. @param place the user directory */
  folder(place: string): string
  /**
   * What is wrong with a file it has written.
   * @param canRemove whether leftovers could be removed
   */
  fault(path: string, canRemove: boolean): Promise<string>
  /** Whether it writes after the message is done, and possibly to an existing file. */
  isLater?: boolean
  /** Whether a leftover part is kept, because the next attempt continues with it. */
  goesOn?: boolean
}

/** What the operations need on this computer. */
export interface Around {
  /** Where a model's weights are downloaded from. */
  weights: string
  /** Where a flow is published. */
  port: number
}

export const exported = (place: string) => join(place, 'exported')
const downloads = (place: string) => join(place, 'daisychain', 'models')
const state = (place: string) => join(place, 'daisychain', 'state')

/**
 * The nodes for the operations.
 * @param place the user directory
 */
export const piecesOf = (place: string, { port }: Around): Piece[] => [
  ...['png', 'wav', 'csv', 'gif'].map((format) => ({
    ...{ id: format, type: 'daisychain-export', format, folder: exported(place) },
  })),
  { id: 'images', type: 'daisychain-images', source: 'upload' },
  { id: 'teach', type: 'daisychain-teach', learns: 'classes' },
  { id: 'model', type: 'daisychain-densedepth', engine: 'engine', restart: 'asLeft' },
  { id: 'depth', type: 'daisychain-densedepth', engine: 'engine' },
  { id: 'gan', type: 'daisychain-stylegan', engine: 'engine' },
  { id: 'in', type: 'daisychain-serve-in', name: 'shrinks', where: 'port', port, timeout: 20, wires: [['small']] },
  { id: 'small', type: 'daisychain-adjust', width: 50, wires: [['out']] },
  { id: 'out', type: 'daisychain-serve-out', wires: [] },
]

/** What writes files. */
export const writing = ({ weights }: Pick<Around, 'weights'>): Record<string, Operation> => ({
  'a picture exported': {
    run: async (server) => send(server, 'png', { payload: await picture() }),
    writes: { fault: faultOfPicture, folder: exported },
  },
  'a sound exported': {
    run: async (server) => send(server, 'wav', { payload: Buffer.from(sound) }),
    writes: {
      fault: async (path) => (readFileSync(path).equals(sound) ? '' : `it has ${statSync(path).size} bytes`),
      folder: exported,
    },
  },
  'a table exported': {
    run: collected('csv', async (number) => ({ number, name: 'bed' })),
    writes: {
      async fault(path) {
        const rows = readFileSync(path, 'utf8').trim().split('\r\n')
        return rows.length > 1 && rows.every((row) => row.split(',').length === 3) ? '' : `it has ${rows.length} rows`
      },
      folder: exported,
    },
  },
  'an animation exported': {
    run: collected('gif', () => picture()),
    writes: { fault: faultOfPicture, folder: exported },
  },
  'a picture uploaded': {
    run: async (server, number) =>
      post(`${server.url}/daisychain-images/images/uploads?name=${number}.png`, await picture()),
    writes: { fault: faultOfPicture, folder: (place) => join(place, 'daisychain', 'uploads', 'images') },
  },
  'a model uploaded': {
    run: async (server, number) =>
      post(`${server.url}/daisychain-onnx/uploads?name=m${number}.onnx`, Buffer.alloc(90_000, 7)),
    writes: {
      fault: async (path) => (statSync(path).size === 90_000 ? '' : `it has ${statSync(path).size} bytes`),
      folder: (place) => join(place, 'daisychain', 'onnx'),
    },
  },
  'an example taught': {
    async run(server, number) {
      const said = await post(`${server.url}/daisychain-teach/teach/edit`, { do: 'add', name: `class ${number}` })
      await until(async () => {
        const { fault } = (await (await fetch(`${server.url}/daisychain-teach/teach/book`)).json()) as {
          fault: unknown
        }
        return fault !== null && fault !== undefined && fault !== ''
      }, 1200)
      return said
    },
    writes: {
      async fault(path) {
        const lines = readFileSync(path, 'utf8').trim().split('\n')
        for (const line of lines) JSON.parse(line)
        return ''
      },
      folder: (place) => join(place, 'daisychain', 'teach'),
      isLater: true,
    },
  },
  'a stop remembered': {
    async run(server) {
      const before = server.output().length
      for (const control of ['start', 'stop']) await send(server, 'model', { control })
      await server.look() // By then the warning has arrived.
      const [, said] = /\[warn\] \[[^\]]*\] (.* cannot be remembered .*)/.exec(server.output().slice(before)) ?? []
      const isKept = filesIn(state(server.folder)).some((path) => path.endsWith('model.json'))
      return isKept ? null : (said ?? '! the stop is forgotten, and nothing says so')
    },
    writes: {
      fault: async (path) => (readFileSync(path, 'utf8') === '{"stopped":true}' ? '' : readFileSync(path, 'utf8')),
      folder: state,
      isLater: true,
    },
  },
  'a model downloaded': {
    run(server) {
      for (const path of filesIn(downloads(server.folder))) if (path.endsWith('.onnx')) rmSync(path)
      return server.download(weights)
    },
    writes: {
      async fault(path, canRemove) {
        // The next process takes over a lock that nobody refreshes.
        if (path.endsWith('.lock')) return ''
        if (path.endsWith('.etag'))
          return !canRemove || existsSync(path.replace(/etag$/, 'part')) ? '' : 'it belongs to nothing'
        return readFileSync(path).equals(WEIGHTS) ? '' : `it has ${statSync(path).size} bytes`
      },
      folder: downloads,
      isLater: true,
      goesOn: true,
    },
  },
})

/** What starts processes and threads, opens connections, or takes memory. */
export const working = ({ port }: Pick<Around, 'port'>): Record<string, Operation> => ({
  'a picture through a model': {
    run: async (server) => send(server, 'depth', { payload: await picture(1600) }),
  },
  'a photograph made small': {
    run: async (server) => send(server, 'small', { payload: await picture(4000) }),
  },
  'a run in a new lane': {
    async run(server) {
      await endLanes(server.pid as number)
      return send(server, 'depth', { payload: await picture() })
    },
  },
  'a model loaded beside another': {
    async run(server) {
      const said = await send(server, 'gan', { payload: Array.from({ length: 512 }, () => 0.1) })
      // The next lane loads the model again.
      await endLanes(server.pid as number)
      return said ?? (await send(server, 'depth', { payload: await picture() }))
    },
  },
  'a file inspected': {
    run: (server) =>
      post(`${server.url}/daisychain-onnx/inspect`, {
        file: join(packageFolder, 'test/fixtures/inspect/invert.onnx'),
      }),
  },
  'a query answered': {
    run: async () =>
      post(`http://127.0.0.1:${port}/query`, {
        payload: `data:image/png;base64,${(await picture()).toString('base64')}`,
      }),
  },
})

const picture = (width = 40) =>
  sharp({ create: { width, height: Math.round(width * 0.75), channels: 3, background: '#a04010' } })
    .png()
    .toBuffer()

/** A tenth of a second. */
const sound = writeWav(new Audio({ sampleRate: 8000, channels: 1, data: new Float32Array(800).fill(0.5) }))

async function faultOfPicture(path: string): Promise<string> {
  return sharp(path, { animated: true, failOn: 'warning' })
    .raw()
    .toBuffer()
    .then(
      () => '',
      (error: Error) => error.message,
    )
}

async function send(server: Tortured, to: string, msg: object): Promise<string | null> {
  const { end, sentence } = await server.send(to, msg)
  if (end === 'never') throw new Error('the message never came to an end')
  return end === 'failed' ? sentence : null
}

async function post(url: string, body: Buffer | object): Promise<string | null> {
  const isJson = !Buffer.isBuffer(body)
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': isJson ? 'application/json' : 'application/octet-stream', connection: 'close' },
    body: isJson ? JSON.stringify(body) : new Uint8Array(body),
  })
  const text = await answer.text()
  if (answer.ok) return null
  try {
    const { message, error } = JSON.parse(text) as { message?: unknown; error?: unknown }
    return String(message ?? error)
  } catch {
    return text
  }
}

/** Several messages whose file is finished at the end. */
const collected =
  (to: string, value: (number: number) => Promise<unknown>): Operation['run'] =>
  async (server) => {
    const said: (string | null)[] = []
    for (let i = 0; i < 3; i++) said.push(await send(server, to, { payload: await value(i) }))
    said.push(await send(server, to, { complete: true }))
    return said.find((sentence) => sentence !== null) ?? null
  }

export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

async function until(done: () => Promise<boolean>, limit: number): Promise<void> {
  for (const end = Date.now() + limit; Date.now() < end; ) {
    if (await done()) return
    await new Promise((later) => setTimeout(later, 50))
  }
}
