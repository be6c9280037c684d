import { setTimeout as sleep } from 'node:timers/promises'
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { refuseStrangers } from '../../src/files'
import { codec } from '../../src/images'
import { readSettings } from '../../src/settings'
import { captured, pieces, streamSound } from '../../src/sounds'
import { type Audio, type AudioType, asFlowFault, fitSound, readValue, ValueError } from '../../src/types'
import { failure, readControl, statusOf } from '../shared/controls'
import { addDevicePages, type PageNode } from '../shared/device-pages'
import { applyFileSettings } from '../shared/file-rules'
import { createFlight } from '../shared/in-flight'
import { traced } from '../shared/last-results'
import { memoryOf } from '../shared/memory'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { createRunButton } from '../shared/run-button'
import { listed, sayings } from '../shared/say'
import { asSentence, brief, NARROW } from '../shared/sentence'
import { isPath, settingPath } from '../shared/setting-path'
import { createTurns } from '../shared/turns'
import { addAdminRoutes } from './admin'
import { microphone, speaker } from './device'
import { soundFiles } from './files'
import { levelOf } from './level'
import { node as spec } from './node'
import { createPageSource } from './page-source'
import { playSound } from './play'

interface Message extends NodeMessage {
  control?: unknown
  filename?: unknown
}

interface Settings {
  userDir?: string
  fileWorkingDirectory?: string
  daisychainRoot?: string
}

const CONTROLS = ['start', 'stop'] as const
/** The sample rate of a microphone if the settings leave it open, in hertz. */
const USUAL_RATE = 16_000
const USUAL_SECONDS = 1
/** The longest pause between two attempts after the microphone failed, in ms. The first pause is 1 s. */
const LONGEST_PAUSE = 5000

export = (RED: NodeAPI): void => {
  applyFileSettings(RED)
  addAdminRoutes(RED)
  addDevicePages(RED, { name: 'audio', folder: __dirname })
  registerNode(RED, spec, (node: Node & PageNode, config: NodeDef) => createAudio(RED, node, config))
}

