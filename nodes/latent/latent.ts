import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red'
import { codec } from '../../src/images'
import { freshSeed, normals } from '../../src/random'
import { type PortType, readValue, ValueError, type VectorType } from '../../src/types'
import { asSentence } from '../shared/sentence'
import { wantedSinceDeploy } from '../shared/wanted-behind'

interface LatentConfig extends NodeDef {
  /** How many numbers; empty: as many as the wired model wants. */
  length?: string | number
  /** Empty: another one for each message. */
  seed?: string | number
  mean?: string | number
  deviation?: string | number
}

const DEFAULT_LENGTH = 512

export = (RED: NodeAPI): void => {
  RED.nodes.registerType('daisychain-latent', function (this: Node, config: LatentConfig) {
    RED.nodes.createNode(this, config)
    const vectorType = vectorOf(RED, this, config)

    this.on('input', async (msg: NodeMessage & { seed?: unknown }, send, done) => {
      try {
        const { vector, text } = isVector(msg.payload)
          ? await pass(msg.payload, vectorType())
          : draw(msg.seed ?? config.seed, vectorType())
        this.status({ fill: 'green', shape: 'dot', text })
        send({ ...msg, payload: vector })
        done()
      } catch (error) {
        const sentence = asSentence(error)
        this.status({ fill: 'red', shape: 'ring', text: sentence.message })
        done(sentence)
      }
    })
  })
}

/** What the node makes: its settings, else what the other end of its wire wants, looked up after each deploy. */
function vectorOf(RED: NodeAPI, node: Node, config: LatentConfig): () => VectorType {
  const behind = wantedSinceDeploy(RED, node, 'payload', isVectorType)
  return () => {
    const wanted: Partial<VectorType> = behind() ?? {}
    const length = setting('length', config.length) ?? wanted.length ?? DEFAULT_LENGTH
    if (!Number.isInteger(length) || length < 1) throw new ValueError(`the length of a vector cannot be ${length}`)
    return {
      type: 'vector',
      length,
      samplingMean: setting('mean', config.mean) ?? wanted.samplingMean ?? 0,
      samplingStd: setting('deviation', config.deviation) ?? wanted.samplingStd ?? 1,
    }
  }
}

function isVectorType(type: PortType): type is VectorType {
  return type.type === 'vector'
}

function setting(name: string, value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined
  if (!Number.isFinite(Number(value))) throw new ValueError(`the ${name} is set to "${value}", which is no number`)
  return Number(value)
}

function isVector(payload: unknown): boolean {
  return Array.isArray(payload) || (ArrayBuffer.isView(payload) && !Buffer.isBuffer(payload))
}

async function pass(payload: unknown, type: VectorType): Promise<{ vector: number[]; text: string }> {
  const vector = Array.from((await readValue(type, payload, 'payload', codec)) as ArrayLike<number>)
  return { vector, text: `${vector.length} numbers from the message` }
}

function draw(given: unknown, { length = DEFAULT_LENGTH, samplingMean, samplingStd }: VectorType) {
  const seed = given === undefined || given === null || given === '' ? freshSeed() : given
  if (typeof seed !== 'number' && typeof seed !== 'string') {
    throw new ValueError('the seed has to be a number or a text')
  }
  return { vector: normals(seed, length, samplingMean, samplingStd), text: `seed ${seed}` }
}
