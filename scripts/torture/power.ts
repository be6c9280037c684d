import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { startNodeRed } from '../../test/browser/support/server'
import { nodeRed4 } from '../../test/browser/support/versions'
import { flowOf } from './every-node'
import { type Random, randomOf } from './hostile/random'
import { kill, nameOf } from './lanes'

export interface Power {
  cuts: number
  /** How many facts and files were kept over the cuts, and checked after them. */
  kept: number
  faults: string[]
}

/** What is cut off each time. */
const PARTS = ['Node-RED', 'its lanes', 'both'] as const

/** ms within which it ends, and within which it answers after a restart. */
const ENDS = 20_000
const STARTS = 180_000

const sleep = (ms: number) => new Promise((later) => setTimeout(later, ms))

/**
 * Kills Node-RED, its lanes, or both at a random moment, and starts it again: whatever it reported as kept is
 * there and complete, keys of camera pages stay the same, and nothing is left behind: no process, no
 * temporary file.
 */
export async function torturePower({
  random: next,
  isOver = () => false,
  rounds = Number.POSITIVE_INFINITY,
  log = () => {},
}: {
  random: () => number
  isOver?: () => boolean
  rounds?: number
  log?: (line: string) => void
}): Promise<Power> {
  const random = randomOf(next)
  const result: Power = { cuts: 0, kept: 0, faults: [] }
  const add = (fault: string) => {
    result.faults.push(fault)
    log(fault)
  }
  const temporary = mkdtempSync(join(tmpdir(), 'daisychain-torture-'))
  const server = await startNodeRed(nodeRed4(), [])
  const { folder, url } = server
  const exported = join(folder, 'exported')
  let child: ChildProcess | null = null
  /** What it reported as kept: file → hash of its bytes; fact → value. */
  const kept = new Map<string, string>()
  try {
    mkdirSync(exported)
    await server.setFlows(flowOf(nodes(exported)))
    kept.set('the key of the camera page', await key())
    process.kill(server.pid as number, 'SIGKILL')
    for (let round = 0; round < rounds && !isOver(); round++) {
      await ended()
      child = await started()
      await look()
      const part = random.pick(PARTS)
      const stop = { isOver: false }
      const works = [upload(stop, round), turn(stop, random), exporting(stop), depths(stop)]
      await sleep(random.whole(3000))
      cut(part)
      if (part === 'its lanes') await sleep(random.whole(1000))
      stop.isOver = true
      if (part === 'its lanes') cut('both')
      await Promise.all(works)
      result.cuts++
      log(`${result.cuts} cuts (${part}), ${kept.size} things kept`)
    }
    return result
  } finally {
    for (const id of pidsIn(folder)) kill(id)
    child?.kill('SIGKILL')
    await server.stop()
    rmSync(temporary, { recursive: true, force: true })
  }

  async function started(): Promise<ChildProcess> {
    const { node, red } = nodeRed4()
    const env = { ...process.env, TMPDIR: temporary }
    const started = spawn(node, [red, '-u', folder, '-s', join(folder, 'settings.js')], {
      cwd: folder,
      env,
      stdio: 'ignore',
    })
    await until(async () => (await ask('/daisychain-camera/camera/key', 'POST')).ok, STARTS, 'Node-RED starts again')
    return started
  }

  function cut(part: (typeof PARTS)[number]): void {
    for (const id of pidsIn(folder)) {
      const isLane = nameOf(id) === 'daisychain-lane'
      if (part === 'both' || isLane === (part === 'its lanes')) kill(id)
    }
  }

  /** Waits until all of its processes have ended; reports and kills any that outlive Node-RED. */
  async function ended(): Promise<void> {
    await until(async () => pidsIn(folder).length === 0, ENDS, 'all processes end').catch(() => {
      const left = pidsIn(folder)
      add(`these processes outlive Node-RED: ${left.map((id) => `${id} ${nameOf(id)}`).join(', ')}`)
      for (const id of left) kill(id)
    })
  }

  /** Checks that everything kept is still there. */
  async function look(): Promise<void> {
    for (const [what, value] of kept) {
      result.kept++
      const now = what.startsWith('/') ? hashOf(what) : await fact(what)
      if (now !== value) add(`${what} was ${value}, and is ${now} after a cut`)
    }
    for (const name of readdirSync(exported)) {
      const isWhole =
        name.endsWith('.part') ||
        (await sharp(join(exported, name))
          .stats()
          .then(
            () => true,
            () => false,
          ))
      if (!isWhole) add(`${name} was exported, and isn't whole`)
    }
    // Leftovers in its folder go with the first file of the new run; temporary folders go when it starts.
    await ask('/inject/export', 'POST')
    const isOwn = (name: string) => name.includes(`-${child?.pid}-`)
    const isLeft = (name: string) => /\.part$|^daisychain-/.test(name) && !isOwn(name)
    const left = () => [...readdirSync(exported), ...readdirSync(temporary)].filter(isLeft)
    await until(async () => left().length === 0, ENDS, '').catch(() =>
      add(`after a cut these stay: ${left().join(', ')}`),
    )
  }

  async function fact(what: string): Promise<string> {
    if (what === 'the key of the camera page') return key()
    const file = join(folder, 'daisychain', 'state', `${what === 'the stop' ? 'model' : 'cue'}.json`)
    const state = existsSync(file) ? readFileSync(file, 'utf8') : ''
    return what === 'the stop' ? `${state.includes('"stopped":true')}` : String(/"cue":"(\w+)"/.exec(state)?.[1])
  }

  async function key(): Promise<string> {
    return ((await (await ask('/daisychain-camera/camera/key', 'POST')).json()) as { key: string }).key
  }

  function ask(path: string, method: string, more: RequestInit = {}): Promise<Response> {
    const headers = { connection: 'close', ...more.headers }
    return fetch(url + path, { method, ...more, headers, signal: AbortSignal.timeout(ENDS) })
  }

  /** Pictures uploaded to an images node; each one that is answered counts. */
  async function upload(stop: { isOver: boolean }, round: number): Promise<void> {
    for (let i = 0; !stop.isOver; i++) {
      const bytes = await sharp({ create: { width: 200, height: 99, channels: 3, background: '#a1b' } })
        .png()
        .toBuffer()
      const name = `${round}-${i}.png`
      const answer = await ask(`/daisychain-images/images/uploads?name=${name}`, 'POST', {
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(bytes),
      }).catch(() => null)
      const path = join(folder, 'daisychain', 'uploads', 'images', name)
      if (answer?.ok) kept.set(path, createHash('sha256').update(bytes).digest('hex'))
    }
  }

  /** Stops, starts and cues. Whether the last one requested was done is unknown, so it isn't checked. */
  async function turn(stop: { isOver: boolean }, { pick }: Random): Promise<void> {
    const cues = ['day', 'night']
    const { key: cueKey } = (await (await ask('/daisychain-cue/cue/key', 'POST')).json()) as { key: string }
    while (!stop.isOver) {
      const [control, place] = [pick(['start', 'stop']), pick([0, 1])]
      kept.delete('the stop')
      const said = await ask(`/daisychain/control/model/${control}`, 'POST').catch(() => null)
      if (!said?.ok) return
      kept.set('the stop', `${control === 'stop'}`)
      kept.delete('the cue')
      const headers = { 'x-daisychain-key': cueKey, 'content-type': 'application/octet-stream' }
      const answer = await ask('/daisychain-cue/cue/frame', 'POST', { headers, body: `${place + 1}` }).catch(() => null)
      if (!answer?.ok) return
      kept.set('the cue', cues[place] as string)
    }
  }

  async function exporting(stop: { isOver: boolean }): Promise<void> {
    while (!stop.isOver) if (!(await ask('/inject/export', 'POST').catch(() => null))) return
  }

  async function depths(stop: { isOver: boolean }): Promise<void> {
    while (!stop.isOver) {
      if (!(await ask('/inject/depth', 'POST').catch(() => null))) return
      await sleep(20)
    }
  }
}

