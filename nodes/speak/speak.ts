import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec } from '../../src/images'
import { readSettings } from '../../src/settings'
import { hasWords, refuseUnspeakable, sentencesOf, speak } from '../../src/sounds'
import { type Audio, readValue } from '../../src/types'
import { failure, statusOf } from '../shared/controls'
import { traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { signalOf } from '../shared/queries'
import { registerNode } from '../shared/register-node'
import { sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { createTurns } from '../shared/turns'
import { createUnspoken, wantsParts } from '../shared/unspoken'
import { node as spec } from './node'

interface Message extends NodeMessage {
  payload?: unknown
  voice?: unknown
  speed?: unknown
  pitch?: unknown
  /** False while the text is still being written. */
  complete?: unknown
  /**
   * Whether each sentence is sent as soon as it has been spoken. Takes precedence over the node's setting.
   */
  stream?: unknown
}

export = (RED: NodeAPI): void => {
  registerNode(RED, spec, (node: Node, config: NodeDef) => createSpeak(RED, node, config))
}

function createSpeak(RED: NodeAPI, node: Node, config: NodeDef): void {
  const say = sayings(RED)
  const show = statusOf(node)
  let fault: Error | undefined
  const settings = readSettings(spec.settings, { ...config }, (error) => {
    fault ??= error
  })
  const preview = createPreview(RED, node.id, settings.preview)
  const turns = createTurns<Message>(work)
  const unspoken = createUnspoken()

  node.on('input', (msg: Message, _send, done) => {
    const asked = toSpeak(msg)
    if (asked) turns.add(asked, done)
    else done()
  })

  node.on('close', (done: () => void) => {
    turns.close()
    preview.close()
    show.cancel()
    node.status({})
    done()
  })

  /** Whether sentences are sent separately. A query gets one sound. */
  function isStreamed(msg: Message): boolean {
    return wantsParts(msg.stream, settings.stream) && !signalOf(msg)
  }

  /** A message with the text to speak now; null if there is none yet. */
  function toSpeak(msg: Message): Message | null {
    const { payload, complete } = msg
    if (!isStreamed(msg) || typeof payload !== 'string') return complete === false ? null : msg
    const rest = unspoken(msg, payload)
    if (rest === payload) return msg
    return hasWords(rest) ? { ...msg, payload: rest } : null
  }

  /** Speaks the text of a message. Resolves with the error, or undefined. */
  async function work(msg: Message, signal: AbortSignal): Promise<Error | undefined> {
    try {
      if (fault) throw fault
      const { payload, voice, speed, pitch, complete } = msg
      const number = (min: number, max: number) => ({ type: 'number', min, max }) as const
      const text = (await readValue({ type: 'text' }, payload, 'payload', codec)) as string
      show({ fill: 'blue', shape: 'dot', text: say('speaking') })
      const speech = {
        voice: (await readValue({ type: 'text' }, voice ?? settings.voice, 'voice', codec)) as string,
        speed: (await readValue(number(80, 450), speed ?? settings.speed, 'speed', codec)) as number,
        pitch: (await readValue(number(0, 99), pitch ?? settings.pitch, 'pitch', codec)) as number,
      }
      const streamed = isStreamed(msg)
      refuseUnspeakable(text)
      const texts = streamed ? spokenSentences(text) : [text]
      for (const [i, part] of texts.entries()) {
        const sound = await speak(part, speech, signal)
        if (signal.aborted) return undefined
        const isLast = i === texts.length - 1 && complete !== false
        tell(sound, msg, streamed ? { complete: isLast } : {})
      }
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      const sentence = asSentence(error)
      show(failure(sentence))
      return sentence
    }
  }

  function tell(sound: Audio, msg: Message, more: { complete?: boolean }): void {
    const sent = { ...msg, ...more, payload: sound } as NodeMessage
    preview.show(sound, {}, traced(msg, sent))
    const number = Math.round(sound.seconds * 10) / 10
    show({ fill: 'green', shape: 'dot', text: say('secondsOfSpeech', { number }) })
    node.send(sent)
  }
}

/** The sentences that contain words. If there are none, the whole text, which is then refused. */
function spokenSentences(text: string): string[] {
  const sentences = sentencesOf(text).map((clauses) => clauses.join('').trim())
  const spoken = sentences.filter(hasWords)
  return spoken.length > 0 ? spoken : [text]
}
