import type { NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { createThreads } from '../../src/apart/threads'
import { createQueue } from '../../src/engine'
import { codec, thumbnail, underWay } from '../../src/images'
import { readSettings } from '../../src/settings'
import {
  type Book,
  emptyBook,
  type FeatureKind,
  featuresOfPicture,
  featuresOfSound,
  readClass,
  readMeaning,
  readStored,
  requireKind,
  type Thing,
  tellClass,
  tellNumbers,
  thingOf,
} from '../../src/teach'
import { type Audio, type Image, readValue, ValueError } from '../../src/types'
import { failure, statusOf } from '../shared/controls'
import { engineFault, engineFor } from '../shared/engine'
import { applyFileSettings } from '../shared/file-rules'
import { type Trace, traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { acknowledge } from '../shared/queries'
import { registerNode } from '../shared/register-node'
import { listed, sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { throttle } from '../shared/throttle'
import { addAdminRoutes, type TeachNode } from './admin'
import { createKeeper } from './keeper'
import { createLearner } from './learner'
import { node as spec } from './node'
import { createNotebook } from './notebook'
import { readAs } from './read-as'
import { type Report, reportOf } from './report'

interface Message extends NodeMessage {
  teach?: unknown
  score?: number
  ranked?: unknown
}

/** The features of the last input. */
interface Seen {
  kind: FeatureKind
  features: Float32Array
  /** The picture or sound to show for it. */
  shown?: Image | Audio
}

/**
 * Milliseconds that a recording continues without another request from the dialog, whose window may be closed
 * while the button is down.
 */
const RECORDING = 1500
/** Milliseconds between two examples of a recording: closer ones would be the same picture. */
const EXAMPLE_INTERVAL = 100
const THUMBNAIL_PIXELS = 96
const REPORT_INTERVAL = 250
const WAITING = 50

const threads = createThreads()

export = (RED: NodeAPI): void => {
  applyFileSettings(RED)
  const say = sayings(RED)
  const { userDir = '.' } = RED.settings as { userDir?: string }
  addAdminRoutes(RED)

  registerNode(RED, spec, (node: TeachNode, config: NodeDef & Record<string, unknown>) => {
    const settings = readSettings(spec.settings, config, ({ message }) => node.warn(`${message}; using the default.`))
    const outputs = settings.learns === 'classes' ? 0 : settings.learns === 'number' ? 1 : settings.count
    const engine = engineFor(RED, node, settings.engine)
    const noEngine = engineFault(RED, settings.engine)
    const preview = createPreview(RED, node.id, settings.preview)
    const show = statusOf(node)
    const keeper = createKeeper(userDir, node.id, (error) => complain(asSentence(error)))
    const learner = createLearner(threads, outputs, (learned, book) => {
      report = reportOf(book, learned)
      reported = book
      publish(report)
      if (learned) show({ fill: 'green', shape: 'ring', text: summary(report) })
    })
    const notebook = createNotebook(emptyBook(namesIn(settings.classes)), (book) => {
      keeper.keep(book)
      if (outputs === 0 || book.examples.length > 0) learner.learn(book)
      // The full report follows when learning has finished: with many examples that takes a while.
      publish({ classes: book.classes, count: book.examples.length, right: null })
    })
    const publish = throttle(REPORT_INTERVAL, (shown: Pick<Report, 'classes' | 'count' | 'right'>) => {
      RED.comms.publish(
        `daisychain/teach/${node.id}`,
        { classes: shown.classes, count: shown.count, right: shown.right },
        true,
      )
    })
    const queue = createQueue({ policy: 'all', limit: WAITING }, ({ msg, send }: Job) => receive(msg, send))
    let report = reportOf(notebook.book, null)
    /** The book that `report` describes. */
    let reported = notebook.book
    let recording: { meaning: string | number[]; until: number; last: number } | null = null
    let arrived: Seen | null = null
    let fault = ''
    const opened = open()

    node.on('input', async (msg: Message, send, done) => {
      try {
        await underWay(() => queue.push({ msg, send: send as Job['send'] }))
        done()
      } catch (error) {
        const sentence = asSentence(error)
        show(failure(sentence))
        done(sentence)
      }
    })

    node.on('close', (done: () => void) => {
      void close().finally(done)
    })

    Object.assign(node, {
      notebook,
      record,
      report: () => (reported === notebook.book ? report : reportOf(notebook.book, null)),
      learned: () => learner.learned(),
      fault: () => fault,
      async putAside() {
        await keeper.putAside()
        fault = ''
        notebook.reset(emptyBook(namesIn(settings.classes)))
      },
    })

    async function open(): Promise<void> {
      try {
        const kept = (await keeper.load()) ?? (await readStored(settings.examples))
        if (kept) notebook.reset(withClasses(kept, namesIn(settings.classes)))
        else publish(report)
      } catch (error) {
        fault = asSentence(error).message
        complain(asSentence(error))
      }
    }

    async function close(): Promise<void> {
      await queue.close()
      await opened
      learner.close()
      publish.cancel()
      show.cancel()
      preview.close()
      await Promise.all([keeper.close(), engine.close()])
      node.status({})
    }

    async function receive(msg: Message, send: Job['send']): Promise<void> {
      await opened
      if (fault) throw new ValueError(fault.replace(/\.$/, ''))
      const given = RED.util.getMessageProperty(msg, settings.property) as unknown
      if (msg.teach !== undefined && msg.teach !== '') {
        const meaning = outputs === 0 ? readClass(msg.teach) : readMeaning(msg.teach, outputs)
        await teach(await see(given), meaning, 'add')
        return acknowledge(msg, { taught: meaning, examples: countOf(meaning) })
      }
      const seen = await see(given)
      if (recording && performance.now() < recording.until) {
        const { meaning, last } = recording
        if (performance.now() - last >= EXAMPLE_INTERVAL) {
          recording.last = performance.now()
          await teach(seen, meaning, 'record')
        }
        return acknowledge(msg, { taught: meaning, examples: countOf(meaning) })
      }
      return tell(msg, seen, send)
    }

    async function see(given: unknown): Promise<Seen | null> {
      if (given === undefined || given === null) throw new ValueError(`msg.${settings.property} is empty`)
      const type = readAs(given)
      const thing = thingOf(type ? await readValue(type, given, settings.property, codec) : given)
      arrived = null
      if (!thing) return null
      const seen = await featuresOf(thing)
      arrived = seen
      return seen
    }

    async function featuresOf(thing: Thing): Promise<Seen> {
      if ('features' in thing) return thing
      if (noEngine) throw noEngine
      const { kind } = thing
      return 'picture' in thing
        ? { kind, features: await featuresOfPicture(engine, thing.picture), shown: thing.picture }
        : { kind, features: await featuresOfSound(engine, thing.sound), shown: thing.sound }
    }

    async function teach(seen: Seen | null, meaning: string | number[], by: 'add' | 'record'): Promise<void> {
      if (!seen) throw new ValueError('there is nothing in this message to learn from: its list is empty')
      const { kind, features, shown } = seen
      requireKind(notebook.book, kind)
      const small = shown && (await thumbnail(shown, THUMBNAIL_PIXELS))
      notebook[by](kind, { meaning, features, ...(small && { picture: small }) })
      const { length } = notebook.book.examples
      if (shown) preview.show(shown)
      show({ fill: 'blue', shape: 'dot', text: say('examples', { count: length }) })
    }

    /** The number of examples of a class; for numbers, of all examples. */
    function countOf(meaning: string | number[]): number {
      const { examples } = notebook.book
      return outputs === 0 ? examples.filter((one) => one.meaning === meaning).length : examples.length
    }

    async function tell(msg: Message, seen: Seen | null, send: Job['send']): Promise<void> {
      const learned = await learner.learned()
      const { teach: _, ...rest } = msg
      if (!seen) return send(noneOf(rest, 0, []))
      requireKind(notebook.book, seen.kind)
      if (learned.kind === 'numbers') {
        const numbers = tellNumbers(learned, seen.features)
        const { ranked: _, ...plain } = rest
        const payload = settings.learns === 'number' ? numbers[0] : numbers
        const sent = [{ ...plain, payload, score: learned.told ?? 0 }, null]
        showTold(seen, numbers.map((one) => one.toFixed(2)).join('  '), [], traced(msg, ...sent))
        return send(sent)
      }
      const { ranked, strangeness } = tellClass(learned, seen.features)
      const [best] = ranked
      const score = best?.score ?? 0
      const bars = ranked.map(({ category, score }) => ({ name: category, share: score }))
      if (strangeness > 1 && settings.unknown === 'told') {
        const sent = noneOf(rest, score, ranked)
        showTold(seen, say('noneOfThese'), bars, traced(msg, ...sent))
        return send(sent)
      }
      const sent = [{ ...rest, payload: best?.category, score, ranked }, null]
      showTold(seen, `${best?.category} ${Math.round(100 * score)} %`, bars, traced(msg, ...sent))
      send(sent)
    }

    function noneOf(rest: object, score: number, ranked: unknown[]): (object | null)[] {
      return [null, { ...rest, payload: 'none', score, ranked }]
    }

    function showTold({ shown }: Seen, text: string, bars: { name: string; share: number }[], trace: Trace): void {
      preview.show(shown ?? text, { bars }, trace)
      show({ fill: 'green', shape: 'dot', text: listed(say, [text, ...howRight(report)]) })
    }

    async function record(given: unknown): Promise<void> {
      await opened
      if (fault) throw new ValueError(fault.replace(/\.$/, ''))
      if (given === null) {
        recording = null
        return
      }
      const meaning = outputs === 0 ? readClass(given) : readMeaning(given, outputs)
      const isBegun = recording === null || performance.now() > recording.until
      recording = { meaning, until: performance.now() + RECORDING, last: recording?.last ?? 0 }
      if (!isBegun) return
      notebook.begin(outputs === 0 ? (meaning as string) : undefined)
      // The input that is already there is what the user sees when pressing the button.
      if (arrived) {
        recording.last = performance.now()
        await teach(arrived, meaning, 'record')
      }
    }

    function complain(sentence: Error): void {
      show(failure(sentence))
      node.error(sentence.message)
    }

    function summary(shown: Report): string {
      return listed(say, [say('examples', { count: shown.count }), ...howRight(shown)])
    }

    function howRight({ right }: Report): string[] {
      const key = outputs === 0 ? 'rightOnOwn' : 'toldOnOwn'
      return right === null ? [] : [say(key, { percent: Math.round(100 * right) })]
    }
  })
}

interface Job {
  msg: Message
  send(message: (object | null)[]): void
}

function namesIn(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((name): name is string => typeof name === 'string' && name !== '') : []
}

function withClasses(book: Book, classes: readonly string[]): Book {
  return { ...book, classes: [...new Set([...book.classes, ...classes])] }
}
