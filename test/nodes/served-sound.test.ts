import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { connectAsync } from 'mqtt'
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { Audio, readWav, writeWav } from '../../src/types'
import { freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4 } from '../browser/support/versions'
import { type Any, asking, grpcOfOthers } from '../grpc/support'

// Debian installs the broker in a folder that only root's PATH contains.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
const hasBroker = spawnSync('mosquitto', ['-h'], { env }).error === undefined

const FRAMES = 4410
/** Noise of fixed numbers, different in each channel. Every sample can be written exactly as 16 bits. */
const stereo = new Audio({
  sampleRate: 44_100,
  channels: 2,
  data: Float32Array.from({ length: 2 * FRAMES }, (_, i) => ((i * 7919) % 32_768) / 32_768 - 0.5),
})
const mono = Array.from(
  { length: FRAMES },
  (_, i) => ((stereo.data[2 * i] as number) + (stereo.data[2 * i + 1] as number)) / 2,
)

function assertMono(sound: Pick<Audio, 'sampleRate' | 'channels' | 'data'> | null): void {
  assert.ok(sound)
  const { sampleRate, channels, data } = sound
  assert.deepEqual([sampleRate, channels, data.length], [44_100, 1, FRAMES])
  const worst = data.reduce((worst, sample, i) => Math.max(worst, Math.abs(sample - (mono[i] as number))), 0)
  assert.ok(worst <= 1 / 32_768, `off by ${worst}`)
}

async function assertUri(value: unknown): Promise<void> {
  assert.match(String(value), /^data:audio\/wav;base64,/)
  assertMono(await readWav(Buffer.from(String(value).slice(22), 'base64')))
}

