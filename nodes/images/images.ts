import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { type FileRules, refuseStrangers } from '../../src/files'
import { readSettings } from '../../src/settings'
import { asFlowFault, ValueError } from '../../src/types'
import { failure, readControl, statusOf } from '../shared/controls'
import { createFlight } from '../shared/in-flight'
import { traced } from '../shared/last-results'
import { memoryOf } from '../shared/memory'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { createRunButton } from '../shared/run-button'
import { sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { isPath, settingPath } from '../shared/setting-path'
import { createTurns } from '../shared/turns'
import { uploadsFolder } from '../shared/write-upload'
import { addAdminRoutes } from './admin'
import { node as spec } from './node'
import { sayProgress } from './progress'
import { type Run, startRun } from './run'
import { openSource, type Source } from './sources'
import { sayLeftOut, saySkipped, summaryStatus } from './summary'
import { createTrail, type Position, type Trail } from './trail'
import { listUploads } from './uploads'

interface Message extends NodeMessage {
  control?: unknown
  filename?: unknown
  [property: string]: unknown
}

interface Settings extends FileRules {
  userDir?: string
  fileWorkingDirectory?: string
  daisychainRoot?: string
}

export interface ImagesNode extends Node {
  /** @param asked `msg.control`, or a button's action @throws ValueError for an unknown action */
  control(asked: unknown): void
  /** In a subflow, the node's id in the subflow's definition. All instances share its uploads. */
  readonly _alias?: string
}

const CONTROLS = ['start', 'stop', 'resume'] as const

/** Where a run, or Node-RED, was stopped. */
interface Stopped extends Partial<Position> {
  /** The settings of that run. With other settings, the position is meaningless. */
  under: string
  /** The path that the run sent, unless it was the node's own setting. */
  filename?: string
  total: number | null
}

/** A requested run, and where it was stopped before. */
interface Asked {
  msg: Message
  from?: Stopped
}

interface Current {
  run: Run
  source: Source
  trail: Trail
  before: number
  filename?: string
}

export = (RED: NodeAPI): void => {
  addAdminRoutes(RED)
  registerNode(RED, spec, (node: ImagesNode, config: NodeDef) => createImages(RED, node, config))
}

/** Starts, pauses and ends the runs of a node, and remembers where one was stopped. */
function createImages(RED: NodeAPI, node: ImagesNode, config: NodeDef): void {
  const { userDir, fileWorkingDirectory, daisychainRoot } = RED.settings as Settings
  const say = sayings(RED)
  // Errors are ignored here: the run that needs an invalid setting reports it.
  const { source: kind, path, recursive, preview: isShown } = readSettings(spec.settings, { ...config }, () => {})
  const uploads = uploadsFolder(userDir ?? '.', node._alias ?? node.id)
  const preview = createPreview(RED, node.id, isShown)
  const show = statusOf(node)
  const button = createRunButton(RED, node.id)
  const memory = memoryOf<Stopped>(userDir, node.id, (sentence) => node.warn(sentence))
  const turns = createTurns<Asked>(work)
  const under = `${kind} ${path}`
  let current: Current | null = null
  let isFolderThere = true
  let isClosed = false
  Object.assign(node, { control })

  node.on('input', (msg: Message, _send, done) => {
    try {
      const asked = readControl(msg.control, CONTROLS)
      if (asked && asked !== 'start') {
        control(asked)
        return done()
      }
      if (asked === 'start' || current?.run.isPaused) turns.cancel()
      turns.add({ msg }, done)
    } catch (error) {
      done(asSentence(error))
    }
  })

  node.on('close', (removed: boolean, done: () => void) => {
    if (removed) memory.write(undefined)
    else if (current && (current.run.isPaused || !current.source.isEndless)) remember(current)
    isClosed = true
    turns.close()
    preview.close()
    button.close()
    show.cancel()
    node.status({})
    done()
  })

  const left = whereStopped()
  if (kind === 'watch') {
    if (path) begin({ msg: {} as Message })
  } else if (left) {
    const place = sayProgress(say, left.count ?? 0, left.total, 0, 0)
    show({ fill: 'yellow', shape: 'ring', text: say('stoppedAt', { place }) })
  }
  offer()

  function control(given: unknown): void {
    const asked = readControl(given, CONTROLS)
    if (asked === 'start') {
      turns.cancel()
      begin({ msg: {} as Message })
    } else if (asked === 'stop') {
      current?.run.pause()
      progress()
    } else if (asked === 'resume') {
      const from = whereStopped()
      if (current) {
        memory.write(undefined)
        current.run.resume()
        progress()
      } else if (from) begin({ msg: { filename: from.filename } as Message, from })
    }
  }

  function begin(asked: Asked): void {
    turns.add(asked, (error) => error && node.error(error.message))
  }

  /** Sends everything from a source. Resolves with the error, or undefined. */
  async function work(asked: Asked, signal: AbortSignal): Promise<Error | undefined> {
    try {
      const source = await open(asked, signal)
      return signal.aborted ? undefined : await follow(source, asked, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      const sentence = asSentence(isPath(asked.msg.filename) ? error : asFlowFault(error))
      show(failure(sentence))
      return sentence
    }
  }

  async function open({ msg: { filename }, from }: Asked, signal: AbortSignal): Promise<Source> {
    isFolderThere = true
    const { frameRate, megapixels, numbers } = readSettings(spec.settings, { ...config })
    const place = placeOf(filename)
    const isUpload = place === uploads
    if (isUpload && (await listUploads(uploads)).length === 0)
      throw new ValueError('no pictures yet: open this node and add some', 'flow')
    return openSource(place, {
      workingFolder: fileWorkingDirectory,
      root: isUpload ? undefined : daisychainRoot,
      recursive,
      watch: kind === 'watch',
      videos: isUpload,
      after: from?.name,
      frameRate: frameRate ?? 0,
      maxPixels: megapixels * 1e6,
      numbers,
      signal,
      isThere(there) {
        isFolderThere = there
        progress()
      },
      notice: (sentence) => node.warn(`${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`),
    })
  }

  function placeOf(filename: unknown): string {
    if (!isPath(filename)) return kind === 'upload' ? uploads : settingPath(RED, node, path)
    refuseStrangers(filename)
    return filename
  }

  async function follow(source: Source, { msg, from }: Asked, signal: AbortSignal): Promise<Error | undefined> {
    const id = RED.util.generateId()
    const { _msgid, control: _, ...rest } = msg
    const trail = createTrail(from?.name === undefined ? undefined : { name: from.name, count: from.count ?? 0 })
    const flight = createFlight(RED.hooks, (msgid, forgetful) => {
      trail.landed(msgid)
      for (const name of forgetful) node.warn(say('neverDone', { name }))
      progress()
    })
    for (const problem of source.problems) node.error(`${problem}.`, msg)
    const run = startRun({
      source,
      flight,
      id,
      limit: readSettings(spec.settings, { ...config }).limit,
      send(entry, image, parts) {
        const _msgid = RED.util.generateId()
        const { filename, relative } = entry
        trail.sent(_msgid, relative)
        const sent = { ...rest, _msgid, payload: image, filename, relative, parts } as NodeMessage
        preview.show(image, {}, traced(null, sent))
        flight.follow(_msgid, () => node.send([sent, null]))
        progress()
      },
      skip({ filename, reason }) {
        const skipped = { ...rest, _msgid: RED.util.generateId(), filename } as NodeMessage
        node.error(`${filename} was skipped: ${reason}.`, skipped)
        progress()
      },
    })
    const filename = typeof msg.filename === 'string' ? msg.filename : undefined
    signal.addEventListener('abort', run.cancel)
    current = { run, source, trail, before: from?.count ?? 0, filename }
    // A watched folder starts automatically, unless it was stopped.
    if (source.isEndless && whereStopped()) run.pause()
    else memory.write(undefined)
    progress()
    const summary = await run.over
    current = null
    flight.close()
    if (isClosed) return undefined
    memory.write(undefined)
    show(summaryStatus(say, summary, source.total))
    for (const warning of [saySkipped(say, summary), sayLeftOut(say, summary)]) if (warning) node.warn(warning)
    offer()
    const { failure: cause, ...told } = summary
    node.send([null, { ...rest, payload: told, complete: true, parts: { id } } as unknown as NodeMessage])
    return cause && asSentence(cause)
  }

  function whereStopped(): Stopped | undefined {
    const left = memory.read()
    return left?.under === under ? left : undefined
  }

  /** Saves the position, so that the run can continue there after a restart. */
  function remember({ trail, filename, source }: Current): void {
    memory.write({ under, ...trail.position, filename, total: source.total })
  }

  function offer(): void {
    if (current) button.offer(current.run.isPaused ? 'resume' : 'stop')
    else button.offer(whereStopped() ? 'resume' : 'start')
  }

  function progress(): void {
    if (!current) return
    const { run, source, trail, before } = current
    if (run.isPaused) remember(current)
    offer()
    const landed = trail.position?.count ?? 0
    const text = sayProgress(say, landed, source.total, run.skipped.length, run.elapsed, before)
    if (run.isPaused) show({ fill: 'yellow', shape: 'ring', text: say('stoppedAt', { place: text }) })
    else if (!isFolderThere) show({ fill: 'yellow', shape: 'ring', text: say('waitingForFolder') })
    else if (source.isEndless) show({ fill: 'green', shape: 'ring', text: say('watching', { progress: text }) })
    else show({ fill: 'blue', shape: 'ring', text })
  }
}
