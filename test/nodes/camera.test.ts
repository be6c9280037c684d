import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Node, NodeAPI } from 'node-red'
import helper from 'node-red-node-test-helper'
import sharp from 'sharp'
import cameraNode from '../../nodes/camera/camera'
import { checkDevice, listVideoDevices, readSnapDevices } from '../../nodes/camera/device'
import type { Image } from '../../src/types'
import { collect, startWith, temporaryFolder, until } from './pictures'
import { ask, live, refusal, statuses, stop } from './support'

const hasCamera = process.platform === 'linux' && spawnSync('fswebcam', ['--version']).error === undefined

/** A node that holds each message until the test releases it. */
const held: (() => void)[] = []
function holdNode(RED: NodeAPI) {
  RED.nodes.registerType('hold', function (this: Node, config: never) {
    RED.nodes.createNode(this, config)
    this.on('input', (msg, send, done) => {
      held.push(() => {
        send(msg)
        done()
      })
    })
  })
}

const start = (settings: object, wires = [['out']]) =>
  startWith(
    [cameraNode, holdNode],
    [
      { id: 'n', type: 'daisychain-camera', wires, ...settings },
      { id: 'hold', type: 'hold' },
    ],
  )

describe('names of cameras', () => {
  it('can’t have a meaning in a shell', () => {
    for (const name of ['/dev/video0', '/dev/video12', 'TEST:x', 'TEST:'])
      assert.equal(checkDevice(name, 'linux'), name)
    const bad = [
      '; touch pwned',
      '/dev/video0; touch pwned',
      '/dev/video0\n',
      '$(x)',
      '`x`',
      'TEST:x y',
      '/dev/../etc',
      '-h',
      '',
    ]
    for (const name of bad) assert.throws(() => checkDevice(name, 'linux'), /isn't the name of a camera, such as/, name)
    assert.equal(checkDevice('FaceTime HD-Kamera (2)', 'darwin'), 'FaceTime HD-Kamera (2)')
    for (const name of ["x'; touch pwned; '", 'a"b', 'a\\b', 'a$b', 'a\nb', 'a;b', 'a&b', 'a|b']) {
      assert.throws(() => checkDevice(name, 'darwin'), /isn't the name of a camera/, name)
    }
    assert.throws(() => checkDevice('1', 'win32'), /use a browser's camera instead/)
  })

  it('are listed with their names, in numerical order', async () => {
    const folder = temporaryFolder()
    try {
      for (const name of ['video10', 'video2', 'video0', 'vcs', 'videocard']) writeFileSync(join(folder.path, name), '')
      mkdirSync(join(folder.path, 'labels', 'video2'), { recursive: true })
      writeFileSync(join(folder.path, 'labels', 'video2', 'name'), 'HD Webcam: HD\n')
      const at = (name: string) => join(folder.path, name)
      assert.deepEqual(await listVideoDevices(folder.path, at('labels')), [
        { device: at('video0'), name: 'video0' },
        { device: at('video2'), name: 'HD Webcam: HD' },
        { device: at('video10'), name: 'video10' },
      ])
      assert.deepEqual(await listVideoDevices(at('nowhere')), [])
    } finally {
      folder.remove()
    }
    assert.deepEqual(readSnapDevices('Video Devices:\n=> FaceTime HD Camera\n   Logitech C920\n\n'), [
      { device: 'FaceTime HD Camera', name: 'FaceTime HD Camera' },
      { device: 'Logitech C920', name: 'Logitech C920' },
    ])
  })
})

describe('daisychain-camera', () => {
  const folder = temporaryFolder()
  const searchPath = process.env.PATH
  after(() => folder.remove())
  afterEach(async () => {
    process.env.PATH = searchPath
    held.length = 0
    await stop()
  })

  /** Replaces fswebcam with a script. */
  function pretend(script: string) {
    // Renamed into place, because the script may be started at any moment and must be complete.
    const path = join(folder.path, 'next')
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
    renameSync(path, join(folder.path, 'fswebcam'))
    process.env.PATH = `${folder.path}:${searchPath}`
  }

  it('takes a picture for each message', async function () {
    if (!hasCamera) this.skip()
    await start({ device: 'TEST:x', width: '320', height: '240' })
    const [where, { payload, mark, error }] = await ask('n', { mark: 7 })
    assert.equal(where, 'out', error?.message)
    assert.deepEqual([`${payload}`, mark], ['image 320×240 RGB', 7])
    const shades = new Set((payload as Image).data)
    assert.ok(shades.has(0) && shades.has(255), 'the test picture has coloured bars')
  })

  it('streams, and sends the next picture only when the flow is ready', async function () {
    if (!hasCamera) this.skip()
    await start({ device: 'TEST:x', width: 160, height: 120, rate: 50 }, [['hold']])
    await until(() => held.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(held.length, 1)
    held[0]?.()
    await until(() => held.length === 2)
    live('n').receive({ control: 'stop' })
    held[1]?.()
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(held.length, 2)
    live('n').receive({ control: 'start' })
    await until(() => held.length === 3)
  })

  it('stays stopped across a restart', async function () {
    if (process.platform !== 'linux') this.skip()
    const picture = join(folder.path, 'again.jpg')
    await sharp({ create: { width: 8, height: 6, channels: 3, background: '#123' } }).toFile(picture)
    pretend(`for last; do :; done; cp ${picture} "$last"`)
    const flow = [{ id: 'rests', type: 'daisychain-camera', device: '/dev/video7', rate: 50 }]
    const settings = { userDir: folder.path }
    await startWith([cameraNode], flow, settings)
    const before = collect('out')
    await until(() => before.length >= 1)
    live('rests').receive({ control: 'stop' })
    await stop()

    await startWith([cameraNode], flow, settings)
    const after = collect('out')
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.equal(after.length, 0)
    live('rests').receive({ control: 'start' })
    await until(() => after.length >= 1)
  })

  it('lets no text into a shell', async function () {
    if (process.platform !== 'linux') this.skip()
    const place = process.cwd()
    process.chdir(folder.path)
    try {
      await start({ device: '; touch pwned' })
      assert.match(await refusal('n', {}), /^"; touch pwned" isn't the name of a camera, such as \/dev\/video0\.$/)
      assert.match(await refusal('n', { device: '/dev/video0; touch pwned' }), /isn't the name of a camera/)
      assert.match(await refusal('n', { device: '$(touch pwned)' }), /isn't the name of a camera/)
      await stop()
      await start({ device: 'TEST:x', width: '640; touch pwned' })
      assert.match(await refusal('n', {}), /^the width is "640; touch pwned", but must be a number/)
      await stop()
      await start({ device: 'TEST:x', rate: '5; touch pwned' })
      assert.ok(!existsSync(join(folder.path, 'pwned')))
    } finally {
      process.chdir(place)
    }
  })

  it('reports a camera’s error in a sentence', async function () {
    if (process.platform !== 'linux') this.skip()
    await start({ device: '/dev/video7' })
    const table: [string, RegExp][] = [
      ['echo "stat: No such file or directory" >&2', /^there is no camera at \/dev\/video7\.$/],
      [
        'echo "Error opening device: /dev/video7" >&2; echo "open: Device or resource busy" >&2',
        /^\/dev\/video7 is in use/,
      ],
      [
        'echo "open: Permission denied" >&2',
        /^\/dev\/video7 is not accessible .* add that user to the group "video"\.$/,
      ],
      ['printf "\\033[31mGD: broken frame\\033[0m\\n" >&2', /^\/dev\/video7 sends no picture \(GD: broken frame\)\.$/],
      ['exit 3', /^\/dev\/video7 sends no picture/],
    ]
    for (const [script, sentence] of table) {
      pretend(script)
      assert.match(await refusal('n', {}), sentence)
    }
    process.env.PATH = folder.path
    rmSync(join(folder.path, 'fswebcam'))
    assert.match(await refusal('n', {}), /fswebcam, which is not installed: install it/)
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => /^daisychain-camera-.*\.jpg$/.test(name)),
      [],
    )
  })

  it('reports once that a camera is gone, and continues when it is back', async function () {
    if (process.platform !== 'linux') this.skip()
    const picture = join(folder.path, 'picture.jpg')
    await sharp({ create: { width: 8, height: 6, channels: 3, background: '#123' } }).toFile(picture)
    const working = `for last; do :; done; cp ${picture} "$last"`
    pretend(working)
    await start({ device: '/dev/video7', rate: 50 })
    const [pictures, caught] = [collect('out'), collect('caught')]
    const texts = statuses('n')
    await until(() => pictures.length >= 2)
    pretend('echo "stat: No such file or directory" >&2')
    await until(() => texts.includes('there is no camera at /dev/video7; retrying'))
    await new Promise((resolve) => setTimeout(resolve, 1200))
    assert.equal(caught.length, 1)
    const seen = pictures.length
    pretend(working)
    await until(() => pictures.length > seen)
    await until(() => /^8×6/.test(texts.at(-1) ?? ''))
    assert.equal(caught.length, 1)
  })

  describe('in a browser', () => {
    before((done) => {
      helper.startServer(done)
    })
    after((done) => {
      helper.stopServer(done)
    })

    const key = async () => (await helper.request().post('/daisychain-camera/n/key').expect(200)).body.key as string
    const sendFrame = async (shade: number, secret: string, status = 200) => {
      const jpeg = await sharp({
        create: { width: 8, height: 6, channels: 3, background: { r: shade, g: shade, b: shade } },
      })
        .jpeg()
        .toBuffer()
      const request = helper.request().post('/daisychain-camera/n/frame')
      return request.set('x-daisychain-key', secret).type('image/jpeg').send(jpeg).expect(status)
    }

    it('accepts pictures only from clients with the key', async () => {
      await start({ source: 'browser', rate: 5 })
      const pictures = collect('out')
      await helper
        .request()
        .get('/daisychain-camera/n/page')
        .expect(200, /getUserMedia/)
      await helper.request().get('/daisychain-camera/n/settings').expect(403)
      for (const wrong of ['', 'x', 'x'.repeat(32)]) await sendFrame(1, wrong, 403)
      await helper.request().post('/daisychain-camera/out/key').expect(404)
      const secret = await key()
      assert.equal(await key(), secret)
      const { body } = await sendFrame(200, secret)
      assert.deepEqual(body, { width: 640, height: 480, rate: 5, name: 'camera' })
      assert.equal(`${(await until(() => pictures[0])).payload}`, 'image 8×6 RGB')
      assert.equal(pictures.length, 1)
    })

    it('also responds to clients that send a lot', async () => {
      await start({ source: 'browser' })
      const send = (bytes: number, secret: string) => {
        const request = helper.request().post('/daisychain-camera/n/frame').set('connection', 'close')
        return request.set('x-daisychain-key', secret).type('image/jpeg').send(Buffer.alloc(bytes))
      }
      await send(8e6, 'wrong').expect(403)
      await send(25e6, await key()).expect(413)
    })

    it('sends the newest picture when the flow is ready, and discards the others', async () => {
      await start({ source: 'browser', rate: 5 }, [['hold']])
      const pictures = collect('out')
      const secret = await key()
      for (const shade of [10, 60, 110, 160]) await sendFrame(shade, secret)
      await until(() => held.length === 1)
      held[0]?.()
      await until(() => held.length === 2)
      held[1]?.()
      await until(() => pictures.length === 2)
      const shades = pictures.map(({ payload }) => (payload as Image).data[0] as number)
      assert.ok(Math.abs((shades[0] as number) - 10) < 4 && Math.abs((shades[1] as number) - 160) < 4, `${shades}`)
    })

    it('sends one picture per message', async () => {
      await start({ source: 'browser' })
      const secret = await key()
      const answer = ask('n', { mark: 3 })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await sendFrame(90, secret)
      const [where, sent] = await answer
      assert.deepEqual([where, `${sent.payload}`, sent.mark], ['out', 'image 8×6 RGB', 3])
    })
  })
})
