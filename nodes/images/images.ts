import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import type { FileRules } from '../../src/files'
import { quoteValue, ValueError } from '../../src/types'
import { createFlight } from '../shared/in-flight'
import { memoryOf } from '../shared/memory'
import { createPreview } from '../shared/preview'
import { readNumber } from '../shared/read-number'
import { createRunButton } from '../shared/run-button'
import { sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { throttle } from '../shared/throttle'
import { serveAdmin } from './admin'
import { sayProgress } from './progress'
import { type Run, startRun } from './run'
import { openSource, type Source } from './sources'
import { sayLeftOut, saySkipped, summaryStatus } from './summary'
import { createTrail, type Position, type Trail } from './trail'
import { listUploads, uploadsFolder } from './uploads'

interface ImagesConfig extends NodeDef {
  /** `path`: what the path names; `watch`: what comes into that folder; `upload`: what was uploaded. */
  source?: string
  path?: string
  recursive?: boolean
  /** Of videos: frames a second; empty: all. */
  frameRate?: string | number
  /** How many pictures may be under way at a time. */
  limit?: string | number
  /** Megapixels; larger pictures are skipped. */
  megapixels?: string | number
  /** Whether the node shows its last picture. Default true. */
  preview?: boolean
}

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
  /** @param asked `msg.control`, or what a button asks for @throws ValueError where there is no such thing */
  control(asked: unknown): void
  readonly uploads: string
}

/** Where a run was stopped, or Node-RED was. */
interface Stopped extends Partial<Position> {
  /** The settings it was under; with others it means nothing. */
  under: string
  /** What the run went through, where that is not the node's own setting. */
  filename?: string
  total: number | null
}

