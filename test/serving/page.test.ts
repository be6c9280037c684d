import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeImage } from '../../src/images'
import { loadManifests } from '../../src/models'
import type { PortType } from '../../src/types'
import { deferred, field, flat, look, post, type Served, serve, testModel } from './support'

const html = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

interface Event {
  place?: number
  partial?: Record<string, unknown>
  progress?: number
  outputs?: Record<string, unknown>
  error?: string
  status?: number
}

async function run(served: Served, body: unknown = {}, headers: Record<string, string> = {}) {
  const answer = await fetch(`${served.url}/page/run`, { method: 'POST', body: JSON.stringify(body), headers })
  const text = await answer.text()
  const events = answer.headers.get('content-type')?.includes('ndjson')
    ? text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Event)
    : []
  return {
    status: answer.status,
    headers: answer.headers,
    events,
    said: events.length > 0 ? '' : (JSON.parse(text) as { error: string }).error,
  }
}

/** The cookie that a response sets, in the form in which a browser returns it. */
const cookieOf = (answer: { headers: Headers }) => answer.headers.get('set-cookie')?.split(';')[0] ?? ''
const dataIn = (text: string) =>
  JSON.parse(/id="data">(.*?)<\/script>/s.exec(text)?.[1] ?? '{}') as Record<string, unknown>

