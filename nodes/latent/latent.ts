import type { Node, NodeAPI, NodeMessage } from 'node-red'
import { findPoint, type Point, randomPoint, readPoints, type Space } from '../../src/latent'
import { onInput, readControl, statusOf } from '../shared/controls'
import { registerNode } from '../shared/register-node'
import { listed, sayings } from '../shared/say'
import { addAdminRoutes } from './admin'
import { type Frames, framesOf, seedOf } from './frames'
import { node as spec } from './node'
import { createPlayback, partsOf, progress } from './playback'
import { type LatentConfig, readSending, type Sending } from './settings'
import { isVector, readVector, spaceBehind } from './space-behind'

interface Message extends NodeMessage {
  control?: unknown
  /** A kept point: its name, or its number starting at 1. */
  point?: unknown
  seed?: unknown
  rate?: unknown
  seconds?: unknown
  parts?: unknown
}

type Give = (vector: number[], text: string, more?: object) => void

const CONTROLS = ['start', 'stop', 'resume', 'next', 'previous'] as const

export = (RED: NodeAPI): void => {
  const say = sayings(RED)
  addAdminRoutes(RED)

  registerNode(RED, spec, (node: Node, config: LatentConfig) => {
    const space = spaceBehind(RED, node, config)
    const show = statusOf(node)
    const playback = createPlayback(
      RED,
      node,
      (msg) => node.send(msg),
      (fill, text) => show({ fill, shape: fill === 'green' ? 'dot' : 'ring', text }),
    )
    let kept: Point[] | undefined
    /** The walk that messages advance step by step. */
    let steps: { frames: Frames; space: Space; taken: number; id: string } | null = null
    /** Index of the kept point sent last. */
    let cursor = -1

    onInput(
      node,
      (msg: Message, send) => {
        const { control, ...rest } = msg
        const give: Give = (vector, text, more) => {
          show({ fill: 'green', shape: 'dot', text })
          send({ ...rest, ...more, payload: vector } as NodeMessage)
        }
        return receive(msg, readControl(control, CONTROLS), give)
      },
      show,
    )

    node.on('close', () => {
      playback.close()
      show.cancel()
      node.status({})
    })

    async function receive(msg: Message, control: (typeof CONTROLS)[number] | null, give: Give): Promise<void> {
      if (control === 'stop') return playback.stop()
      if (control === 'resume') return playback.resume()
      if (control === 'next' || control === 'previous') return givePoint(neighbouring(control), give)
      if (!control && msg.point !== undefined) return givePoint(msg.point, give)
      if (!control && isVector(msg.payload)) {
        const vector = await readVector(msg.payload, space())
        return give(vector, say('numbers', { count: vector.length }))
      }
      const sending = readSending(config, msg)
      if (sending.pace !== 'step') return play(sending, msg, control === 'start')
      if (sending.sends !== 'random') return takeStep(sending, msg, control === 'start', give)
      const seed = seedOf(seedIn(msg))
      give(randomPoint(seed, space()), say('seed', { seed }))
    }

    /** Sends one step of a walk for each message. */
    function takeStep(sending: Sending, msg: Message, anew: boolean, give: Give): void {
      const now = space()
      if (!steps || anew || !isSame(steps.space, now)) {
        steps = { frames: framesOf(sending, points(), now, seedIn(msg)), space: now, taken: 0, id: '' }
      }
      const { count, repeats, at } = steps.frames
      const index = steps.taken++ % count
      if (index === 0) steps.id = RED.util.generateId()
      // A message that is already part of a sequence keeps its `parts`.
      const parts = repeats || msg.parts ? {} : { parts: partsOf(steps.id, index, count) }
      give(at(index), progress(index, steps.frames), parts)
    }

    async function play(sending: Sending, msg: Message, anew: boolean): Promise<void> {
      if (playback.isActive && !anew) return playback.resume()
      const { control: _, ...rest } = msg
      const frames = framesOf(sending, points(), space(), seedIn(msg))
      await playback.start(frames, rest as NodeMessage, sending.pace === 'whole')
    }

    async function givePoint(asked: unknown, give: Give): Promise<void> {
      const now = space()
      const vector = await readVector(findPoint(points(), asked, now.mean), now)
      const named = points().findIndex(({ name }) => name === asked)
      cursor = named < 0 ? Math.floor(Number(asked)) - 1 : named
      const name = Number.isInteger(Number(asked)) || named >= 0 ? points()[cursor]?.name : ''
      give(
        vector,
        name ? listed(say, [say('point', { point: cursor + 1 }), name]) : say('point', { point: `${asked}` }),
      )
    }

    /** The number of the point after or before the one sent last. Wraps around. */
    function neighbouring(control: 'next' | 'previous'): number {
      const count = points().length
      const by = control === 'next' ? 1 : -1
      const from = cursor < 0 && by < 0 ? 0 : cursor
      return ((from + by + count) % (count || 1)) + 1
    }

    function seedIn({ seed }: Message): unknown {
      return seed === '' ? config.seed : (seed ?? config.seed)
    }

    function points(): Point[] {
      kept ??= readPoints(config.points)
      return kept
    }
  })
}

function isSame(a: Space, b: Space): boolean {
  return a.length === b.length && a.mean === b.mean && a.deviation === b.deviation
}
