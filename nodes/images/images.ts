import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import type { FileRules } from '../../src/files'
import { ValueError } from '../../src/types'
import { createFlight } from '../shared/in-flight'
import { createPreview } from '../shared/preview'
import { asSentence } from '../shared/sentence'
import { throttle } from '../shared/throttle'
import { serveAdmin } from './admin'
import { sayProgress } from './progress'
import { type Run, type Summary, startRun } from './run'
import { openSource, type Source } from './sources'
import { uploadsFolder } from './uploads'

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

/** What a control message or a button asks for. */
export type Control = 'start' | 'stop' | 'resume'

export interface ImagesNode extends Node {
  control(control: Control): void
  readonly uploads: string
}

export = (RED: NodeAPI): void => {
  const settings = RED.settings as Settings
  serveAdmin(RED)

  RED.nodes.registerType('daisychain-images', function (this: ImagesNode, config: ImagesConfig) {
    RED.nodes.createNode(this, config)
    const uploads = uploadsFolder(settings.userDir ?? '.', this.id)
    Object.assign(this, { uploads, control })
    const node = this
    const preview = createPreview(RED, this.id)
    const show = throttle(250, (status: Parameters<Node['status']>[0]) => this.status(status))
    const closing = new AbortController()
    const waiting: { msg: Message; done: (error?: Error) => void }[] = []
    let current: { run: Run; source: Source; landed: number; stop: AbortController } | null = null
    let isOpening = false
    /** Counts what was cancelled, so that a source that is just being opened is not begun. */
    let cancelled = 0

    this.on('input', (msg: Message, _send, done) => {
      const { control: asked } = msg
      if (asked === 'stop' || asked === 'resume') {
        control(asked)
        return done()
      }
      if (asked !== undefined && asked !== '' && asked !== 'start') {
        return done(
          asSentence(new ValueError(`control is ${JSON.stringify(asked)}, and has to be start, stop or resume`)),
        )
      }
      if (asked === 'start' || current?.run.isPaused) cancel()
      waiting.push({ msg, done })
      void next()
    })

    this.on('close', () => {
      closing.abort()
      cancel()
      preview.close()
      show.cancel()
      this.status({})
    })

    if (config.source === 'watch' && config.path) control('start')

    function control(asked: Control) {
      if (asked === 'start') {
        cancel()
        waiting.push({ msg: {} as Message, done: (error) => error && node.error(error.message) })
        void next()
      } else if (asked === 'stop') {
        current?.run.pause()
        progress()
      } else {
        current?.run.resume()
        progress()
      }
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
        const source = await openSource(pathOf(trigger.msg), {
          workingFolder: settings.fileWorkingDirectory,
          root: pathOf(trigger.msg) === uploads ? undefined : settings.daisychainRoot,
          recursive: config.recursive !== false,
          watch: config.source === 'watch',
          frameRate: readNumber('frame rate', config.frameRate, 0, 0, 1000),
          maxPixels: readNumber('largest picture', config.megapixels, 100, 0.000001, 100_000) * 1e6,
          signal: stop.signal,
        })
        isOpening = false
        if (closing.signal.aborted) return
        trigger.done(cancelled > before ? undefined : await follow(source, trigger.msg, stop))
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
    async function follow(source: Source, trigger: Message, stop: AbortController): Promise<Error | undefined> {
      const id = RED.util.generateId()
      const { _msgid, control: _, ...rest } = trigger
      const flight = createFlight(RED.hooks, (_, givenUp) => {
        if (current) current.landed++
        if (givenUp)
          node.warn('A picture was on its way for ten minutes without a sign of life, and is no longer waited for.')
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
      current = { run, source, landed: 0, stop }
      progress()
      const summary = await run.over
      current = null
      flight.close()
      if (closing.signal.aborted) return
      finish(summary, source)
      const { failure, ...told } = summary
      node.send([null, { ...rest, payload: told, complete: true, parts: { id } } as unknown as NodeMessage])
      return failure && asSentence(failure)
    }

    function progress() {
      if (!current) return
      const { run, source, landed } = current
      const text = sayProgress(landed, source.total, run.skipped.length, run.elapsed)
      if (run.isPaused) show({ fill: 'yellow', shape: 'ring', text: `stopped at ${text}` })
      else if (source.isEndless) show({ fill: 'green', shape: 'ring', text: `watching, ${text}` })
      else show({ fill: 'blue', shape: 'ring', text })
    }

    function finish({ sent, skipped, stopped, failure }: Summary, { total }: Source) {
      const count = `${sent} ${sent === 1 ? 'picture' : 'pictures'}`
      const rest = skipped.length > 0 ? `, ${skipped.length} skipped` : ''
      if (failure) show({ fill: 'red', shape: 'ring', text: `${count}${rest}, ${failure.message}` })
      else if (stopped) show({ fill: 'grey', shape: 'ring', text: `ended after ${count}${rest}` })
      else if (total === 0) show({ fill: 'yellow', shape: 'ring', text: 'no pictures there' })
      else show({ fill: skipped.length > 0 ? 'yellow' : 'green', shape: 'dot', text: `${count}${rest}` })
      if (skipped.length === 0) return
      const named = skipped.slice(0, 20).map(({ filename, reason }) => `${filename} (${reason})`)
      const more = skipped.length > named.length ? `, and ${skipped.length - named.length} more` : ''
      node.warn(`${skipped.length} of ${sent + skipped.length} pictures were skipped: ${named.join(', ')}${more}.`)
    }

    function pathOf({ filename }: Message): string {
      if (typeof filename === 'string' && filename !== '') return filename
      return config.source === 'upload' ? uploads : (config.path ?? '')
    }
  })
}

function readNumber(
  name: string,
  value: string | number | undefined,
  fallback: number,
  min: number,
  max: number,
): number {
  if (value === undefined || value === '') return fallback
  const number = Number(value)
  if (number >= min && number <= max) return number
  throw new ValueError(`the ${name} is set to "${value}", and has to be a number from ${min} to ${max}`)
}
