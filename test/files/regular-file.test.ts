import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSource } from '../../nodes/images/sources'
import { createEngine, type Engine } from '../../src/engine'
import { codec, decodeImage } from '../../src/images'
import { inspectFile } from '../../src/inspect'
import { readLabelFile } from '../../src/inspect/label-files'
import { readTextFacts } from '../../src/inspect/text-files'
import { loadManifest, loadUserNodes } from '../../src/models'
import { loadTokenizer } from '../../src/models/tokenizer'
import { readValue } from '../../src/types'
import { model } from '../engine/support'

/**
 * Node.js opens files in four threads, so this many blocked pipes would stop all other files from being read.
 */
const MANY = 8

describe('anything but a file is refused before it is opened', () => {
  let folder: string
  let socket: Server
  let engine: Engine
  const at = (name: string) => join(folder, name)
  before(async function () {
    if (process.platform === 'win32') this.skip()
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    engine = createEngine({ device: 'cpu', log() {} })
    for (const name of ['pipe.png', 'pipe.mp4', 'pipe.onnx', 'labels.txt', 'tokenizer.json', 'data'])
      execFileSync('mkfifo', [at(name)])
    symlinkSync(at('pipe.png'), at('link.png'))
    socket = createServer().listen(at('socket.png'))
    await new Promise((resolve) => socket.once('listening', resolve))
    mkdirSync(at('own/daisychain/nodes/x'), { recursive: true })
    execFileSync('mkfifo', [at('own/daisychain/nodes/x/manifest.json')])
    copyFileSync(model('add'), at('add.onnx'))
  })
  after(async () => {
    await engine?.close()
    socket?.close()
    if (folder) rmSync(folder, { recursive: true })
  })

  const image = { type: 'image' } as const
  const all = { recursive: false, watch: false, videos: true, frameRate: 0, signal: new AbortController().signal }
  const table: [what: string, RegExp, () => unknown][] = [
    ['a pipe as a picture', /pipe\.png is a named pipe, not a file/, () => decodeImage({ path: at('pipe.png') })],
    ['a link to one', /link\.png is a named pipe, not a file/, () => readValue(image, at('link.png'), 'it', codec)],
    [
      'one by its address',
      /pipe\.png is a named pipe/,
      () => readValue(image, `file://${at('pipe.png')}`, 'it', codec),
    ],
    ['a socket', /socket\.png is a socket, not a file/, () => readValue(image, at('socket.png'), 'it', codec)],
    ['a device', /\/dev\/zero is a device, not a file/, () => readValue(image, '/dev/zero', 'it', codec)],
    ['a terminal', /\/dev\/tty is a device|there is no picture file/, () => readValue(image, '/dev/tty', 'it', codec)],
    ['a folder', /is a folder/, () => readValue(image, `${folder}/.`, 'it', codec)],
    [
      "the system's",
      /\/proc\/self\/status is empty|there is no picture file/,
      () => decodeImage({ path: '/proc/self/status' }),
    ],
    ['a pipe as a source', /pipe\.png is a named pipe/, () => openSource(at('pipe.png'), all)],
    ['a pipe as a video', /pipe\.mp4 is a named pipe/, () => openSource(at('pipe.mp4'), all)],
    ['a pattern that takes pipes only', /no file matches/, () => openSource(at('pipe*'), all)],
    ['a pipe as a model', /pipe\.onnx is a named pipe/, () => inspectFile(at('pipe.onnx'), engine)],
    ['a pipe as a model that is run', /pipe\.onnx is not a file/, () => engine.load(at('pipe.onnx'))],
    ['a device as a model', /\/dev\/zero is a device/, () => inspectFile('/dev/zero', engine)],
    ['a pipe as labels', /no label file|is a named pipe/, () => readLabelFile(at('labels.txt'))],
    ['a pipe as a tokenizer', /tokenizer\.json is a named pipe/, () => loadTokenizer(at('tokenizer.json'))],
    ['a pipe as a manifest', /manifest\.json is a named pipe/, () => loadManifest(at('own/daisychain/nodes/x'))],
  ]
  for (const [what, sentence, read] of table)
    it(what, async () => {
      const refusals = await Promise.all(
        Array.from({ length: MANY }, async () =>
          Promise.resolve()
            .then(read)
            .then(
              () => 'nothing',
              (error) => error.message,
            ),
        ),
      )
      for (const refusal of refusals) assert.match(refusal, sentence)
    })

  it('non-files next to a model are ignored', async () => {
    assert.equal(readTextFacts(at('add.onnx')), undefined)
    const { manifest } = await inspectFile(at('add.onnx'), engine)
    assert.ok(manifest.outputs.length > 0)
    assert.match(loadUserNodes(at('own'), []).problems.join(), /manifest\.json is a named pipe/)
  })
})