function nodes(exported: string) {
  const picture =
    'const d = Buffer.alloc(300 * 200 * 3, Date.now() % 255); return { payload: { data: d, width: 300, height: 200, channels: 3 } }'
  const inject = { type: 'inject', props: [], repeat: '', once: false }
  return [
    { ...inject, id: 'export', wires: [['paints']] },
    { id: 'paints', type: 'function', func: picture, outputs: 1, wires: [['file', 'gif']] },
    { id: 'file', type: 'daisychain-export', format: 'png', folder: exported },
    { id: 'gif', type: 'daisychain-export', format: 'gif', folder: exported, limit: 3 },
    { ...inject, id: 'depth', wires: [['paints too']] },
    { id: 'paints too', type: 'function', func: picture, outputs: 1, wires: [['works']] },
    { id: 'works', type: 'daisychain-densedepth', engine: 'engine', queue: 'latest' },
    { id: 'model', type: 'daisychain-photosketch', engine: 'engine', restart: 'asLeft' },
    { id: 'images', type: 'daisychain-images', source: 'upload' },
    { id: 'camera', type: 'daisychain-camera', source: 'browser' },
    {
      id: 'cue',
      type: 'daisychain-cue',
      seconds: 0,
      cues: ['day', 'night'].map((name) => ({ name, values: { truncation: 1 } })),
    },
  ]
}

/** Empty if there is no such file. */
function hashOf(path: string): string {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : ''
}

/** Processes whose working directory is the folder: Node-RED's process loses its arguments. */
function pidsIn(folder: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const isHere = /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === folder
      return isHere && !/\nState:\tZ/.test(readFileSync(`/proc/${name}/status`, 'utf8')) ? [Number(name)] : []
    } catch {
      return [] // it has just ended
    }
  })
}

/** @throws Error if that never happens */
async function until(isSo: () => Promise<boolean>, limit: number, what: string): Promise<void> {
  for (const end = Date.now() + limit; ; await sleep(50)) {
    if (await isSo().catch(() => false)) return
    if (Date.now() > end) throw new Error(`It isn't so within ${limit} ms that ${what}.`)
  }
}