describe('a chain for sounds, over every protocol', function () {
  this.timeout(120_000)
  const wav = Buffer.from(writeWav(stereo))
  const payload = `data:audio/wav;base64,${wav.toString('base64')}`
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-sounds-'))
  let server: Server
  let broker: ChildProcess | undefined
  let ports: { http: number; events: number; grpc: number; mqtt: number }
  let url: string

  before(async () => {
    const [http, events, grpc, mqtt] = [await freePort(), await freePort(), await freePort(), await freePort()]
    ports = { http, events, grpc, mqtt }
    url = `http://127.0.0.1:${http}`
    if (hasBroker) {
      writeFileSync(join(folder, 'broker.conf'), `listener ${mqtt} 127.0.0.1\nallow_anonymous true\n`)
      broker = spawn('mosquitto', ['-c', join(folder, 'broker.conf')], { env, stdio: 'ignore' })
    }
    const place = { z: 'tab', x: 1, y: 1 }
    const mixDown = { ...place, type: 'daisychain-convert', converter: 'mix-down' }
    server = await startNodeRed(nodeRed4())
    // Credentials are sent with a deploy; they aren't in the flow file.
    await server.setFlows([
      { id: 'tab', type: 'tab', label: 'sounds' },
      {
        ...{ ...place, id: 'in', type: 'daisychain-serve-in', name: 'mono', where: 'port', port: http },
        ...{ socketIoPort: events, grpcPort: grpcOfOthers() ? grpc : '', wires: [['mix']] },
      },
      { ...mixDown, id: 'mix', wires: [['out']] },
      { ...place, id: 'out', type: 'daisychain-serve-out', wires: [] },
      {
        ...{ ...place, id: 'tool', type: 'daisychain-serve-in', name: 'tool', agents: true },
        ...{ credentials: { token: 'secret' }, wires: [['tool-mix']] },
      },
      { ...mixDown, id: 'tool-mix', wires: [['tool-out']] },
      { ...place, id: 'tool-out', type: 'daisychain-serve-out', wires: [] },
      { id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(mqtt), protocolVersion: '4' },
      {
        ...{ ...place, id: 'mqtt-in', type: 'mqtt in', topic: 'sound', datatype: 'buffer', qos: '1' },
        ...{ broker: 'broker', wires: [['mqtt-mix']] },
      },
      { ...mixDown, id: 'mqtt-mix', wires: [['mqtt-out']] },
      { ...place, id: 'mqtt-out', type: 'mqtt out', topic: 'mono', qos: '1', broker: 'broker', wires: [] },
    ])
  })
  after(async () => {
    await server?.stop()
    broker?.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = async (path: string, body: BodyInit) =>
    (await (await fetch(url + path, { method: 'POST', body })).json()) as Any

  it('Runway over HTTP: as a data URI, and the file alone', async () => {
    await assertUri((await post('/query', JSON.stringify({ payload }))).payload)
    await assertUri((await post('/query', new Uint8Array(wav))).payload)
  })

  it('a WebSocket', async () => {
    const socket = new WebSocket(url.replace('http', 'ws'))
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'submit', inputData: { payload } }))
    const output = await new Promise<Any>((done) =>
      socket.on('message', (text) => {
        const message = JSON.parse(String(text))
        if (message.type === 'output' || message.type === 'error') done(message)
      }),
    )
    socket.close()
    await assertUri(output.outputData?.payload ?? output.error)
  })

  it('Socket.IO', async () => {
    const client = io(`http://127.0.0.1:${ports.events}`, { forceNew: true })
    await new Promise((done) => client.once('info', done))
    client.emit('query', { payload })
    const outputs = await new Promise<Any>((done) => client.once('data', done).once('error', done))
    client.disconnect()
    await assertUri(outputs.payload ?? outputs)
  })

  const tensor = { name: 'payload', datatype: 'FP32', shape: [FRAMES, 2] }

  it('Open Inference over HTTP', async () => {
    const input = { ...tensor, data: [...stereo.data], parameters: { sampleRate: 44_100 } }
    const { outputs } = await post('/v2/models/mono/infer', JSON.stringify({ inputs: [input] }))
    const [{ shape, data, parameters }] = outputs
    assert.deepEqual(shape, [FRAMES, 1])
    assertMono({ sampleRate: parameters.sampleRate, channels: 1, data: Float32Array.from(data) })
  })

  it('Open Inference over gRPC', async function () {
    const found = grpcOfOthers()
    if (!found) return this.skip()
    const client = new found.Service(`127.0.0.1:${ports.grpc}`, found.grpc.credentials.createInsecure())
    const response = await asking(client)('ModelInfer', {
      model_name: 'mono',
      inputs: [{ ...tensor, parameters: { sampleRate: { int64_param: 44_100 } } }],
      raw_input_contents: [Buffer.from(stereo.data.buffer)],
    })
    client.close()
    const [{ shape, parameters }] = response.outputs
    assert.deepEqual(shape, [FRAMES, 1])
    const bytes = Uint8Array.from(response.raw_output_contents[0])
    const { int64_param, double_param } = parameters.sampleRate
    assertMono({ sampleRate: int64_param || double_param, channels: 1, data: new Float32Array(bytes.buffer) })
  })

  it('MCP', async () => {
    const client = new Client({ name: 'test', version: '1' })
    const requestInit = { headers: { authorization: 'Bearer secret' } }
    const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/daisychain/mcp`), { requestInit })
    await client.connect(transport as Parameters<Client['connect']>[0])
    const { content } = (await client.callTool({ name: 'tool', arguments: { payload } })) as { content: Any[] }
    await client.close()
    assert.deepEqual(
      content.map(({ type, mimeType, text }) => [type, mimeType, text]),
      [['audio', 'audio/wav', undefined]],
    )
    assertMono(await readWav(Buffer.from(content[0].data, 'base64')))
  })

  it('MQTT', async function () {
    if (!hasBroker) return this.skip()
    const client = await connectAsync(`mqtt://127.0.0.1:${ports.mqtt}`, { reconnectPeriod: 100 })
    await client.subscribeAsync('mono', { qos: 1 })
    const arrived = new Promise<Buffer>((done) => client.once('message', (_, bytes) => done(bytes)))
    // Node-RED subscribes as soon as it is connected, and finds a retained message even then.
    await client.publishAsync('sound', wav, { qos: 1, retain: true })
    const bytes = await arrived
    await client.endAsync()
    assertMono(await readWav(bytes))
  })

  it('a silent, empty, cut-off or many-channelled sound, and one with NaN, gets a sound or a sentence', async () => {
    const ask = async (audio: Audio | Uint8Array) => {
      const body = audio instanceof Audio ? writeWav(audio, 32) : audio
      const answer = await post('/query', new Uint8Array(body))
      return answer.error ?? (await readWav(Buffer.from(answer.payload.slice(22), 'base64')))
    }
    const made = (sampleRate: number, channels: number, frames: number, fill = 0) =>
      new Audio({ sampleRate, channels, data: new Float32Array(frames * channels).fill(fill) })
    for (const [rate, channels, frames, fill] of [
      [16_000, 1, 1600, 0],
      [8000, 2, 800, 0.25],
      [96_000, 2, 9600, 0.25],
      [48_000, 10, 4800, 0.25],
      [48_000, 1, 1, 0.25],
    ] as const) {
      const got = (await ask(made(rate, channels, frames, fill))) as Audio
      assert.deepEqual([got.sampleRate, got.channels, got.frames, got.data[0]], [rate, 1, frames, fill], String(got))
    }
    const wrong = Buffer.from(writeWav(made(16_000, 1, 100), 32))
    wrong.writeFloatLE(Number.NaN, wrong.length - 8)
    const empty = Buffer.from(wav.subarray(0, 44))
    empty.writeUInt32LE(36, 4)
    empty.writeUInt32LE(0, 40)
    for (const [bad, sentence] of [
      [empty, /at least one sample/],
      [wrong, /samples must be numbers \(got NaN/],
      [wav.subarray(0, 20), /is damaged, ends too early/],
      [wav.subarray(0, 3000), /the WAV ends too early, after 0\.0168 of 0\.1 seconds/],
    ] as const)
      assert.match(String(await ask(bad)), sentence)
  })
})
