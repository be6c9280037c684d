import assert from 'node:assert/strict'
import { encodeImage } from '../../src/images/index'
import { type Image, isImage } from '../../src/types/index'
import { field, flat, type Served, serve, testModel } from './support'

/** Bodies as curl, browsers, phones and cameras send them, not only Runway's clients. */
describe('the body of a query', () => {
  let served: Served
  let text: Served
  let png: Buffer
  let jpeg: Buffer
  const model = testModel(
    [
      field('prompt', { type: 'text' }),
      field('image', { type: 'image', channels: 3 }, { property: 'payload', required: true }),
      field('mask', { type: 'image', channels: 1 }),
      field('strength', { type: 'number', min: 0, max: 1 }),
      field('z', { type: 'vector', length: 3 }),
      field('kind', { type: 'category', oneOf: ['cat', 'dog'] }),
      field('fast', { type: 'boolean' }),
    ],
    [field('seen', { type: 'any' })],
    (inputs) => ({
      seen: Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [name, isImage(value) ? `${value}` : value]),
      ),
    }),
  )
  before(async () => {
    served = await serve(model, { limit: 1_000_000 })
    text = await serve(testModel([field('prompt', { type: 'text' }, { required: true })], [], (inputs) => inputs))
    const picture: Image = flat(8, 6, [200, 100, 50])
    png = await encodeImage(picture, 'png')
    jpeg = await encodeImage(picture, 'jpeg')
  })
  after(async () => {
    await served.close()
    await text.close()
  })

  const ask = async (body: BodyInit | Buffer, type?: string, url = served.url) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type }
    const response = await fetch(`${url}/query`, { method: 'POST', body: body as BodyInit, headers })
    const answer = (await response.json()) as { seen?: Record<string, unknown>; error?: string; prompt?: string }
    return { status: response.status, ...answer }
  }
  const image = 'image 8×6 RGB'
  const file = (bytes: Buffer, type: string) => new Blob([new Uint8Array(bytes)], { type })

  it('may be a single picture, whatever its stated type', async () => {
    for (const [bytes, type] of [
      [jpeg, 'image/jpeg'],
      [png, 'image/png'],
      [jpeg, 'application/octet-stream'],
      [jpeg, 'application/x-www-form-urlencoded'],
      [png, 'application/json'],
      [jpeg, undefined],
    ] as const)
      assert.deepEqual(await ask(bytes, type), { status: 200, seen: { image } }, type)
  })

  it('may be a form, with or without files', async () => {
    const form = new FormData()
    form.set('image', file(jpeg, 'image/jpeg'), 'a photo.jpg')
    form.set('mask', file(png, 'image/png'), 'mask.png')
    form.set('prompt', '[1, 2] größer & so')
    form.set('strength', '0.5')
    form.set('z', '[1, 2, 3]')
    form.set('kind', 'cat')
    form.set('fast', 'true')
    const { seen, status } = await ask(form)
    assert.equal(status, 200)
    assert.deepEqual(seen, {
      prompt: '[1, 2] größer & so',
      image,
      mask: 'image 8×6 grey',
      strength: 0.5,
      z: [1, 2, 3],
      kind: 'cat',
      fast: true,
    })
    const named = new FormData()
    named.set('file', file(jpeg, 'application/octet-stream'), 'x')
    assert.deepEqual((await ask(named)).seen, { image })
    const property = new FormData()
    property.set('payload', file(jpeg, 'image/jpeg'), 'x')
    assert.deepEqual((await ask(property)).seen, { image })
    const pairs = new URLSearchParams({ prompt: 'a = b & c', image: `data:image/png;base64,${png.toString('base64')}` })
    assert.deepEqual((await ask(pairs)).seen, { prompt: 'a = b & c', image })
  })

  it('may be JSON without a stated type, and with raw line breaks in base64', async () => {
    const base64 = png.toString('base64')
    for (const type of [undefined, 'text/plain', 'application/x-www-form-urlencoded'])
      assert.deepEqual((await ask(JSON.stringify({ image: base64, prompt: 'x=y' }), type)).seen, {
        prompt: 'x=y',
        image,
      })
    const lines = base64.replace(/(.{20})/g, '$1\r\n')
    assert.deepEqual((await ask(`{\n  "image": "${lines}",\n  "prompt": "x"\n}`)).seen, { prompt: 'x', image })
  })

  it('is refused in a sentence if it is none of these', async () => {
    const refused: [body: Buffer | string | FormData, error: RegExp, url?: string][] = [
      [jpeg, /^The body is a picture, but no input accepts one: the inputs are prompt\.$/, text.url],
      [jpeg.subarray(0, 200), /^image cannot be read: the .* damaged or ends too early/],
      [Buffer.concat([Buffer.from('\0\0\0\x18ftypheic'), Buffer.alloc(60)]), /HEIC photo/],
      [Buffer.concat([Buffer.from('BM\x36\x10\0\0\0\0\0\0'), Buffer.alloc(60)]), /^The body is a BMP/],
      ['unknown=1&prompt=x', /must contain JSON/],
      ['hello', /must contain JSON/],
      ['--x\r\nContent-Disposition: form-data; name="image"\r\n\r\nno end', /^The form in the body is damaged\.$/],
    ]
    const bmp = new FormData()
    bmp.set(
      'image',
      file(Buffer.concat([Buffer.from('BM\x36\x10\0\0\0\0\0\0'), Buffer.alloc(60)]), 'image/bmp'),
      'x.bmp',
    )
    refused.push([bmp, /^image is a BMP/])
    const path = new FormData()
    path.set('image', '/etc/passwd')
    refused.push([path, /^image /])
    for (const [body, error, url] of refused) {
      const answer = await ask(body, undefined, url)
      assert.equal(answer.status, 400, JSON.stringify(answer))
      assert.match(answer.error ?? '', error)
    }
  })

  it('is refused if it has so many parts that reading it would hold up everything else', async () => {
    const large = await serve(model, { limit: 4_000_000 })
    const lists = JSON.stringify(Array(100_000).fill([]))
    const form = new FormData()
    for (let i = 0; i < 8; i++) form.append('z', lists)
    const pairs = Array(8).fill(`z=${lists}`).join('&')
    const names = JSON.stringify({ z: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`n${i}`, i])) })
    for (const body of [form, pairs, names]) {
      const answer = await ask(body, undefined, large.url)
      assert.match(answer.error ?? '', /^the JSON has too many parts to be read at once/)
      assert.equal(answer.status, 413)
    }
    await large.close()
    const many = await ask('prompt=a&'.repeat(3000))
    assert.deepEqual(many, { status: 400, error: 'A form may have at most 2000 parts.' })
  })
})
