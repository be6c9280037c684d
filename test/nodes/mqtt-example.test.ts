import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import sharp from 'sharp'
import { type FlowEntry, freePort, type Server, startNodeRed } from '../browser/support/server'
import { nodeRed4, packageFolder } from '../browser/support/versions'

const program = 'mosquitto'
// Debian installs it in a folder that only root's PATH contains.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` }
const isThere = spawnSync(program, ['-h'], { env }).error === undefined
if (!isThere) console.log('\n  No Mosquitto: the MQTT tests are skipped. Install it with "apt-get install mosquitto".')

const byNumber = (a: string, b: string) => Number(a.split('-')[1]) - Number(b.split('-')[1])

describe('the example "Pictures over MQTT"', function () {
  this.timeout(180_000)
  let folder: string
  let port: number
  let broker: ChildProcess | undefined
  let server: Server
  let client: MqttClient
  const arrived = new Map<string, Buffer>()
  let changed = () => {}

  async function startBroker(): Promise<void> {
    const child = spawn(program, ['-c', join(folder, 'mosquitto.conf')], { env, stdio: 'ignore' })
    broker = child
    for (;;) {
      assert.equal(child.exitCode, null, 'the broker runs')
      const probe = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 }).catch(() => null)
      if (probe) return probe.endAsync()
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function stopBroker(): Promise<void> {
    if (!broker || broker.exitCode !== null) return
    const gone = new Promise((resolve) => broker?.once('exit', resolve))
    broker.kill('SIGTERM') // so that it saves its state
    await gone
  }

  async function until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        changed = resolve
      })
    }
  }

  before(async function () {
    if (!isThere) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'daisychain-mqtt-'))
    port = await freePort()
    const lines = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${folder}/`,
      'max_queued_messages 10000',
      'user root',
    ]
    writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`)
    await startBroker()
    const file = readFileSync(join(packageFolder, 'examples/14 Pictures over MQTT.json'), 'utf8')
    const flow = (JSON.parse(file) as FlowEntry[]).map((node) =>
      node.type === 'mqtt-broker' ? { ...node, broker: '127.0.0.1', port: String(port) } : node,
    )
    const broker = flow.find(({ type }) => type === 'mqtt-broker')?.id
    const z = flow.find(({ type }) => type === 'tab')?.id
    const raw = [
      {
        id: 'raw-in',
        type: 'mqtt in',
        topic: 'daisychain/raw',
        datatype: 'buffer',
        qos: '1',
        broker,
        wires: [['raw']],
      },
      { id: 'raw', type: 'daisychain-adjust', wires: [['raw-out']] },
      { id: 'raw-out', type: 'mqtt out', topic: 'daisychain/picture/raw', qos: '1', broker, wires: [] },
    ].map((node) => ({ z, x: 1, y: 1, ...node })) as FlowEntry[]
    server = await startNodeRed(nodeRed4(), [...flow, ...raw])
    client = await connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'tester', clean: false, reconnectPeriod: 100 })
    client.on('message', (topic, payload) => {
      arrived.set(topic.replace('daisychain/', ''), payload)
      changed()
    })
    for (const topic of ['picture', 'depth', 'error']) await client.subscribeAsync(`daisychain/${topic}/+`, { qos: 1 })
    // Once a message gets through, Node-RED's own subscriptions exist.
    while (!arrived.has('picture/hello')) {
      await client.publishAsync('daisychain/prompt/hello', 'a bed', { qos: 1 })
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
  })
  after(async () => {
    await client?.endAsync(true)
    await server?.stop()
    await stopBroker()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => arrived.clear())

  it('draws a sentence, and an object with settings', async () => {
    await client.publishAsync('daisychain/prompt/a', 'a red bed in a blue room', { qos: 1 })
    await client.publishAsync('daisychain/room/b', '{"seed":7,"truncation":0.9}', { qos: 1 })
    await until(() => arrived.has('picture/a') && arrived.has('picture/b'))
    for (const id of ['a', 'b']) {
      const { width, format } = await sharp(arrived.get(`picture/${id}`)).metadata()
      assert.deepEqual({ width, format }, { width: 128, format: 'jpeg' })
    }
  })

  it('sends pixels as a picture', async () => {
    const create = { width: 30, height: 20, channels: 3 as const, background: '#88aacc' }
    await client.publishAsync('daisychain/raw', await sharp({ create }).jpeg().toBuffer(), { qos: 1 })
    await until(() => arrived.has('picture/raw'))
    const { width, format } = await sharp(arrived.get('picture/raw')).metadata()
    assert.deepEqual({ width, format }, { width: 30, format: 'png' })
  })

  it('reports errors to the client that sent the message', async () => {
    await client.publishAsync('daisychain/room/c', '{"truncation":"lots"}', { qos: 1 })
    await client.publishAsync('daisychain/image/d', Buffer.from([1, 2, 3, 255]), { qos: 1 })
    await until(() => arrived.has('error/c') && arrived.has('error/d'))
    assert.match(String(arrived.get('error/c')), /truncation/)
    assert.match(String(arrived.get('error/d')), /image/)
  })

  it('answers every sentence although the broker restarts in between', async () => {
    const ids = Array.from({ length: 24 }, (_, i) => `restart-${i}`)
    const publish = (id: string) => client.publishAsync(`daisychain/prompt/${id}`, `a ${id} bed`, { qos: 1 })
    await Promise.all(ids.slice(0, 12).map(publish))
    await stopBroker()
    const later = ids.slice(12).map(publish)
    await startBroker()
    await Promise.all(later)
    await until(() => ids.every((id) => arrived.has(`picture/${id}`)))
  })

  it('keeps all of 50 sentences per second', async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `many-${i}`)
    for (const [i, id] of ids.entries()) {
      void client.publishAsync(`daisychain/prompt/${id}`, 'a red bed', { qos: 1 })
      if (i % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await until(() => ids.every((id) => arrived.has(`picture/${id}`)))
    assert.equal([...arrived.keys()].filter((topic) => topic.startsWith('error/')).length, 0)
  })

  it('shows the latest of 50 pictures per second without falling behind', async () => {
    const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#446688' } })
      .jpeg()
      .toBuffer()
    const ids = Array.from({ length: 100 }, (_, i) => `frame-${i}`)
    for (const [i, id] of ids.entries()) {
      void client.publishAsync(`daisychain/image/${id}`, picture, { qos: 1 })
      if (i % 5 === 4) await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await until(() => arrived.has('depth/frame-99'))
    const shown = [...arrived.keys()].filter((topic) => topic.startsWith('depth/'))
    assert.deepEqual([...shown].sort(byNumber), shown, 'in the order they were taken')
  })
})
