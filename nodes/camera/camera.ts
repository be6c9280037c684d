import { setTimeout as sleep } from 'node:timers/promises'
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { refuseStrangers } from '../../src/files'
import { decodeImage } from '../../src/images'
import { type Image, quoteValue, ValueError } from '../../src/types'
import { createFlight } from '../shared/in-flight'
import { memoryOf } from '../shared/memory'
import { createPreview } from '../shared/preview'
import { readNumber } from '../shared/read-number'
import { createRunButton } from '../shared/run-button'
import { listed, sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { speakPlainly } from '../shared/speak-plainly'
import { throttle } from '../shared/throttle'
import { type CameraNode, serveCamera } from './browser-camera'
import { checkDevice } from './device'
import { takeStill } from './local-camera'

interface CameraConfig extends NodeDef {
  /** `local`: a camera of this computer; `browser`: one that the camera page sends. */
  source?: string
  device?: string
  width?: string | number
  height?: string | number
  /** Pictures a second from the deploy on; empty or 0: one for each message. */
  rate?: string | number
  /** Whether the next picture waits until the flow has done with the last one. Default true. */
  latest?: boolean
  /** Whether the node shows its last picture. Default true. */
  preview?: boolean
}

interface Message extends NodeMessage {
  control?: unknown
  device?: unknown
}

/** After a failure the camera is tried again, after 1 s, then later and later, up to so many ms. */
const LONGEST_PAUSE = 5000
/** How long a message waits for a picture of the camera page, in ms. */
const PAGE_PATIENCE = 10_000
/** Pictures a second of the camera page while only messages ask for them. */
const IDLE_RATE = 2

export = (RED: NodeAPI): void => {
  speakPlainly(RED)
  const say = sayings(RED)
  serveCamera(RED)

  RED.nodes.registerType('daisychain-camera', function (this: Node & CameraNode, config: CameraConfig) {
    RED.nodes.createNode(this, config)
    const preview = createPreview(RED, this.id, config.preview)
    const show = throttle(250, (status: Parameters<Node['status']>[0]) => this.status(status))
    const flight = createFlight(RED.hooks, (_, forgetful) => {
      for (const name of forgetful) this.warn(say('neverDone', { name }))
      sendNewest()
    })
    const isBrowser = config.source === 'browser'
    const isLatest = config.latest !== false
    const closing = new AbortController()
    const button = createRunButton(RED, this.id)
    const memory = memoryOf<{ stopped: true }>((RED.settings as { userDir?: string }).userDir, this.id)
    let streaming: AbortController | null = null
    let newest: Buffer | null = null
    let awaited: ((frame: Buffer) => void)[] = []
    let isDecoding = false
    let sent = 0
    let dropped = 0

    const size = () => ({
      width: readNumber('width', config.width, 640, 1, 8192),
      height: readNumber('height', config.height, 480, 1, 8192),
    })
    const rate = () => readNumber('rate', config.rate, 0, 0, 60)

    /** The button of a node without a stream takes one picture. */
    const press = (asked: unknown) => {
      if (asked === 'start' && rate() === 0) this.receive({})
      else control(asked)
    }

    Object.assign(this, { takeFrame, control: press })
    Object.defineProperty(this, 'page', {
      get: () => ({ ...size(), rate: streaming ? rate() : IDLE_RATE, name: config.name || 'camera' }),
    })

    this.on('input', async (msg: Message, send, done) => {
      try {
        if (msg.control !== undefined && msg.control !== '') control(msg.control)
        else {
          const image = isBrowser ? await decodeImage(await nextFrame()) : await still(msg.device)
          if (closing.signal.aborted) return
          preview.show(image)
          show({ fill: 'green', shape: 'dot', text: `${image.width}×${image.height}` })
          send({ ...msg, payload: image })
        }
        done()
      } catch (error) {
        const sentence = asSentence(error)
        show({ fill: 'red', shape: 'ring', text: sentence.message })
        done(sentence)
      }
    })

    this.on('close', (removed: boolean, done: () => void) => {
      if (removed) memory.write(undefined)
      closing.abort()
      streaming?.abort()
      button.close()
      flight.close()
      preview.close()
      show.cancel()
      this.status({})
      done()
    })

    function control(asked: unknown) {
      if (asked !== 'start' && asked !== 'stop') {
        throw new ValueError(`control is ${quoteValue(asked)}, and has to be start or stop`)
      }
      streaming?.abort()
      streaming = null
      newest = null
      button.offer('start')
      if (asked === 'stop') {
        memory.write({ stopped: true })
        return show({ fill: 'grey', shape: 'ring', text: say('stoppedAfter', { number: sent }) })
      }
      if (rate() === 0) throw new ValueError('the rate is 0 pictures a second, so there is no stream to start')
      sent = 0
      dropped = 0
      streaming = new AbortController()
      memory.write(undefined)
      button.offer('stop')
      if (isBrowser) show({ fill: 'yellow', shape: 'ring', text: say('waitingForPage') })
      else void streamLocal(streaming.signal)
    }

    async function still(device: unknown): Promise<Image> {
      if (typeof device !== 'string' || device === '') return takeStill({ ...size(), device: config.device ?? '' })
      refuseStrangers(device)
      return takeStill({ ...size(), device })
    }

    /** Takes pictures until it is stopped. A camera that is gone is said once, and looked for until it is back. */
    const streamLocal = async (signal: AbortSignal) => {
      let failures = 0
      while (!signal.aborted) {
        const began = performance.now()
        if (isLatest) await flight.room(1)
        if (signal.aborted) return
        let pause = 1000 / rate()
        try {
          const image = await still(undefined)
          if (signal.aborted) return
          failures = 0
          sendOne(image)
        } catch (error) {
          if (signal.aborted) return
          const sentence = asSentence(error)
          show({
            fill: 'red',
            shape: 'ring',
            text: say('tryingAgain', { problem: sentence.message.replace(/\.$/, '') }),
          })
          if (failures++ === 0) this.error(sentence.message, {} as NodeMessage)
          pause = Math.min(LONGEST_PAUSE, 1000 * failures)
        }
        await sleep(Math.max(0, pause - (performance.now() - began)), undefined, { signal, ref: false }).catch(() => {})
      }
    }

    const sendOne = (image: Image) => {
      sent++
      preview.show(image)
      const parts = [`${image.width}×${image.height}`, say('sent', { number: sent })]
      if (dropped > 0) parts.push(say('leftOut', { number: dropped }))
      show({ fill: 'green', shape: 'dot', text: listed(say, parts) })
      const _msgid = RED.util.generateId()
      const msg = { _msgid, payload: image }
      if (isLatest) flight.follow(_msgid, () => this.send(msg))
      else this.send(msg)
    }

    /** The page sends faster than the flow may be: the newest picture waits, an older one is left out. */
    function takeFrame(bytes: Buffer) {
      for (const give of awaited.splice(0)) give(bytes)
      if (!streaming) return
      if (newest) dropped++
      newest = bytes
      sendNewest()
    }

    function sendNewest() {
      if (!newest || isDecoding || !streaming || (isLatest && flight.size > 0)) return
      const { signal } = streaming
      const bytes = newest
      newest = null
      isDecoding = true
      decodeImage(bytes)
        .then(
          (image) => !signal.aborted && sendOne(image),
          (error: Error) => !signal.aborted && show({ fill: 'red', shape: 'ring', text: error.message }),
        )
        .finally(() => {
          isDecoding = false
          sendNewest()
        })
    }

    function nextFrame(): Promise<Buffer> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          awaited = awaited.filter((give) => give !== take)
          reject(
            new ValueError(
              'no picture came from the camera page: open it by the button in this node, and allow the camera',
            ),
          )
        }, PAGE_PATIENCE)
        timer.unref()
        const take = (bytes: Buffer) => {
          clearTimeout(timer)
          resolve(bytes)
        }
        awaited.push(take)
      })
    }

    try {
      size()
      if (!isBrowser && config.device) checkDevice(config.device)
      button.offer('start')
      if (rate() > 0 && memory.read()) show({ fill: 'grey', shape: 'ring', text: say('stopped') })
      else if (rate() > 0) control('start')
      else if (isBrowser) show({ fill: 'grey', shape: 'ring', text: say('openPage') })
    } catch (error) {
      const sentence = asSentence(error)
      show({ fill: 'red', shape: 'ring', text: sentence.message })
      this.error(sentence.message)
    }
  })
}