export = (RED: NodeAPI): void => {
  const settings = RED.settings as Settings
  const say = sayings(RED)
  serveAdmin(RED)

  RED.nodes.registerType('daisychain-images', function (this: ImagesNode, config: ImagesConfig) {
    RED.nodes.createNode(this, config)
    const uploads = uploadsFolder(settings.userDir ?? '.', this.id)
    Object.assign(this, { uploads, control })
    const node = this
    const preview = createPreview(RED, this.id, config.preview)
    const show = throttle(250, (status: Parameters<Node['status']>[0]) => this.status(status))
    const closing = new AbortController()
    const button = createRunButton(RED, this.id)
    const under = `${config.source ?? 'path'} ${config.path ?? ''}`
    const memory = memoryOf<Stopped>(settings.userDir, this.id)
    const whereStopped = () => {
      const left = memory.read()
      return left?.under === under ? left : undefined
    }
    const waiting: { msg: Message; done: (error?: Error) => void; from?: Stopped }[] = []
    let current: {
      run: Run
      source: Source
      trail: Trail
      before: number
      filename?: string
      stop: AbortController
    } | null = null
    let isOpening = false
    /** Counts what was cancelled, so that a source that is just being opened is not begun. */
    let cancelled = 0

    this.on('input', (msg: Message, _send, done) => {
      const { control: asked } = msg
      if (asked !== undefined && asked !== '' && asked !== 'start') {
        try {
          control(asked)
          return done()
        } catch (error) {
          return done(asSentence(error))
        }
      }
      if (asked === 'start' || current?.run.isPaused) cancel()
      waiting.push({ msg, done })
      void next()
    })

    this.on('close', (removed: boolean, done: () => void) => {
      if (removed) memory.write(undefined)
      else if (current && (current.run.isPaused || !current.source.isEndless)) remember()
      closing.abort()
      cancel()
      preview.close()
      button.close()
      show.cancel()
      this.status({})
      done()
    })

    const left = whereStopped()
    if (config.source === 'watch') {
      if (config.path) begin({} as Message)
    } else if (left) {
      const text = sayProgress(say, left.count ?? 0, left.total, 0, 0)
      show({ fill: 'yellow', shape: 'ring', text: say('stoppedAt', { place: text }) })
    }
    offer()

    function control(asked: unknown) {
      if (asked === 'start') {
        cancel()
        begin({} as Message)
      } else if (asked === 'stop') {
        current?.run.pause()
        progress()
      } else if (asked === 'resume') {
        const from = whereStopped()
        if (current) {
          memory.write(undefined)
          current.run.resume()
          progress()
        } else if (from) begin({ filename: from.filename } as Message, from)
      } else {
        throw new ValueError(`control is ${quoteValue(asked)}, and has to be start, stop or resume`)
      }
    }

    /** @param from where it was stopped before */
    function begin(msg: Message, from?: Stopped) {
      waiting.push({ msg, done: (error) => error && node.error(error.message), from })
      void next()
    }

    /** So that it can go on there after a restart. */
    function remember() {
      if (current)
        memory.write({ under, ...current.trail.position, filename: current.filename, total: current.source.total })
    }

    function offer() {
      if (current) button.offer(current.run.isPaused ? 'resume' : 'stop')
      else button.offer(whereStopped() ? 'resume' : 'start')
    }

    /** Ends what is under way and forgets what waits. */
    function cancel() {
      cancelled++
      for (const { done } of waiting.splice(0)) done()
      current?.stop.abort()
      current?.run.cancel()
    }

    async function next(): Promise<void> {
      if (current || isOpening || closing.signal.aborted) return
      const trigger = waiting.shift()
      if (!trigger) return
      isOpening = true
      const before = cancelled
      const stop = new AbortController()
      try {
        const path = pathOf(trigger.msg)
        if (path === uploads && (await listUploads(uploads)).length === 0)
          throw new ValueError('nothing has been uploaded to this node yet: open it and add pictures')
        const source = await openSource(path, {
          workingFolder: settings.fileWorkingDirectory,
          root: path === uploads ? undefined : settings.daisychainRoot,
          recursive: config.recursive !== false,
          watch: config.source === 'watch',
          videos: path === uploads,
          after: trigger.from?.name,
          frameRate: readNumber('frame rate', config.frameRate, 0, 0, 1000),
          maxPixels: readNumber('largest picture', config.megapixels, 100, 0.000001, 100_000) * 1e6,
          signal: stop.signal,
          notice: (sentence) => node.warn(`${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`),
        })
        isOpening = false
        if (closing.signal.aborted) return
        trigger.done(cancelled > before ? undefined : await follow(source, trigger, stop))
      } catch (error) {
        const sentence = asSentence(error)
        show({ fill: 'red', shape: 'ring', text: sentence.message })
        trigger.done(sentence)
      } finally {
        isOpening = false
        stop.abort()
      }
      return next()
    }

    /** Sends all of a source. Resolves with what went wrong on the way, if anything. */
    async function follow(
      source: Source,
      { msg: trigger, from }: { msg: Message; from?: Stopped },
      stop: AbortController,
    ): Promise<Error | undefined> {
      const id = RED.util.generateId()
      const { _msgid, control: _, ...rest } = trigger
      const trail = createTrail(from?.name === undefined ? undefined : { name: from.name, count: from.count ?? 0 })
      const flight = createFlight(RED.hooks, (msgid, givenUp) => {
        trail.landed(msgid)
        if (givenUp) node.warn(say('givenUp'))
        progress()
      })
      for (const problem of source.problems) node.error(`${problem}.`, trigger)
      const run = startRun({
        source,
        flight,
        id,
        limit: readNumber('pictures under way', config.limit, 4, 1, 1000),
        send(entry, image, parts) {
          const _msgid = RED.util.generateId()
          const { filename, relative } = entry
          preview.show(image)
          trail.sent(_msgid, relative)
          flight.follow(_msgid, () =>
            node.send([{ ...rest, _msgid, payload: image, filename, relative, parts } as NodeMessage, null]),
          )
          progress()
        },
        skip({ filename, reason }) {
          node.error(`${filename} was skipped: ${reason}.`, {
            ...rest,
            _msgid: RED.util.generateId(),
            filename,
          } as NodeMessage)
          progress()
        },
      })
      const filename = typeof trigger.filename === 'string' ? trigger.filename : undefined
      current = { run, source, trail, before: from?.count ?? 0, filename, stop }
      // A watch begins by itself: not if it was stopped.
      if (source.isEndless && whereStopped()) run.pause()
      else memory.write(undefined)
      progress()
      const summary = await run.over
      current = null
      flight.close()
      if (closing.signal.aborted) return
      memory.write(undefined)
      show(summaryStatus(say, summary, source.total))
      const skipped = saySkipped(say, summary)
      if (skipped) node.warn(skipped)
      const leftOut = sayLeftOut(say, summary)
      if (leftOut) node.warn(leftOut)
      offer()
      const { failure, ...told } = summary
      node.send([null, { ...rest, payload: told, complete: true, parts: { id } } as unknown as NodeMessage])
      return failure && asSentence(failure)
    }

    function progress() {
      if (!current) return
      const { run, source, trail, before } = current
      const landed = trail.position?.count ?? 0
      if (run.isPaused) remember()
      offer()
      const text = sayProgress(say, landed, source.total, run.skipped.length, run.elapsed, before)
      if (run.isPaused) show({ fill: 'yellow', shape: 'ring', text: say('stoppedAt', { place: text }) })
      else if (source.isEndless) show({ fill: 'green', shape: 'ring', text: say('watching', { progress: text }) })
      else show({ fill: 'blue', shape: 'ring', text })
    }

    function pathOf({ filename }: Message): string {
      if (typeof filename === 'string' && filename !== '') return filename
      return config.source === 'upload' ? uploads : (config.path ?? '')
    }
  })
}