function createAudio(RED: NodeAPI, node: Node & PageNode, config: NodeDef): void {
  const say = sayings(RED)
  const { userDir, fileWorkingDirectory, daisychainRoot } = RED.settings as Settings
  let fault: Error | undefined
  const settings = readSettings(spec.settings, { ...config }, (error) => {
    fault ??= asFlowFault(error)
  })
  const { source, seconds, overlap, mono, sampleRate } = settings
  const isLive = source === 'local' || source === 'browser'
  const rate = sampleRate ?? (isLive ? USUAL_RATE : undefined)
  const channels = mono || source === 'browser' ? 1 : undefined
  const wanted: AudioType = { type: 'audio', ...(rate && { sampleRate: rate }), ...(channels && { channels }) }
  const cut = { seconds: seconds ?? USUAL_SECONDS, overlap }
  const preview = createPreview(RED, node.id, settings.preview)
  const show = statusOf(node)
  const flight = createFlight(RED.hooks, (_, forgetful) => {
    for (const name of forgetful) node.warn(say('neverDone', { name }))
  })
  const button = createRunButton(RED, node.id)
  const memory = memoryOf<{ stopped: true }>(userDir, node.id, (sentence) => node.warn(sentence))
  const page = createPageSource()
  const turns = createTurns<Message>(work)
  const warn = (sentence: string) => node.warn(sentence)
  const lenient = { ...codec, warn }
  let live: AbortController | null = null
  let sent = 0
  let dropped = 0
  let isWrong = false

  Object.assign(node, {
    takeFrame,
    control: (asked: unknown) => (asked === 'start' && !isLive ? node.receive({}) : control(asked)),
  })
  Object.defineProperty(node, 'page', {
    get: () => ({ rate: rate ?? USUAL_RATE, name: settings.name || 'audio' }),
  })

  node.on('input', (msg: Message, _send, done) => {
    try {
      if (control(msg.control)) return done()
      if (fault) throw fault
      if (isLive)
        throw new ValueError('this node sends what a microphone hears: send it "control": "start" or "stop"', 'flow')
      // A model would take the property for its own control, and discard the sound.
      const { control: _, ...rest } = msg
      turns.add(rest, done)
    } catch (error) {
      const sentence = asSentence(error)
      show(failure(sentence))
      done(sentence)
    }
  })

  node.on('close', (removed: boolean, done: () => void) => {
    if (removed) memory.write(undefined)
    live?.abort()
    turns.close()
    button.close()
    flight.close()
    preview.close()
    show.cancel()
    node.status({})
    done()
  })

  try {
    if (fault) throw fault
    if (source === 'local') microphone(settings.device)
    if (source === 'speaker') speaker(settings.device)
    if (source !== 'speaker' && source !== 'message') button.offer('start')
    if (isLive && memory.read()) show({ fill: 'grey', shape: 'ring', text: say('stopped') })
    else if (isLive) control('start')
  } catch (error) {
    const sentence = asSentence(error)
    show(failure(sentence))
    node.error(sentence.message)
  }

  /** @returns whether anything was requested @throws ValueError for an unknown request */
  function control(given: unknown): boolean {
    const asked = readControl(given, CONTROLS)
    if (!asked || (asked === 'start' && !isLive)) return false
    live?.abort()
    live = null
    turns.cancel()
    if (asked === 'stop') {
      if (isLive) memory.write({ stopped: true })
      button.offer('start')
      show({ fill: 'grey', shape: 'ring', text: say('stoppedAfter', { number: sent }) })
      return true
    }
    if (fault) throw fault
    live = new AbortController()
    memory.write(undefined)
    button.offer('stop')
    sent = dropped = 0
    if (source === 'browser') show({ fill: 'yellow', shape: 'ring', text: say('waitingForMicrophone') })
    void listen(live.signal)
    return true
  }

  /**
   * Sends what the microphone hears. If it is missing, that is reported once, and it is retried until it is
   * back.
   */
  async function listen(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      try {
        for await (const piece of pieces(heard(signal), cut)) {
          if (signal.aborted) return
          failures = 0
          const start = (sent + dropped) * (cut.seconds - cut.overlap)
          if (settings.latest && flight.size > 0) leaveOut(piece)
          else give(piece, {}, start)
        }
        throw new ValueError('the microphone has stopped')
      } catch (error) {
        if (signal.aborted) return
        await failed(asSentence(error), ++failures, signal)
      }
    }
  }

  /** A problem with the page's data is reported once, until it is fixed. */
  function takeFrame(bytes: Buffer): void {
    try {
      page.take(bytes, rate ?? USUAL_RATE)
      isWrong = false
    } catch (error) {
      const sentence = asSentence(error)
      show(failure(sentence))
      if (!isWrong) node.error(sentence.message, {} as NodeMessage)
      isWrong = true
    }
  }

  function heard(signal: AbortSignal): AsyncIterable<Audio> {
    if (source === 'browser') return page.parts(signal)
    const options = { signal, sampleRate: rate, channels: channels ?? 1 }
    return captured(microphone(settings.device), 'the microphone', options)
  }

  async function failed({ message }: Error, failures: number, signal: AbortSignal): Promise<void> {
    show({
      fill: 'red',
      shape: 'ring',
      text: say('tryingAgain', { problem: brief(message.replace(/\.$/, ''), NARROW) }),
    })
    if (failures === 1) node.error(message, {} as NodeMessage)
    const pause = Math.min(LONGEST_PAUSE, 1000 * failures)
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {})
  }

  /** Handles a message. Resolves with the error, or undefined. */
  async function work(msg: Message, signal: AbortSignal): Promise<Error | undefined> {
    try {
      if (source === 'speaker') await play(msg, signal)
      else if (source === 'message') await sendAll(messageSound(msg), msg, signal)
      else
        await sendFiles(
          await soundFiles(pathOf(msg), { workingFolder: fileWorkingDirectory, root: daisychainRoot }),
          msg,
          signal,
        )
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      const isSent = source === 'message' || source === 'speaker' || isPath(msg.filename)
      const sentence = asSentence(isSent ? error : asFlowFault(error))
      show(failure(sentence))
      return sentence
    }
  }

  /** Sends the files one after the other. If there are several, unreadable ones are skipped. */
  async function sendFiles(paths: string[], msg: Message, signal: AbortSignal): Promise<void> {
    for (const filename of paths) {
      const one = { ...msg, filename }
      try {
        await sendAll(fileSound(filename, signal), one, signal)
      } catch (error) {
        if (paths.length === 1 || signal.aborted || !(error instanceof ValueError)) throw error
        node.error(`${filename} was skipped: ${asSentence(error).message}`, one)
      }
    }
  }

  function pathOf({ filename }: Message): string {
    if (!isPath(filename)) return settingPath(RED, node, settings.path)
    refuseStrangers(filename)
    return filename
  }

  async function* fileSound(path: string, signal: AbortSignal): AsyncGenerator<Audio> {
    if (seconds === null) yield fitSound(await codec.decodeSound({ path }, warn), wanted)
    else yield* streamSound(path, { signal, sampleRate: rate, channels, warn })
  }

  async function* messageSound(msg: Message): AsyncGenerator<Audio> {
    yield (await readValue(wanted, (msg as { payload?: unknown }).payload, 'payload', lenient)) as Audio
  }

  /** Sends a sound, whole or in pieces. Each piece is sent once the flow has finished the previous one. */
  async function sendAll(sound: AsyncGenerator<Audio>, msg: Message, signal: AbortSignal): Promise<void> {
    sent = dropped = 0
    const id = RED.util.generateId()
    button.offer('stop')
    try {
      for await (const piece of seconds === null ? sound : pieces(sound, cut)) {
        await flight.room(1)
        if (signal.aborted) return
        const start = seconds === null ? 0 : sent * (cut.seconds - cut.overlap)
        give(piece, { ...msg, parts: { id, index: sent, start } }, start)
      }
    } finally {
      if (source === 'file') button.offer('start')
      else button.close()
    }
  }

  function give(piece: Audio, rest: object, start: number): void {
    const level = levelOf(piece)
    const parts = { id: node.id, index: sent, start }
    sent++
    tell(level)
    const _msgid = RED.util.generateId()
    const msg = { parts, ...rest, _msgid, payload: piece, level } as NodeMessage
    preview.show(piece, {}, traced(null, msg))
    flight.follow(_msgid, () => node.send(msg))
  }

  function leaveOut(piece: Audio): void {
    dropped++
    tell(levelOf(piece))
  }

  function tell(level: number): void {
    const parts = [say('decibels', { number: Math.round(level) }), say('sent', { number: sent })]
    if (dropped > 0) parts.push(say('leftOut', { number: dropped }))
    show({ fill: 'green', shape: 'dot', text: listed(say, parts) })
  }

  async function play(msg: Message, signal: AbortSignal): Promise<void> {
    const sound = (await readValue(
      { type: 'audio' },
      (msg as { payload?: unknown }).payload,
      'payload',
      lenient,
    )) as Audio
    const sent = { ...msg, payload: sound } as NodeMessage
    preview.show(sound, {}, traced(msg, sent))
    show({ fill: 'green', shape: 'dot', text: say('decibels', { number: Math.round(levelOf(sound)) }) })
    await playSound(sound, settings.device, signal)
    if (!signal.aborted) node.send(sent)
  }
}
