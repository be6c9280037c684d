import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discover, queryRemote, type RemoteModel } from '../../src/serving/index'
import { Image, Segmentation } from '../../src/types'
import { freePort } from '../browser/support/server'
import { answering, describeJudge } from './support'

const SOURCE = 'https://github.com/runwayml/model-sdk'
/** Versions with which its source, from 2020, works. */
const PACKAGES = [
  ...['Flask==2.0.3', 'Werkzeug==2.0.3', 'Jinja2==3.0.3', 'itsdangerous==2.0.1', 'Flask-Sockets==0.2.1'],
  ...['flask-cors==6.0.5', 'Flask-Compress==1.25', 'gevent==26.9.0', 'gevent-websocket==0.10.1', 'setuptools==80.9.0'],
  ...['numpy==1.26.4', 'scipy==1.17.1', 'pillow==13.0.0', 'imageio==2.38.2', 'colorcet==3.2.1'],
  ...['six==1.17.0', 'urllib3==2.8.0', 'certifi', 'Unidecode==1.4.0'],
]

describeJudge('Runway Model SDK', PACKAGES, (judge) => {
  let checkout = process.env.DAISYCHAIN_RUNWAY_SDK ?? ''
  let fetched: string | undefined
  let url: string
  let models: RemoteModel[]
  let server: ReturnType<ReturnType<typeof judge>['start']>
  before(async function () {
    if (!existsSync(checkout)) {
      fetched = mkdtempSync(join(tmpdir(), 'daisychain-runway-'))
      checkout = join(fetched, 'model-sdk')
      try {
        const options = { timeout: 60_000, stdio: 'ignore', env: { ...process.env, GIT_TERMINAL_PROMPT: '0' } } as const
        execFileSync('git', ['clone', '--quiet', '--depth', '1', SOURCE, checkout], options)
      } catch {
        console.log(
          `      SKIPPED Runway Model SDK: ${SOURCE} cannot be fetched (set DAISYCHAIN_RUNWAY_SDK to a checkout)`,
        )
        this.skip()
      }
    }
    const port = await freePort()
    server = judge().start('runway_sdk.py', checkout, String(port))
    ;({ url, models } = (await answering(() => discover(`127.0.0.1:${port}`, null), server.output)) as never)
  })
  after(async () => {
    await server?.stop()
    if (fetched) rmSync(fetched, { recursive: true, force: true })
  })

  const ask = (name: string, given: Record<string, unknown>) => {
    const model = models.find((one) => one.name === name) as RemoteModel
    return queryRemote(url, model, given, { pictures: 'PNG', timeout: 20_000 })
  }

  it('is discovered with its commands, inputs and outputs', () => {
    assert.deepEqual(
      models.map(
        ({ kind, name, inputs }) =>
          `${kind} ${name}: ${inputs.map((one) => `${one.name} ${one.type.type}`).join(', ')}`,
      ),
      [
        'sdk echo: number number, text text, boolean boolean, vector vector, category category, array array, point image_point, box image_bounding_box, landmarks image_landmarks',
        'sdk redder: image image, amount number',
        'sdk swap: map segmentation',
        'sdk fail: text text',
      ],
    )
  })

  it('returns what it was given, of every type', async () => {
    const given = {
      number: 0.25,
      text: 'déjà vu 猫',
      boolean: true,
      vector: [1.5, -2, 3],
      category: 'a',
      array: ['one', 'two'],
      point: [0.25, 0.75],
      box: [0.1, 0.2, 0.6, 0.8],
      landmarks: [
        [0, 0.5],
        [1, 0.25],
      ],
    }
    const made = await ask('echo', given)
    assert.deepEqual({ ...made, vector: Array.from(made.vector as Float32Array) }, given)
  })

  it('accepts and returns pictures', async () => {
    const data = new Uint8Array(20 * 10 * 3).fill(200)
    const made = await ask('redder', { image: new Image({ width: 20, height: 10, channels: 3, data }), amount: 0.25 })
    assert.equal(made.size, '20×10')
    const { width, height, data: pixels } = made.image as Image
    assert.deepEqual([width, height, ...pixels.subarray(0, 3)], [20, 10, 200, 50, 50])
  })

  it('accepts and returns label maps by their labels', async () => {
    const labels = ['background', 'person', 'dog']
    const data = Uint8Array.from({ length: 64 }, (_, i) => i % 3)
    const { map } = await ask('swap', { map: new Segmentation({ width: 8, height: 8, data, labels }) })
    const made = map as Segmentation
    const named = (ids: ArrayLike<number>, names: readonly string[]) => Array.from(ids, (id) => names[id])
    const other: Record<string, string> = { background: 'background', person: 'dog', dog: 'person' }
    assert.deepEqual(
      named(made.data, made.labels),
      named(data, labels).map((label) => other[label as string]),
    )
  })

  it('reports what it couldn’t do', async () => {
    await assert.rejects(
      ask('fail', { text: 'snow' }),
      /answers: Error during inference: ValueError\('no such thing as snow'\)\.$/,
    )
  })
})
