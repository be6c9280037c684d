import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import helper from 'node-red-node-test-helper'
import sharp from 'sharp'
import imagesNode from '../../nodes/images/images'
import { keepUpload, listUploads } from '../../nodes/images/uploads'
import { uploadsFolder } from '../../nodes/shared/write-upload'
import { collect, paint, startWith, temporaryFolder, until } from './pictures'
import { live, refusal, stop } from './support'

function body(bytes: Buffer | string, breaksOff = false): IncomingMessage {
  const message = new IncomingMessage(new Socket())
  message.push(bytes)
  if (breaksOff) setImmediate(() => message.destroy(new Error('the line was cut')))
  else message.push(null)
  return message
}

describe('uploads', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('stay in their folder, whatever their names', async () => {
    const place = join(folder.path, 'a')
    for (const [given, kept] of [
      ['cat.png', 'cat.png'],
      ['../../up.png', 'up.png'],
      ['C:\\Windows\\b.JPG', 'b.JPG'],
      ['..hidden.png', 'hidden.png'],
      ['Käfer "1";x.webp', 'Käfer _1__x.webp'],
      ['clip.mp4', 'clip.mp4'],
    ] as const) {
      assert.equal(await keepUpload(place, given, body('x')), kept)
    }
    assert.deepEqual(await listUploads(place), [
      'b.JPG',
      'cat.png',
      'clip.mp4',
      'hidden.png',
      'Käfer _1__x.webp',
      'up.png',
    ])
    assert.deepEqual(readdirSync(folder.path), ['a'])
    assert.equal(uploadsFolder('/u', '../x'), '/u/daisychain/uploads/.._x')
    assert.equal(uploadsFolder('/u', '..'), '/u/daisychain/uploads/_')
  })

  it('are complete or absent', async () => {
    const place = join(folder.path, 'b')
    await assert.rejects(
      keepUpload(place, 'half.png', body('x', true)),
      /half\.png cannot be used \(the line was cut\)/,
    )
    await assert.rejects(keepUpload(place, 'run.sh', body('x')), /"run\.sh" is neither a picture/)
    await assert.rejects(keepUpload(place, '.png', body('x')), /".png" is neither a picture/)
    assert.deepEqual(readdirSync(place), [])
  })

  it('are limited in number', async () => {
    const place = join(folder.path, 'many')
    mkdirSync(place)
    for (let i = 0; i < 5000; i++) writeFileSync(join(place, `${i}.png`), '')
    await assert.rejects(keepUpload(place, 'more.png', body('x')), /5000 files are already uploaded/)
  })

  it('come from the edit dialog, and are sent', async () => {
    await new Promise<void>((resolve) => helper.startServer(resolve))
    try {
      await startWith(
        [imagesNode],
        [
          { id: 'n', type: 'daisychain-images', source: 'upload', wires: [['out'], ['end']] },
          { id: 'end', type: 'helper' },
        ],
        { userDir: folder.path, daisychainRoot: '/nowhere' },
      )
      const png = await sharp({ create: { width: 5, height: 4, channels: 3, background: '#123' } })
        .png()
        .toBuffer()
      const request = helper.request()
      await request
        .post('/daisychain-images/n/uploads?name=a.png')
        .type('application/octet-stream')
        .send(png)
        .expect(201)
      await request
        .post('/daisychain-images/n/uploads?name=a.txt')
        .type('application/octet-stream')
        .send(png)
        .expect(400)
      await request
        .post('/daisychain-images/n/uploads?name=IMG_1.HEIC')
        .type('application/octet-stream')
        .send(png)
        .expect(400, /IMG_1\.HEIC.*HEIC photo.*Most Compatible/)
      await request.get('/daisychain-images/n/uploads').expect(200, ['a.png'])
      // A node that isn't deployed yet, such as a picture dropped on the canvas.
      await request
        .post('/daisychain-images/later/uploads?name=b.png')
        .type('application/octet-stream')
        .send(png)
        .expect(201)
      await request.get('/daisychain-images/later/uploads').expect(200, ['b.png'])
      const [pictures, end] = [collect('out'), collect('end')]
      live('n').receive({ control: 'start' })
      await until(() => end[0])
      assert.deepEqual(
        pictures.map(({ relative, payload }) => `${relative} ${payload}`),
        ['a.png image 5×4 RGB'],
      )
      await request.delete('/daisychain-images/n/uploads').expect(204)
      assert.ok(!existsSync(uploadsFolder(folder.path, 'n')))
    } finally {
      await stop()
      await new Promise<void>((resolve) => helper.stopServer(resolve))
    }
  })

  it('are requested in a sentence if there are none', async () => {
    const images = { id: 'u', type: 'daisychain-images', source: 'upload' }
    await startWith([imagesNode], [images], { userDir: folder.path })
    assert.equal(await refusal('u', {}), 'no pictures yet: open this node and add some.')
    await stop()
  })

  it('may be videos, which are sent frame by frame among the pictures', async function () {
    if (spawnSync('ffmpeg', ['-version']).status !== 0) this.skip()
    const place = uploadsFolder(folder.path, 'v')
    mkdirSync(place, { recursive: true })
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=16x12:rate=3:duration=1']
    spawnSync('ffmpeg', ['-v', 'error', ...source, join(place, 'b.mp4')])
    await paint(join(place, 'a.png'))
    writeFileSync(join(place, 'broken.mp4'), 'this is no video')
    await paint(join(place, 'c.png'))
    await startWith(
      [imagesNode],
      [
        { id: 'v', type: 'daisychain-images', source: 'upload', wires: [['out'], ['end']] },
        { id: 'end', type: 'helper' },
      ],
      { userDir: folder.path },
    )
    const [pictures, end] = [collect('out'), collect('end')]
    live('v').receive({})
    const { payload } = await until(() => end[0])
    assert.deepEqual(
      pictures.map(({ relative }) => relative),
      ['a.png', 'b/000001.png', 'b/000002.png', 'b/000003.png', 'c.png'],
    )
    const { skipped } = payload as { skipped: { filename: string; reason: string }[] }
    assert.deepEqual([skipped.length, skipped[0]?.filename], [1, join(place, 'broken.mp4')])
    await stop()
  }).timeout(30_000)
})
