import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec } from '../../src/images'
import { readSettings } from '../../src/settings'
import { speak } from '../../src/sounds'
import { readValue } from '../../src/types'
import { failure, statusOf } from '../shared/controls'
import { traced } from '../shared/last-results'
import { createPreview } from '../shared/preview'
import { registerNode } from '../shared/register-node'
import { sayings } from '../shared/say'
import { asSentence } from '../shared/sentence'
import { createTurns } from '../shared/turns'
import { node as spec } from './node'

interface Message extends NodeMessage {
  payload?: unknown
  voice?: unknown
  speed?: unknown
  pitch?: unknown
  /** False while text is still being written. */
  complete?: unknown
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

  node.on('input', (msg: Message, _send, done) => {
    if (msg.complete === false) return done()
    turns.add(msg, done)
  })

  node.on('close', (done: () => void) => {
    turns.close()
    preview.close()
    show.cancel()
    node.status({})
    done()
  })

  /** Speaks one message after the other. Resolves with what went wrong, if anything. */
  async function work(msg: Message, signal: AbortSignal): Promise<Error | undefined> {
    try {
      if (fault) throw fault
      const { payload, voice, speed, pitch } = msg
      const number = (min: number, max: number) => ({ type: 'number', min, max }) as const
      const text = (await readValue({ type: 'text' }, payload, 'payload', codec)) as string
      show({ fill: 'blue', shape: 'dot', text: say('speaking') })
      const sound = await speak(
        text,
        {
          voice: (await readValue({ type: 'text' }, voice ?? settings.voice, 'voice', codec)) as string,
          speed: (await readValue(number(80, 450), speed ?? settings.speed, 'speed', codec)) as number,
          pitch: (await readValue(number(0, 99), pitch ?? settings.pitch, 'pitch', codec)) as number,
        },
        signal,
      )
      const sent = { ...msg, payload: sound } as NodeMessage
      preview.show(sound, {}, traced(msg, sent))
      show({
        fill: 'green',
        shape: 'dot',
        text: say('secondsOfSpeech', { number: Math.round(sound.seconds * 10) / 10 }),
      })
      node.send(sent)
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      const sentence = asSentence(error)
      show(failure(sentence))
      return sentence
    }
  }
}
