import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { Audio, writeWav } from '../../src/types'
import { type FileServer, serveFiles } from '../../test/models/store/server'
import { flowOf, type Piece } from './every-node'
import type { Code } from './failing-disk'
import { startTortured, type Tortured } from './node-red'
import { faultOfSentence } from './sentence'
import { WEIGHTS } from './weights'

/** Something that writes files. */
interface Operation {
  /** @returns the sentence it failed with; null: it was done */
  run(server: Tortured, number: number): Promise<string | null>
  /** What is wrong with a file that it has written. */
  fault(path: string): Promise<string>
  /** Whether it writes later, and one file that is there already. */
  isLater?: boolean
  /** Whether it goes on next time with what there is of a file. */
  goesOn?: boolean
  /** Where its files get their names. @param place the user directory */
  folder(place: string): string
}

export interface Failures {
  /** How often a call failed, by operation. */
  failed: Record<string, number>
  faults: string[]
}

const CODES: Code[] = ['ENOSPC', 'EMFILE', 'EIO', 'EACCES', 'EROFS', 'SHORT']

const picture = () =>
  sharp({ create: { width: 40, height: 30, channels: 3, background: '#a04010' } })
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

async function post(server: Tortured, path: string, body: Buffer | object): Promise<string | null> {
  const isJson = !Buffer.isBuffer(body)
  const answer = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': isJson ? 'application/json' : 'application/octet-stream' },
    body: isJson ? JSON.stringify(body) : new Uint8Array(body),
  })
  if (answer.ok) return null
  const text = await answer.text()
  try {
    return String((JSON.parse(text) as { message?: unknown }).message)
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

const downloads = (place: string) => join(place, 'daisychain', 'models')
const state = (place: string) => join(place, 'daisychain', 'state')

/** Serves the weights while the torture lasts. */
let weights: FileServer | null = null

const exported = (place: string) => join(place, 'exported')

const operations: Record<string, Operation> = {
  'a picture exported': {
    run: async (server) => send(server, 'png', { payload: await picture() }),
    fault: faultOfPicture,
    folder: exported,
  },
  'a sound exported': {
    run: async (server) => send(server, 'wav', { payload: Buffer.from(sound) }),
    fault: async (path) => (readFileSync(path).equals(sound) ? '' : `it has ${statSync(path).size} bytes`),
    folder: exported,
  },
  'a table exported': {
    run: collected('csv', async (number) => ({ number, name: 'bed' })),
    fault: async (path) => {
      const rows = readFileSync(path, 'utf8').trim().split('\r\n')
      return rows.length > 1 && rows.every((row) => row.split(',').length === 3) ? '' : `it has ${rows.length} rows`
    },
    folder: exported,
  },
  'an animation exported': { run: collected('gif', picture), fault: faultOfPicture, folder: exported },
  'a picture uploaded': {
    run: async (server, number) =>
      post(server, `/daisychain-images/images/uploads?name=${number}.png`, await picture()),
    fault: faultOfPicture,
    folder: (place) => join(place, 'daisychain', 'uploads', 'images'),
  },
  'a model uploaded': {
    run: async (server, number) =>
      post(server, `/daisychain-onnx/uploads?name=m${number}.onnx`, Buffer.alloc(90_000, 7)),
    fault: async (path) => (statSync(path).size === 90_000 ? '' : `it has ${statSync(path).size} bytes`),
    folder: (place) => join(place, 'daisychain', 'onnx'),
  },
  'an example taught': {
    async run(server, number) {
      const said = await post(server, '/daisychain-teach/teach/edit', { do: 'add', name: `class ${number}` })
      await until(async () => {
        const { fault } = (await (await fetch(`${server.url}/daisychain-teach/teach/book`)).json()) as {
          fault: unknown
        }
        return fault !== null && fault !== undefined && fault !== ''
      }, 1200)
      return said
    },
    fault: async (path) => {
      const lines = readFileSync(path, 'utf8').trim().split('\n')
      for (const line of lines) JSON.parse(line)
      return ''
    },
    folder: (place) => join(place, 'daisychain', 'teach'),
    isLater: true,
  },
  'a stop remembered': {
    async run(server) {
      const before = server.output().length
      for (const control of ['start', 'stop']) await send(server, 'model', { control })
      await server.look() // Until then what it says has come.
      const [, said] = /\[warn\] \[[^\]]*\] (.* cannot be remembered .*)/.exec(server.output().slice(before)) ?? []
      const isKept = filesIn(state(server.folder)).some((path) => path.endsWith('model.json'))
      return isKept ? null : (said ?? '! the stop is forgotten, and nothing says so')
    },
    fault: async (path) => (readFileSync(path, 'utf8') === '{"stopped":true}' ? '' : readFileSync(path, 'utf8')),
    folder: state,
    isLater: true,
  },
  'a model downloaded': {
    run(server) {
      for (const path of filesIn(downloads(server.folder))) if (path.endsWith('.onnx')) rmSync(path)
      return server.download(weights?.url ?? '')
    },
    async fault(path) {
      // Whoever comes next takes over a lock that nobody keeps fresh.
      if (path.endsWith('.lock')) return ''
      if (path.endsWith('.etag')) return existsSync(path.replace(/etag$/, 'part')) ? '' : 'it belongs to nothing'
      return readFileSync(path).equals(WEIGHTS) ? '' : `it has ${statSync(path).size} bytes`
    },
    folder: downloads,
    isLater: true,
    goesOn: true,
  },
}

