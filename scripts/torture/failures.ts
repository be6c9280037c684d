import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/browser/support/server'
import { serveFiles } from '../../test/models/store/server'
import { flowOf } from './every-node'
import { startTortured, type Tortured } from './node-red'
import { type Around, exported, filesIn, type Operation, piecesOf, type Writes } from './operations'
import { faultOfSentence } from './sentence'
import { WEIGHTS } from './weights'

export interface Failures {
  /** How often something failed, by operation. */
  failed: Record<string, number>
  faults: string[]
}

/** Something that goes wrong around Node-RED while it works. */
export interface Trouble {
  name: string
  begin(): Promise<unknown>
  /** @returns what it affected, for a person, and whether files can be removed meanwhile; null: nothing */
  end(): Promise<{ met: string; canRemove: boolean } | null>
}

export interface Ways {
  /** How Node-RED is started; by default as usual. */
  start?(env: Record<string, string>): Promise<Tortured>
  operations(around: Around): Record<string, Operation>
  /**
   * What can go wrong with one of the operations.
   * @param under the folders that are written to
   */
  troubles(server: Tortured, once: () => Promise<void>, under: string[]): AsyncIterable<Trouble>
  /** Whether everything must succeed nevertheless. */
  mustWork?: boolean
}

export interface Watched {
  /** ms that each operation may take; by default it continues until everything has gone wrong once. */
  share?: number
  /** Which operations; default all. */
  only?: readonly string[]
  /** Random numbers that shuffle the operations; by default they run in order. */
  random?: () => number
  log?: (line: string) => void
}

/**
 * Makes something go wrong in the middle of each operation. What is written must be complete or absent, a
 * failure must be reported, nothing may be left behind, and afterwards the operation must work again.
 */
export async function tortureOperations(
  { start = (env) => startTortured([], env), operations, troubles, mustWork = false }: Ways,
  { share = Number.POSITIVE_INFINITY, only, random, log = () => {} }: Watched,
): Promise<Failures> {
  const temporary = mkdtempSync(join(tmpdir(), 'daisychain-torture-'))
  const faultOf = (said: string) => (said.startsWith('! ') || mustWork ? 'it failed' : faultOfSentence(said))
  const result: Failures = { failed: {}, faults: [] }
  const weights = await serveFiles({ '/weights.onnx': WEIGHTS })
  const around = { weights: weights.url, port: await freePort() }
  const server = await start({ TMPDIR: temporary })
  try {
    mkdirSync(exported(server.folder))
    await server.setFlows(flowOf(piecesOf(server.folder, around)))
    const under = [temporary, exported(server.folder), join(server.folder, 'daisychain')]
    const end = Date.now() + share
    let number = 0
    const all = Object.entries(operations(around)).filter(([name]) => only?.includes(name) ?? true)
    for (const [i, [name, operation]] of all.entries()) {
      const over = Date.now() + (end - Date.now()) / (all.length - i)
      const add = (fault: string) => {
        result.faults.push(`${name}: ${fault}`)
        log(result.faults.at(-1) as string)
      }
      const run = () => operation.run(server, number++).catch((error: Error) => `! ${error.message}`)
      const whole = async (where: string) => {
        const said = await run()
        if (said !== null) add(`${where} it says: ${said}`)
      }
      await whole('before anything fails')
      const found: Trouble[] = []
      for await (const trouble of troubles(server, () => whole('while nothing fails'), under)) found.push(trouble)
      const order = random ? shuffled(found, random) : found
      let done = 0
      for (const trouble of order) {
        if (Date.now() > over) break
        try {
          await meet(trouble, name, operation, run, add)
          await server.look()
        } catch (error) {
          add(`${trouble.name}: ${(error as Error).message}; Node-RED said: ${server.output().slice(-1500)}`)
          return result
        }
        done++
      }
      log(`${name}: ${done} of ${order.length}`)
    }
    return result
  } finally {
    await server.stop()
    await weights.close()
    rmSync(temporary, { recursive: true, force: true })
  }

  async function meet(
    trouble: Trouble,
    name: string,
    { writes }: Operation,
    run: () => Promise<string | null>,
    add: (fault: string) => void,
  ): Promise<void> {
    const files = () => (writes ? filesIn(writes.folder(server.folder)) : [])
    const before = new Set(files())
    await trouble.begin()
    const said = await run()
    const ended = await trouble.end()
    if (ended === null) return
    const { met, canRemove } = ended
    const where = `${trouble.name}${met ? ` (${met.replaceAll(server.folder, '')})` : ''}`
    if (met || said !== null) result.failed[name] = (result.failed[name] ?? 0) + 1
    const wrong = said === null ? '' : faultOf(said)
    if (wrong) add(`${where}: ${wrong} (${said})`)
    if (writes) {
      const written = files().filter((path) => !before.has(path) || writes.isLater)
      for (const fault of await faultsOf(writes, written, { canRemove, isDone: said === null }))
        add(`${where}: ${fault}`)
    }
    // What was collected is kept until its file can be created.
    const again = await run()
    if (again !== null) add(`${where}: afterwards it still says: ${again}`)
    const left = filesIn(temporary).filter((path) => path.includes('daisychain-export'))
    if (left.length > 0 && canRemove) add(`${where}: it leaves ${left.join(', ')}`)
    for (const path of readdirSync(temporary)) rmSync(join(temporary, path), { recursive: true, force: true })
  }
}

const shuffled = <T>(all: readonly T[], random: () => number): T[] =>
  all
    .map((one) => ({ one, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ one }) => one)

const isPart = (path: string) => path.endsWith('.part')

/** Incomplete files, missing files, and leftover parts; the latter are removed. */
async function faultsOf(
  writes: Writes,
  written: readonly string[],
  { canRemove, isDone }: { canRemove: boolean; isDone: boolean },
): Promise<string[]> {
  const faults: string[] = []
  for (const path of written) {
    const fault = isPart(path) ? '' : await writes.fault(path, canRemove).catch((error: Error) => error.message)
    if (fault) faults.push(`${path} isn't whole: ${fault}`)
    if (!isPart(path) || (writes.goesOn && statSync(path).size > 0)) continue
    if (canRemove) faults.push(`it leaves ${path}`)
    rmSync(path, { force: true })
  }
  if (isDone && !writes.isLater && written.every(isPart)) faults.push('it says nothing, and there is no file')
  return faults
}
