import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { isEmpty, readSettings } from '../../src/settings'
import { asFlowFault, type Image, ValueError } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { failure, onInput, readControl, statusOf } from '../shared/controls'
import { addDevicePages, type PageNode } from '../shared/device-pages'
import { createFlight } from '../shared/in-flight'
import { traced } from '../shared/last-results'
import { memoryOf } from '../shared/memory'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { resultBehind } from '../shared/result-behind'
import { createRunButton } from '../shared/run-button'
import { listed, type Saying, sayings } from '../shared/say'
import { asSentence, brief, NARROW } from '../shared/sentence'
import { type Secrets, tokenFor } from '../shared/token-for'
import { listCameras } from './device'
import { createLocalSource } from './local-source'
import { createNetworkSource } from './network-source'
import { node as spec } from './node'
import { createPageSource } from './page-source'

interface Message extends NodeMessage {
  control?: unknown
  device?: unknown
}

const CONTROLS = ['start', 'stop'] as const
/** Pictures per second that the camera page sends while only messages request them. */
const IDLE_RATE = 2

export = (RED: NodeAPI): void => {
  addDevicePages(RED, { name: 'camera', folder: __dirname })
  adminRoutes(RED).get('/daisychain-camera/devices', 'daisychain-camera.read', async (_request, response) => {
    response.json(await listCameras())
  })
  registerNode(RED, spec, (node: Node<Secrets> & PageNode, config: NodeDef) => createCamera(RED, node, config))
}

function createCamera(RED: NodeAPI, node: Node<Secrets> & PageNode, config: NodeDef): void {
  const say = sayings(RED)
  let fault: Error | undefined
  const settings = readSettings(spec.settings, { ...config }, (error) => {
    fault ??= asFlowFault(error)
  })
  const { rate, latest, width, height } = settings
  const isPage = settings.source === 'browser'
  const source = createSource()
  const preview = createPreview(RED, node.id, settings.preview)
  const show = statusOf(node)
  const rest = (text: Saying, words = {}) => show({ fill: 'grey', shape: 'ring', text: say(text, words) })
  const flight = createFlight(RED.hooks, (_, forgetful) => {
    for (const name of forgetful) node.warn(say('neverDone', { name }))
    source.flowIsReady?.()
  })
  const button = createRunButton(RED, node.id)
  const memory = memoryOf<{ stopped: true }>((RED.settings as { userDir?: string }).userDir, node.id, (sentence) =>
    node.warn(sentence),
  )
  let streaming: AbortController | null = null
  let isClosed = false
  let sent = 0
  let dropped = 0

  Object.assign(node, {
    takeFrame: (bytes: Buffer) => source.takeFrame?.(bytes),
    result: (since: number) => resultBehind(RED, node, since),
    /** Without a stream, the node's button takes one picture. */
    control: (asked: unknown) => (asked === 'start' && rate === 0 ? node.receive({}) : control(asked)),
  })
  Object.defineProperty(node, 'page', {
    get: () => ({ width, height, rate: streaming ? rate : IDLE_RATE, name: settings.name || 'camera' }),
  })

  onInput(
    node,
    async (msg: Message, send) => {
      if (control(msg.control)) return
      if (fault) throw fault
      const image = await source.still(msg.device).catch((error: unknown) => {
        throw isEmpty(msg.device) ? asFlowFault(error) : error
      })
      if (isClosed) return
      const sent = { ...msg, payload: image } as NodeMessage
      preview.show(image, {}, traced(null, sent))
      show({ fill: 'green', shape: 'dot', text: `${image.width}×${image.height}` })
      send(sent)
    },
    show,
  )

  node.on('close', (removed: boolean, done: () => void) => {
    if (removed) memory.write(undefined)
    isClosed = true
    streaming?.abort()
    source.close?.()
    button.close()
    flight.close()
    preview.close()
    show.cancel()
    node.status({})
    done()
  })

  try {
    if (fault) throw fault
    source.check?.()
    button.offer('start')
    if (rate > 0 && memory.read()) rest('stopped')
    else if (rate > 0) control('start')
    else if (isPage) rest('openPage')
  } catch (error) {
    const sentence = asSentence(error)
    show(failure(sentence))
    node.error(sentence.message)
  }

  function createSource() {
    if (isPage) return createPageSource()
    if (settings.source === 'local') return createLocalSource(settings)
    const password = tokenFor(RED, node, [settings.address], 'password')
    return createNetworkSource(settings.address, password, { width, height })
  }

  /**
   * @returns whether the message contained a control
   * @throws ValueError for an unknown one, or if there is no stream
   */
  function control(given: unknown): boolean {
    const asked = readControl(given, CONTROLS)
    if (!asked) return false
    streaming?.abort()
    streaming = null
    button.offer('start')
    if (asked === 'stop') {
      memory.write({ stopped: true })
      rest('stoppedAfter', { number: sent })
      return true
    }
    if (fault) throw fault
    if (rate === 0) throw new ValueError('the frame rate is 0, so there is no stream to start', 'flow')
    begin()
    return true
  }

  function begin(): void {
    sent = 0
    dropped = 0
    streaming = new AbortController()
    memory.write(undefined)
    button.offer('stop')
    if (isPage) show({ fill: 'yellow', shape: 'ring', text: say('waitingForPage') })
    source.stream({
      signal: streaming.signal,
      interval: 1000 / rate,
      isReady: () => !latest || flight.size === 0,
      ready: async () => (latest ? flight.room(1) : undefined),
      give,
      leaveOut() {
        dropped++
      },
      fail(problem, isNews) {
        const short = brief(problem.message.replace(/\.$/, ''), NARROW)
        const text = isPage ? short : say('tryingAgain', { problem: short })
        show({ fill: 'red', shape: 'ring', text })
        if (isNews) node.error(problem.message, {} as NodeMessage)
      },
    })
  }

  function give(image: Image): void {
    sent++
    const msg = { _msgid: RED.util.generateId(), payload: image }
    preview.show(image, {}, traced(null, msg))
    const parts = [`${image.width}×${image.height}`, say('sent', { number: sent })]
    if (dropped > 0) parts.push(say('leftOut', { number: dropped }))
    show({ fill: 'green', shape: 'dot', text: listed(say, parts) })
    if (latest) flight.follow(msg._msgid, () => node.send(msg))
    else node.send(msg)
  }
}
