import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { join, resolve } from 'node:path'
import type { Node, NodeAPI } from 'node-red'
import sharp from 'sharp'
import { readAddress } from '../../nodes/camera/address'
import cameraNode from '../../nodes/camera/camera'
import { networkFrames } from '../../nodes/camera/network-camera'
import { rememberStrings } from '../../src/files'
import type { Image } from '../../src/types'
import { assertGreen, GREENS, paintGreen } from '../files/green-video'
import { field, flat, look, serve, testModel } from '../serving/support'
import { collect, paint, startWith, temporaryFolder, until } from './pictures'
import { ask, live, refusal, statuses, stop } from './support'

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0
const hasH264 = /\blibx264\b/.test(`${spawnSync('ffmpeg', ['-hide_banner', '-encoders']).stdout ?? ''}`)
const RTSP = resolve(__dirname, '../../../test/nodes/servers/rtsp.py')
const GSTREAMER = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
const hasRtsp = spawnSync('/usr/bin/python3', ['-c', GSTREAMER]).status === 0
const SECRETS = /hunter2|s3cret|k=/

/** A node that holds each message until the test releases it. */
const held: { shade: number; release(): void }[] = []
function holdNode(RED: NodeAPI) {
  RED.nodes.registerType('hold', function (this: Node, config: never) {
    RED.nodes.createNode(this, config)
    this.on('input', (msg, _send, done) => {
      held.push({ shade: (msg.payload as Image).data[0] as number, release: done })
    })
  })
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

describe('addresses of cameras', () => {
  it('are for the web or RTSP, and never quoted', () => {
    assert.deepEqual(readAddress(' rtsp://admin@10.0.0.5:8554/live?k=hunter2 ', 'a/b @:'), {
      url: 'rtsp://admin:a%2Fb%20%40%3A@10.0.0.5:8554/live?k=hunter2',
      shown: 'the camera at 10.0.0.5:8554',
    })
    assert.equal(readAddress('http://u:hunter2@[::1]/x').shown, 'the camera at [::1]')
    for (const wrong of [
      '',
      'hunter2',
      '/dev/video0',
      'file:///etc/hunter2',
      'rtsp://',
      'udp://hunter2:1',
      'concat:hunter2',
    ]) {
      assert.throws(
        () => readAddress(wrong),
        ({ message }: Error) => /must look like rtsp:/.test(message) && !SECRETS.test(message),
        wrong,
      )
    }
  })
})

describe('daisychain-camera on the network', () => {
  const folder = temporaryFolder()
  const searchPath = process.env.PATH
  const running: ChildProcess[] = []
  const servers: Server[] = []
  before(function () {
    if (!hasFfmpeg) this.skip()
  })
  after(() => folder.remove())
  afterEach(async () => {
    process.env.PATH = searchPath
    await stop()
    for (const child of running.splice(0)) child.kill('SIGKILL')
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  const start = (settings: object, credentials = {}) =>
    startWith(
      [cameraNode],
      [{ id: 'n', type: 'daisychain-camera', source: 'network', ...settings }],
      {},
      { n: credentials },
    )

  /** ffmpeg as a camera: sends Motion JPEG to one client. */
  function serveMjpeg(port: number): ChildProcess {
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=20']
    const to = ['-f', 'mpjpeg', '-listen', '1', `http://127.0.0.1:${port}/video.mjpg`]
    const child = spawn('ffmpeg', ['-v', 'quiet', '-re', ...source, ...to], { stdio: 'ignore' })
    running.push(child)
    return child
  }

  async function serveHttp(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  /** The arguments of the ffmpeg processes that this process started. */
  function argumentsOfFfmpeg(): string[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => {
        try {
          const isOwn = readFileSync(`/proc/${pid}/stat`, 'utf8').includes(`(ffmpeg) `)
          const parent = readFileSync(`/proc/${pid}/status`, 'utf8').match(/PPid:\s(\d+)/)?.[1]
          return isOwn && Number(parent) === process.pid ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : []
        } catch {
          return []
        }
      })
  }

  it('streams Motion JPEG, reports once that the camera is gone, and continues when it is back', async () => {
    const port = await freePort()
    const camera = serveMjpeg(port)
    await start({ address: `http://127.0.0.1:${port}/video.mjpg?k=hunter2`, width: 320, height: 240, rate: 10 })
    const [pictures, caught, texts] = [collect('out'), collect('caught'), statuses('n')]
    await until(() => pictures.length >= 3)
    assert.equal(`${pictures[0]?.payload}`, 'image 320×180 RGB')
    assert.ok(new Set((pictures[0] as { payload: Image }).payload.data).size > 50, 'the test picture shows something')
    camera.kill('SIGKILL')
    await until(() => texts.some((text) => /can't be reached.*retrying$/.test(text)))
    const seen = pictures.length
    serveMjpeg(port)
    await until(() => pictures.length > seen)
    await until(() => /^320×180/.test(texts.at(-1) ?? ''))
    assert.equal(caught.length, 1)
    assert.match(
      `${(caught[0] as { error: Error }).error.message}`,
      /^the camera at 127\.0\.0\.1:\d+ can't be reached: check/,
    )
    assert.doesNotMatch(JSON.stringify([caught, texts]), SECRETS)
  })

  it('reads the show of a served chain', async () => {
    const shown = testModel([], [field('picture', { type: 'image' })], () => ({}))
    const served = await serve(shown, { path: '/daisychain/a', look: look(), token: 's3cret' })
    const timer = setInterval(() => shown.publish({ picture: flat(64, 48, [220, 20, 20]) }), 50)
    try {
      await start({ address: `${served.url}/show.mjpg?token=s3cret`, rate: 10 })
      const pictures = collect('out')
      const { payload } = await until(() => pictures[0])
      const { width, height, data } = payload as Image
      assert.deepEqual([width, height], [64, 48])
      assert.ok(Math.abs((data[0] ?? 0) - 220) < 20 && (data[1] ?? 0) < 50, `${data.slice(0, 3)}`)
    } finally {
      clearInterval(timer)
      await served.close()
    }
  })

  it('requests the address of a still image repeatedly, and sends one picture per message', async () => {
    let asked = 0
    const at = await serveHttp(async (_request, response) => {
      const shade = 40 * ++asked
      const background = { r: shade, g: shade, b: shade }
      response.setHeader('content-type', 'image/jpeg')
      response.end(
        await sharp({ create: { width: 32, height: 24, channels: 3, background } })
          .jpeg()
          .toBuffer(),
      )
    })
    await start({ address: `http://${at}/snapshot.jpg`, rate: 20 })
    const [pictures, caught] = [collect('out'), collect('caught')]
    await until(() => pictures.length >= 3)
    assert.equal(caught.length, 0)
    await stop()
    await start({ address: `http://${at}/snapshot.jpg` })
    const [where, { payload, mark }] = await ask('n', { mark: 3 })
    assert.deepEqual([where, `${payload}`, mark], ['out', 'image 32×24 RGB', 3])
  })

  for (const [what, coded] of GREENS) {
    it(`reads the colours of a camera whose video ${what}`, async function () {
      if (!hasH264) this.skip()
      const path = join(folder.path, `${coded.matrix} ${coded.width} ${coded.isStated}.ts`)
      paintGreen(path, coded)
      const at = await serveHttp((_request, response) => response.end(readFileSync(path)))
      const options = { width: 1280, height: 1280, rate: 0 }
      // At first, nothing is known about the camera.
      for (let i = 0; i < 2; i++) {
        const images: Image[] = []
        for await (const image of networkFrames(
          readAddress(`http://${at}/x.ts`),
          options,
          new AbortController().signal,
        ))
          images.push(image)
        assert.deepEqual([images.length, images[0]?.width, images[0]?.height], [1, coded.width, coded.height])
        assertGreen(images[0])
      }
    })
  }

  it('reads RTSP with a password, which no sentence or process list shows', async function () {
    if (!hasRtsp) this.skip()
    const port = await freePort()
    const camera = spawn('/usr/bin/python3', [RTSP, String(port), 'admin', 'hunter2 @/:'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    running.push(camera)
    await once(camera.stdout as NodeJS.ReadableStream, 'data')
    const address = `rtsp://admin@127.0.0.1:${port}/stream1`
    await start({ address, width: 320, height: 320, rate: 5 }, { password: 'hunter2 @/:' })
    const [pictures, caught] = [collect('out'), collect('caught')]
    await until(() => pictures.length >= 2)
    assert.equal(`${pictures[0]?.payload}`, 'image 320×180 RGB')
    if (process.platform === 'linux') {
      const seen = argumentsOfFfmpeg()
      assert.ok(seen.length > 0)
      assert.doesNotMatch(seen.join(), /admin|hunter2|rtsp:\/\//)
    }
    assert.deepEqual(caught, [])
    await stop()
    await start({ address: address.replace('admin@', 'admin:hunter2wrong@') })
    assert.match(await refusal('n', {}), /^the camera at [\d.:]+ rejected the user name or the password: check both/)
    assert.match(
      await refusal('n', { device: `rtsp://127.0.0.1:${port}/other` }),
      /^the camera at .* has nothing at this address/,
    )
    camera.kill('SIGKILL')
    await once(camera, 'close')
    assert.match(await refusal('n', {}), /^the camera at [\d.:]+ can't be reached/)
  })

  it('reports other errors in a sentence, and lets no camera redirect it to files', async () => {
    await paint(join(folder.path, 'private.png'))
    const list = (text: string) => (_: IncomingMessage, response: ServerResponse) => response.end(text)
    const local = `file:${join(folder.path, 'private.png')}`
    writeFileSync(join(folder.path, 'list.txt'), `ffconcat version 1.0\nfile '${local}'\n`)
    const hls = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${local}\n#EXT-X-ENDLIST\n`
    const huge = Buffer.from(
      await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
        .jpeg()
        .toBuffer(),
    )
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]))
    huge.writeUInt16BE(60_000, frame + 5)
    huge.writeUInt16BE(60_000, frame + 7)
    const table: [(request: IncomingMessage, response: ServerResponse) => void, RegExp][] = [
      [
        (_, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
        /rejected the user name/,
      ],
      [(_, response) => response.writeHead(404).end(), /has nothing at this address/],
      [list('<html>'.repeat(5000)), /sends nothing that ffmpeg can read/],
      [list(`ffconcat version 1.0\nfile '${local}'\n`), /sends nothing that ffmpeg can read/],
      [list(hls), /sends nothing that ffmpeg can read/],
      [list(''), /sends nothing that ffmpeg can read|ended without a picture/],
      [(_, response) => response.setHeader('content-type', 'image/jpeg').end(huge), /sends nothing|ended without/],
    ]
    for (const [answer, sentence] of table) {
      const at = await serveHttp(answer)
      await start({ address: `http://user:hunter2@${at}/x?k=s3cret` })
      const said = await refusal('n', {})
      assert.match(said, sentence)
      assert.doesNotMatch(said, SECRETS)
      await stop()
    }
    await start({ address: 'hunter2' })
    assert.match(await refusal('n', {}), /^the address of a camera on the network must look like rtsp:/)
    assert.match(
      await refusal('n', { device: '/dev/video0' }),
      /^the address of a camera on the network must look like/,
    )
    const forget = rememberStrings('http://127.0.0.1:1/x')
    assert.match(await refusal('n', { device: 'http://127.0.0.1:1/x' }), /came from the network/)
    forget()
    process.env.PATH = folder.path
    await stop()
    await start({ address: 'http://127.0.0.1:1/x' })
    assert.match(await refusal('n', {}), /^cameras on the network need ffmpeg, which is not installed: install it/)
  })

  it('gives up a camera that sends endless noise, or nothing', async () => {
    const noise = Buffer.alloc(65_536, 'no picture ')
    const at = await serveHttp((_request, response) => {
      response.setHeader('content-type', 'multipart/x-mixed-replace; boundary=x')
      const write = () => {
        while (!response.destroyed && response.write(noise)) {}
      }
      response.on('drain', write)
      write()
    })
    const silent = await serveHttp(() => {})
    const options = { width: 64, height: 48, rate: 0, patience: 1500 }
    for (const [host, sentence] of [
      [at, /sends nothing|has sent no picture for 1.5 s/],
      [silent, /: the camera at .* has sent no picture for 1\.5 s: check the camera and its network$/],
    ] as const) {
      const frames = networkFrames(readAddress(`http://${host}/x`), options, new AbortController().signal)
      await assert.rejects(frames.next(), sentence)
    }
    await until(() => argumentsOfFfmpeg().length === 0)
  })

  it('keeps the newest picture only while the flow is busy', async () => {
    let asked = 0
    const at = await serveHttp((_request, response) => {
      response.setHeader('content-type', 'multipart/x-mixed-replace; boundary=x')
      const timer = setInterval(async () => {
        const shade = Math.min(250, 10 * ++asked)
        const background = { r: shade, g: shade, b: shade }
        const jpeg = await sharp({ create: { width: 16, height: 16, channels: 3, background } })
          .jpeg()
          .toBuffer()
        response.write(`--x\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`)
        response.write(jpeg)
        response.write('\r\n')
      }, 40)
      response.on('close', () => clearInterval(timer))
    })
    await startWith(
      [cameraNode, holdNode],
      [
        {
          id: 'n',
          type: 'daisychain-camera',
          source: 'network',
          address: `http://${at}/x`,
          rate: 50,
          wires: [['hold']],
        },
        { id: 'hold', type: 'hold' },
      ],
    )
    const texts = statuses('n')
    await until(() => held.length === 1)
    await until(() => asked >= 20)
    held[0]?.release()
    const next = await until(() => held[1])
    assert.ok(next.shade >= 150, `${next.shade}`)
    live('n').receive({ control: 'stop' })
    await until(() => /stopped/i.test(texts.at(-1) ?? ''))
    next.release()
    await until(() => argumentsOfFfmpeg().length === 0)
  })
})