const nodes = (place: string): Piece[] => [
  ...['png', 'wav', 'csv', 'gif'].map((format) => ({
    ...{ id: format, type: 'daisychain-export', format, folder: exported(place) },
  })),
  { id: 'images', type: 'daisychain-images', source: 'upload' },
  { id: 'teach', type: 'daisychain-teach', learns: 'classes' },
  { id: 'model', type: 'daisychain-densedepth', engine: 'engine', restart: 'asLeft' },
]

/**
 * Lets every n-th file call of everything that writes fail, one and from then on all: what is written is whole or not there, what
 * fails says so, nothing is left behind, and afterwards it works again.
 *
 * @param pick which of the calls fail, of this many
 */
export async function tortureDisk({
  pick = (count: number) => Array.from({ length: count }, (_, i) => i + 1),
  codes = CODES,
  isOver = () => false,
  log = (_line: string) => {},
}: {
  pick?: (count: number) => number[]
  codes?: Code[]
  isOver?: () => boolean
  log?: (line: string) => void
} = {}): Promise<Failures> {
  const temporary = mkdtempSync(join(tmpdir(), 'daisychain-torture-'))
  const server = await startTortured([], { TMPDIR: temporary })
  const result: Failures = { failed: {}, faults: [] }
  weights = await serveFiles({ '/weights.onnx': WEIGHTS })
  try {
    mkdirSync(exported(server.folder))
    await server.setFlows(flowOf(nodes(server.folder)))
    const under = [temporary, exported(server.folder), join(server.folder, 'daisychain')]
    let number = 0
    for (const [name, operation] of Object.entries(operations)) {
      const add = (fault: string) => {
        result.faults.push(`${name}: ${fault}`)
        log(result.faults.at(-1) as string)
      }
      const whole = async (where: string) => {
        const said = await operation.run(server, number++)
        if (said !== null) add(`${where} it says: ${said}`)
      }
      await whole('before anything fails')
      for (const code of codes) {
        await server.disk({ under, at: 0, stays: false, code })
        await whole('while calls are counted')
        const { count } = await server.disk(null)
        for (const at of pick(count)) {
          for (const stays of [false, true]) {
            if (isOver()) return result
            await once(name, operation, { at, stays, code }, add)
          }
        }
      }
    }
    return result

    async function once(
      name: string,
      operation: Operation,
      { at, stays, code }: { at: number; stays: boolean; code: Code },
      add: (fault: string) => void,
    ): Promise<void> {
      const folder = operation.folder(server.folder)
      const { isLater = false } = operation
      const before = new Set(filesIn(folder))
      await server.disk({ under, at, stays, code })
      const said = await operation.run(server, number++).catch((error: Error) => `! ${error.message}`)
      const { failed } = await server.disk(null)
      if (failed.length === 0) return
      const where = `${code} at call ${at}${stays ? ' and all after it' : ''} (${failed[0]?.replaceAll(server.folder, '')})`
      result.failed[name] = (result.failed[name] ?? 0) + 1
      const wrong = said === null ? '' : said.startsWith('! ') ? said : faultOfSentence(said)
      if (wrong) add(`${where}: ${wrong} (${said})`)
      // What cannot be removed stays.
      const canRemove = !failed.some((call) => /^(rm|rmdir|unlink|rename|link|readdir|lstat|opendir)/.test(call))
      const written = filesIn(folder).filter((path) => !before.has(path) || isLater)
      for (const fault of await faultsOf(operation, written, canRemove)) add(`${where}: ${fault}`)
      const isThere = written.some((path) => !isPart(path))
      if (said === null && !isThere && !isLater) add(`${where}: it says nothing, and there is no file`)
      // What was gathered is kept until its file can be made.
      const again = await operation.run(server, number++)
      if (again !== null) add(`${where}: afterwards it still says: ${again}`)
      const left = filesIn(temporary).filter((path) => path.includes('daisychain-export'))
      if (left.length > 0 && canRemove) add(`${where}: it leaves ${left.join(', ')}`)
      for (const path of readdirSync(temporary)) rmSync(join(temporary, path), { recursive: true, force: true })
    }
  } finally {
    await server.stop()
    await weights.close()
    rmSync(temporary, { recursive: true, force: true })
  }
}

const isPart = (path: string) => path.endsWith('.part')

/** Files that are half, and parts that were left; those are removed. */
async function faultsOf(operation: Operation, written: readonly string[], canRemove: boolean): Promise<string[]> {
  const faults: string[] = []
  for (const path of written) {
    const fault = isPart(path) ? '' : await operation.fault(path).catch((error: Error) => error.message)
    if (fault) faults.push(`${path} isn't whole: ${fault}`)
    if (!isPart(path) || (operation.goesOn && statSync(path).size > 0)) continue
    if (canRemove) faults.push(`it leaves ${path}`)
    rmSync(path, { force: true })
  }
  return faults
}

function filesIn(folder: string): string[] {
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