describe('the page of a model over HTTP', function () {
  this.timeout(20_000)
  const open: Served[] = []
  const begin = async (model: Parameters<typeof serve>[0], options: Parameters<typeof serve>[1] = {}) => {
    const served = await serve(model, { path: '/daisychain/m', look: look(), ...options })
    open.push(served)
    return served
  }
  afterEach(async () => {
    for (const served of open.splice(0)) await served.close()
  })
  const echo = () =>
    testModel([field('prompt', { type: 'text' })], [field('text', { type: 'text' })], ({ prompt = '' }) => ({
      text: `${prompt}!`,
    }))

  it('browsers get a page under a strict policy, programs the same JSON as always', async () => {
    const served = await begin(echo(), {
      look: look({ title: '</title><script>alert(1)</script>', looks: [{ name: 'prompt', label: '</script><b>' }] }),
    })
    for (const accept of [
      '*/*',
      'application/json',
      'application/json, text/html;q=0.9',
      'application/json, text/plain, */*',
    ]) {
      const answer = await fetch(served.url, { headers: { accept } })
      assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8', accept)
      assert.ok('commands' in ((await answer.json()) as object))
    }
    const answer = await fetch(served.url, { headers: { ...html, 'accept-language': 'de-CH, fr;q=0.9' } })
    const text = await answer.text()
    assert.match(text, /<html lang="de">/)
    assert.equal(text.match(/<script/g)?.length, 2, 'the title and the label bring none of their own')
    assert.match(text, /<title>&lt;\/title&gt;/)
    const policy = answer.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'; script-src 'sha256-/)
    assert.ok(!/unsafe|https?:|\*/.test(policy), policy)
    assert.deepEqual(
      ['x-content-type-options', 'referrer-policy', 'cache-control'].map((name) => answer.headers.get(name)),
      ['nosniff', 'no-referrer', 'no-store'],
    )
    assert.ok(!/(src|href)="(?!data:)/.test(text), 'nothing is loaded from anywhere')
    assert.equal((await fetch(served.url, { method: 'POST', headers: html, body: '{}' })).status, 405)
  })

  it('explains inputs in the visitor’s language, without mentioning nodes', async () => {
    const models = loadManifests().filter(({ id }) => id === 'spade' || id === 'gpt2')
    const inputs = models.flatMap((model) => model.inputs).map(({ name, type, help }) => field(name, type, { help }))
    const more = field('more', { type: 'text' }, { help: 'Said once.' })
    const served = await begin(testModel([...inputs, more], [], () => ({})))
    const helps = async (language: string) => {
      const answer = await fetch(served.url, { headers: { ...html, 'accept-language': language } })
      const { inputs } = dataIn(await answer.text()) as { inputs: { help: string }[] }
      return inputs.map(({ help }) => help).join('\n')
    }
    assert.match(await helps('en'), /The same seed/)
    assert.match(await helps('de'), /Derselbe Seed/)
    assert.match(await helps('ja'), /シード/)
    assert.doesNotMatch(await helps('en'), /\bnode\b/i)
    for (const language of ['en', 'de', 'ja', 'fr']) assert.match(await helps(language), /Said once\./)
  })

  it('a run is reported event by event; wrong input and failures are sentences', async () => {
    const model = testModel(
      [field('n', { type: 'number', min: 0, max: 9 }, { required: true })],
      [],
      async ({ n }, call) => {
        if (n === 3) throw new Error('three is too many')
        call.partial({ n }, 0.5)
        return { n }
      },
    )
    const served = await begin(model)
    const { events } = await run(served, { n: 2 })
    assert.deepEqual(events.at(-1)?.outputs, { n: 2 })
    for (const [body, sentence] of [
      [{}, 'Missing input: n.'],
      [{ n: 12 }, /n .*9/],
      [{ n: 1, other: 1 }, /no input "other"/],
      [{ n: 3 }, 'three is too many.'],
    ] as const) {
      const failed = (await run(served, body)).events.at(-1)?.error ?? ''
      if (typeof sentence === 'string') assert.equal(failed, sentence)
      else assert.match(failed, sentence)
    }
    assert.deepEqual((await run(served, '{'.repeat(10))).status, 200)
    const large = await run(served, { n: 'x'.repeat(2 ** 20 + 1) })
    assert.deepEqual([large.status, /larger than/.test(large.said)], [413, true])
  })

  it('visitors who come when all places are taken wait in line, in order, and learn their position; those who leave free it', async () => {
    const gates = Array.from({ length: 4 }, () => deferred<void>())
    const order: unknown[] = []
    const model = testModel(
      [field('n', { type: 'number' })],
      [],
      async ({ n }) => {
        order.push(n)
        await gates[n as number]?.promise
        return { n }
      },
      { places: 1 },
    )
    const served = await begin(model)
    const watch = (n: number, signal?: AbortSignal) => {
      const events: Event[] = []
      const done = fetch(`${served.url}/page/run`, {
        method: 'POST',
        body: JSON.stringify({ n }),
        ...(signal && { signal }),
      }).then(async ({ body }) => {
        let text = ''
        for await (const part of body ?? []) {
          text += Buffer.from(part as Uint8Array).toString()
          events.splice(
            0,
            events.length,
            ...text
              .split('\n')
              .slice(0, -1)
              .map((line) => JSON.parse(line) as Event),
          )
        }
      })
      done.catch(() => {})
      return { events, done }
    }
    const until = async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const first = watch(0)
    await until(() => order.length === 1)
    const second = watch(1)
    await until(() => second.events.at(-1)?.place === 1)
    const leave = new AbortController()
    const third = watch(2, leave.signal)
    await until(() => third.events.at(-1)?.place === 2)
    const fourth = watch(3)
    await until(() => fourth.events.at(-1)?.place === 3)
    assert.equal((await post(`${served.url}/query`, { n: 9 })).status, 503, 'programs do not get before who waits')
    leave.abort()
    await until(() => fourth.events.at(-1)?.place === 2)
    for (const gate of gates) gate.resolve()
    await Promise.all([first.done, second.done, fourth.done])
    assert.deepEqual(order, [0, 1, 3])
    const heard = fourth.events.map(({ place, outputs }) => place ?? outputs)
    assert.deepEqual(
      [heard.slice(0, 2), heard.slice(-2)],
      [
        [3, 2],
        [0, { n: 3 }],
      ],
    )
    model.calls.close()
  })

  it('a token admits a browser once; its cookie is valid only for this model and token', async () => {
    const served = await begin(echo(), { token: 'secret-token' })
    const other = await begin(echo(), { token: 'other-token' })
    const closed = await fetch(served.url, { headers: html })
    assert.deepEqual([closed.status, dataIn(await closed.text()).isPrivate], [401, true])
    assert.equal((await run(served)).status, 401)
    assert.equal((await fetch(`${served.url}?token=wrong`, { headers: html, redirect: 'manual' })).status, 401)
    const let_in = await fetch(`${served.url}?token=secret-token&x=1`, { headers: html, redirect: 'manual' })
    assert.deepEqual([let_in.status, let_in.headers.get('location')], [303, 'm?x=1'])
    assert.match(let_in.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Lax/)
    const cookie = cookieOf(let_in)
    assert.equal((await fetch(served.url, { headers: { ...html, cookie } })).status, 200)
    assert.equal((await run(served, { prompt: 'a' }, { cookie })).events.at(-1)?.outputs?.text, 'a!')
    assert.equal((await run(other, {}, { cookie })).status, 401, 'another token')
    const [id, mac] = cookie.slice('daisychain='.length).split('.') as [string, string]
    for (const forged of [`${id}.${'A'.repeat(43)}`, `${'A'.repeat(22)}.${mac}`, `${id}.`, '.', `${id}.${mac}x`])
      assert.equal((await run(served, {}, { cookie: `daisychain=${forged}` })).status, 401, forged)
    assert.equal((await post(`${served.url}/query`, {}, { cookie })).status, 401, "programs' addresses know no cookies")
    assert.equal((await run(served, {}, { authorization: 'Bearer secret-token' })).status, 200)
  })

  it('other servers’ pages can’t run it, not even with a cookie', async () => {
    const served = await begin(echo())
    const cookie = cookieOf(await fetch(served.url, { headers: html }))
    assert.notEqual(cookie, '')
    assert.equal((await run(served, {}, { cookie, origin: 'http://evil.example' })).status, 403)
    assert.equal((await run(served, {}, { cookie, origin: new URL(served.url).origin })).status, 200)
  })

  it('a visitor has their own rate limit, which refills, and four runs at once', async () => {
    const gate = deferred<void>()
    const model = testModel([], [], async () => {
      await gate.promise
      return { done: true }
    })
    const served = await begin(model, { look: look({ rate: 6 }) })
    const visitor = async () => cookieOf(await fetch(served.url, { headers: html }))
    const [a, b] = [await visitor(), await visitor()]
    const running = Array.from({ length: 4 }, () => run(served, {}, { cookie: a }))
    while (model.calls.count < 4) await new Promise((resolve) => setTimeout(resolve, 5))
    assert.match((await run(served, {}, { cookie: a })).said, /^4 of your runs are already running/)
    gate.resolve()
    for (const one of await Promise.all(running)) assert.ok(one.events.at(-1)?.outputs)
    for (let i = 0; i < 2; i++) assert.equal((await run(served, {}, { cookie: a })).status, 200)
    const refused = await run(served, {}, { cookie: a })
    assert.equal(refused.status, 429)
    assert.match(refused.said, /^Each visitor may run this 6 times per minute: try again in \d+ s\.$/)
    assert.ok(Number(refused.headers.get('retry-after')) >= 1)
    assert.equal((await run(served, {}, { cookie: b })).status, 200, 'another visitor is not held up')
  })

  it('keeps a limited number of results with their origin; visitors see only their own, and can delete them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-history-'))
    const model = testModel(
      [field('photo', { type: 'image' }), field('n', { type: 'number' })],
      [],
      ({ photo, n = 0 }) => ({ n, width: (photo as { width: number } | undefined)?.width ?? 0 }),
    )
    model.models = () => ['SPADE (mini)']
    const options = { look: look({ keep: 3, folder }) }
    let served = await begin(model, options)
    const visitor = async () => cookieOf(await fetch(served.url, { headers: html }))
    const read = async <T>(path: string, cookie: string, method = 'GET') => {
      const answer = await fetch(`${served.url}/page/${path}`, { method, headers: { cookie } })
      return { status: answer.status, body: (await answer.json()) as T }
    }
    type Entry = {
      id: string
      models: string[]
      version: string
      inputs: Record<string, unknown>
      outputs: Record<string, unknown>
    }
    const [a, b] = [await visitor(), await visitor()]
    const form = new FormData()
    form.append('photo', new Blob([new Uint8Array(await encodeImage(flat(5, 4, [1, 2, 3]), 'png'))]))
    form.append('n', '7')
    await (await fetch(`${served.url}/page/run`, { method: 'POST', body: form, headers: { cookie: a } })).text()
    const mine = (await read<Entry[]>('history', a)).body
    const id = mine[0]?.id as string
    assert.deepEqual([mine.length, mine[0]?.models, mine[0]?.version], [1, ['SPADE (mini)'], '1.2.3'])
    assert.deepEqual((await read<Entry[]>('history', b)).body, [])
    assert.equal((await read(`history/${id}`, b)).status, 404)
    assert.equal((await read(`again/${id}`, b, 'POST')).status, 404)
    assert.equal((await read('history/..%2f..%2fquery', a)).status, 404)
    // As after a power cut: another process reads what is on the disk.
    await served.close()
    served = await begin(model, options)
    while ((await read<Entry[]>('history', a)).body.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const whole = (await read<Entry>(`history/${id}`, a)).body
    assert.deepEqual([whole.inputs.n, whole.outputs], ['7', { n: 7, width: 5 }])
    assert.match(String(whole.inputs.photo), /^data:image\/png;base64,/)
    const again = await fetch(`${served.url}/page/again/${id}`, { method: 'POST', headers: { cookie: a } })
    assert.match(await again.text(), /"outputs":\{"n":7,"width":5\}/)
    for (let n = 0; n < 4; n++) await run(served, { n }, { cookie: b })
    assert.equal((await read<Entry[]>('history', b)).body.length, 3, 'the oldest are gone')
    assert.equal((await read(`history/${id}`, a)).status, 404)
    assert.deepEqual((await read('history', b, 'DELETE')).body, [])
    while (readdirSync(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    rmSync(folder, { recursive: true, force: true })
  })

  it('inputs have the order and labels in the settings', async () => {
    const names = ['semantic_map', 'truncation', 'seed', 'maxSteps']
    const model = testModel(
      names.map((name) => field(name, { type: 'number' }, { required: name === 'seed' })),
      [],
      () => ({}),
    )
    const read = async (looks: { name: string; label?: string; hidden?: boolean }[]) => {
      const served = await begin(model, { look: look({ looks }) })
      const { inputs } = dataIn(await (await fetch(served.url, { headers: html })).text()) as {
        inputs: { label: string }[]
      }
      return inputs.map(({ label }) => label)
    }
    assert.deepEqual(await read([]), ['Seed', 'Label map', 'Truncation', 'Max Steps'])
    assert.deepEqual(
      await read([{ name: 'truncation', label: 'Wildness' }, { name: 'semantic_map', hidden: true }, { name: 'gone' }]),
      ['Wildness', 'Seed', 'Max Steps'],
    )
  })

  it('labels and choices have names in the page’s language, if they exist', async () => {
    const map: PortType = { type: 'segmentation', labels: ['background', 'bed', 'my own', 'constructor'] }
    const model = testModel(
      [field('map', map), field('animal', { type: 'category', oneOf: ['dog', 'my own'] })],
      [field('labels', map)],
      () => ({}),
    )
    const served = await begin(model)
    const read = async (language: string) => {
      const page = await fetch(served.url, { headers: { ...html, 'accept-language': language } })
      const { inputs, outputs } = dataIn(await page.text()) as Record<string, { labels?: string[]; names?: object }[]>
      assert.deepEqual(inputs?.[0]?.labels, map.labels, 'what is sent stays English')
      return [...(inputs ?? []), ...(outputs ?? [])].map(({ names }) => names)
    }
    assert.deepEqual(await read('en'), [undefined, undefined, undefined])
    const german = { background: 'Hintergrund', bed: 'Bett' }
    assert.deepEqual(await read('de'), [german, { dog: 'Hund' }, german])
    const japanese = { background: '背景', bed: 'ベッド' }
    assert.deepEqual(await read('ja'), [japanese, { dog: '犬' }, japanese])
  })

  it('a list of pictures is sent as several parts of a form; a client that stops reading costs nothing', async () => {
    const model = testModel([field('all', { type: 'array', itemType: { type: 'image' } })], [], ({ all }) => ({
      count: (all as unknown[]).length,
    }))
    const served = await begin(model)
    const png = new Blob([new Uint8Array(await encodeImage(flat(4, 4, [1, 2, 3]), 'png'))])
    for (const count of [1, 3]) {
      const form = new FormData()
      for (let i = 0; i < count; i++) form.append('all', png, `${i}.png`)
      const answer = await fetch(`${served.url}/page/run`, { method: 'POST', body: form })
      assert.match(await answer.text(), new RegExp(`"count":${count}`))
    }
    await new Promise<void>((resolve) => {
      const sent = request(`${served.url}/page/run`, { method: 'POST', headers: { 'content-length': '1000' } })
      sent.on('error', () => resolve())
      sent.write('{"all"')
      setImmediate(() => sent.destroy(new Error('gone')))
    })
    assert.equal(model.calls.count, 0)
  })
})
