import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isPresent, type Model, modelPath, type Variant, variantFolder } from '../../../src/models'
import { cancelFetch, fetchVariant, type Progress, progressOf } from '../../../src/models/store'
import {
  answer,
  bytes,
  cutAfter,
  downloadable,
  etagOf,
  type FileServer,
  ignoreRanges,
  send,
  serveFiles,
  stallAfter,
  well,
} from './server'

const content = bytes(400_000)
const quick = { backoff: 5, idle: 1200, attempts: 4, longestWait: 3000 }

describe('fetchVariant', () => {
  let store: string
  let server: FileServer
  let model: Model
  let variant: Variant

  beforeEach(async () => {
    store = mkdtempSync(join(tmpdir(), 'daisychain-store-'))
    process.env.DAISYCHAIN_MODELS = store
    server = await serveFiles({ '/model.onnx': content })
    ;[model, variant] = downloadable(server.url, { 'model.onnx': content })
  })
  afterEach(async () => {
    await server.close()
    delete process.env.DAISYCHAIN_MODELS
    delete process.env.DAISYCHAIN_MIRROR
    rmSync(store, { recursive: true, force: true })
  })

  const path = () => modelPath(model, variant)
  const cut = (count: number) => cutAfter(count, () => `${path()}.part`)
  const fetchIt = (more: Parameters<typeof fetchVariant>[2] = {}) =>
    fetchVariant(model, variant, { limits: quick, ...more })
  /** A failed download leaves nothing under the final name. */
  const assertNothingKept = () => {
    assert.equal(existsSync(path()), false)
    assert.equal(isPresent(model, variant), false)
  }
  const ranges = () => server.asked.map(({ range }) => range)
  const sent = () => server.asked.map((asked) => asked.sent)

  it('downloads the files, reports progress, and leaves nothing else', async () => {
    const steps: Progress[] = []
    await fetchIt({ progress: (progress) => steps.push(progress) })
    assert.deepEqual(readFileSync(path()), content)
    assert.ok(isPresent(model, variant))
    assert.deepEqual(readdirSync(variantFolder(model, variant)), ['model.onnx'])
    assert.deepEqual(readdirSync(join(store, 'depth')), ['large'])
    assert.deepEqual(steps.at(-1), { step: 'checking', received: content.length, total: content.length })
    const received = steps.map((step) => step.received)
    assert.deepEqual(
      received,
      [...received].sort((a, b) => a - b),
    )
    assert.ok(steps.length > 3)
    assert.equal(progressOf(model, variant), null)
  })

  it('downloads every file of a variant, into folders too, and none twice', async () => {
    const labels = bytes(1000, 2)
    server.files.set('/text/labels.txt', labels)
    ;[model, variant] = downloadable(server.url, { 'model.onnx': content, 'text/labels.txt': labels })
    await fetchIt()
    assert.deepEqual(readFileSync(modelPath(model, variant, 'text/labels.txt')), labels)
    await fetchIt()
    assert.equal(server.asked.length, 2)
  })

  it('replaces a file of the right size with wrong bytes', async () => {
    mkdirSync(variantFolder(model, variant), { recursive: true })
    writeFileSync(path(), bytes(content.length, 9))
    await fetchIt()
    assert.deepEqual(readFileSync(path()), content)
  })

  it('uses the server’s size if the manifest has only a rounded one', async () => {
    const [file] = variant.files as [NonNullable<Variant['files']>[number]]
    variant = { ...variant, files: [{ ...file, bytes: 404_000, rounded: true }] }
    await fetchIt()
    assert.deepEqual(readFileSync(path()), content)
    assert.ok(isPresent(model, variant))
    await fetchIt()
    assert.equal(server.asked.length, 1)
    rmSync(path())
    variant = { ...variant, files: [{ ...file, bytes: 500_000, rounded: true }] }
    await assert.rejects(fetchIt(), /is not the expected file/)
    assertNothingKept()
  })

  describe('after an interruption', () => {
    it('continues where it stopped, with the same version, and no byte is sent twice', async () => {
      server.next.push(cut(150_000), cut(100_000))
      await fetchIt()
      assert.deepEqual(ranges(), [undefined, 'bytes=150000-', 'bytes=250000-'])
      assert.deepEqual(sent(), [150_000, 100_000, 150_000])
      assert.equal(server.asked[1]?.ifRange, etagOf(content))
      assert.deepEqual(readFileSync(path()), content)
    })

    it('continues in another call, as after a restart', async () => {
      server.next.push(cut(123_456), answer(500), answer(500), answer(500), answer(500))
      await assert.rejects(fetchIt(), /is busy \(500\).*already downloaded \(123 kB\) is kept/)
      assertNothingKept()
      await fetchIt()
      assert.equal(server.asked.at(-1)?.range, 'bytes=123456-')
      assert.equal(server.asked.at(-1)?.sent, content.length - 123_456)
      assert.deepEqual(readFileSync(path()), content)
    })

    it('starts over if the server ignores ranges', async () => {
      server.next.push(cut(150_000), ignoreRanges)
      await fetchIt()
      assert.deepEqual(sent(), [150_000, content.length])
      assert.deepEqual(readFileSync(path()), content)
    })

    it('starts over if the file has another version now, and ends with the right one', async () => {
      const older = bytes(content.length, 7)
      server.next.push((request, response, _content, asked) => cut(150_000)(request, response, older, asked))
      await fetchIt()
      assert.deepEqual(sent(), [150_000, content.length])
      assert.deepEqual(readFileSync(path()), content)
    })

    it('starts over, once, if the beginning turns out to be wrong', async () => {
      mkdirSync(dirname(path()), { recursive: true })
      writeFileSync(`${path()}.part`, bytes(100_000, 5))
      await fetchIt()
      assert.deepEqual(ranges(), ['bytes=100000-', undefined])
      assert.deepEqual(readFileSync(path()), content)
    })

    it('starts over on 416', async () => {
      server.next.push(cut(150_000), answer(416))
      await fetchIt()
      assert.deepEqual(ranges(), [undefined, 'bytes=150000-', undefined])
      assert.deepEqual(readFileSync(path()), content)
    })

    it('doesn’t append data with another start position', async () => {
      server.next.push(cut(150_000), (_request, response) => {
        response.writeHead(206, { 'content-range': `bytes 0-${content.length - 1}/${content.length}` }).end(content)
      })
      await fetchIt()
      assert.deepEqual(readFileSync(path()), content)
    })

    it('gives up when nothing new arrives any more', async () => {
      server.next.push(...Array.from({ length: 9 }, () => cut(0)))
      await assert.rejects(fetchIt(), /could not be downloaded: the connection was cut/)
      assert.equal(server.asked.length, quick.attempts)
      assertNothingKept()
    })
  })

  describe('reports in one sentence, and keeps nothing under the final name, if', () => {
    const cases: [string, () => void, RegExp][] = [
      ['the file is gone', () => server.files.clear(), /model\.onnx no longer exists \(404\)\.$/],
      ['it may not be fetched', () => server.next.push(answer(403)), /refused to send .* \(403\)\.$/],
      ['the server answers nonsense', () => server.next.push(answer(302)), /redirects without naming an address\.$/],
      [
        'the file has another length',
        () => server.next.push(send(bytes(5000))),
        /5000 bytes \(5 kB\) instead of 400000\.$/,
      ],
      [
        'more comes than there should be',
        () => server.next.push(send(bytes(500_000), {})),
        /is longer than the 400000 bytes of the expected file\.$/,
      ],
      [
        'a page to log in comes instead',
        () => server.next.push(send(Buffer.from('<html>Who are you?'), { 'content-type': 'text/html; charset=utf-8' })),
        /sends a web page instead of .*model\.onnx, probably a login page: open/,
      ],
      [
        'a page of no known length comes instead',
        () =>
          server.next.push((_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')),
        /sends a web page instead of/,
      ],
      [
        'a page comes as if it were the file',
        () =>
          server.next.push((_, response) => void response.writeHead(200).end('\n<!DOCTYPE html><title>Log in</title>')),
        /sends a web page instead of/,
      ],
      [
        'a short answer of no known length comes instead',
        () =>
          server.next.push(
            (_, response) =>
              void response.writeHead(200, { 'content-type': 'application/json' }).end('{"error":"quota"}'),
          ),
        /model\.onnx is not the expected file: 17 bytes \(1 kB\) instead of 400000\.$/,
      ],
      [
        'the bytes are wrong',
        () => server.next.push(send(bytes(400_000, 3))),
        /sent a different file than expected \(its SHA-256 is not/,
      ],
      [
        'it comes packed',
        () => server.next.push(send(content, { 'content-encoding': 'gzip' })),
        /arrives compressed \(gzip\)/,
      ],
      [
        'redirects go in a circle',
        () => server.next.push(...Array.from({ length: 9 }, () => answer(302, { location: '/model.onnx' }))),
        /redirected more than 5 times\.$/,
      ],
      [
        'a redirect leaves the web',
        () => server.next.push(answer(302, { location: 'file:///etc/passwd' })),
        /which isn't safe to follow\.$/,
      ],
      [
        'the server asks to come back much later',
        () => server.next.push(answer(503, { 'retry-after': '600' })),
        /asks to try again in 10 minutes\.$/,
      ],
      [
        'nothing comes for long',
        () => server.next.push(...Array.from({ length: 9 }, () => stallAfter(0))),
        /nothing arrived for 1 s\.$/,
      ],
    ]
    for (const [name, prepare, sentence] of cases) {
      it(name, async () => {
        prepare()
        await assert.rejects(fetchIt(), (error: Error) => {
          assert.equal(error.name, 'StoreError')
          assert.match(error.message, sentence)
          return true
        })
        assertNothingKept()
        assert.deepEqual(
          readdirSync(join(store, 'depth')).filter((name) => name !== 'large'),
          [],
        )
      })
    }

    it('the host doesn’t exist', async () => {
      ;[model, variant] = downloadable('http://nowhere.invalid', { 'model.onnx': content })
      await assert.rejects(fetchIt(), /nowhere\.invalid cannot be found \(is this computer online\?\)/)
      assertNothingKept()
    })

    it('nobody responds', async () => {
      await server.close()
      await assert.rejects(fetchIt(), /does not answer\.$/)
      assertNothingKept()
    })

    it('the server states a wrong length and sends less', async () => {
      server.next.push(
        ...Array.from({ length: 9 }, () => send(content.subarray(0, 100_000), { 'transfer-encoding': 'chunked' })),
      )
      await assert.rejects(fetchIt(), /the connection was cut/)
      assertNothingKept()
    })

    it('the folder can’t be created', async () => {
      writeFileSync(join(store, 'depth'), 'a file where a folder should be')
      await assert.rejects(fetchIt(), /depth.large\.lock (is not a folder|cannot be used)/)
    })
  })

  it('retries if the server is busy, as late as it asks', async () => {
    server.next.push(answer(503, { 'retry-after': '1' }), answer(429), answer(502))
    const reasons: (string | undefined)[] = []
    const start = Date.now()
    await fetchIt({ progress: ({ step, reason }) => step === 'pausing' && reasons.push(reason) })
    assert.ok(Date.now() - start >= 990)
    assert.equal(reasons.length, 3)
    assert.match(reasons[0] ?? '', /is busy \(503\)/)
    assert.deepEqual(readFileSync(path()), content)
  })

  it('doubles the wait before each retry without progress', async () => {
    const times: number[] = []
    for (let i = 0; i < 3; i++)
      server.next.push((...given) => {
        times.push(performance.now())
        answer(503)(...given)
      })
    server.next.push((...given) => {
      times.push(performance.now())
      well(...given)
    })
    await fetchIt({ limits: { ...quick, backoff: 40 } })
    const waits = times.slice(1).map((time, i) => time - (times[i] as number))
    for (const [i, wait] of waits.entries()) assert.ok(wait >= 40 * 2 ** i - 2, `${wait} ms before try ${i + 2}`)
    assert.deepEqual(readFileSync(path()), content)
  })

  it('continues after a server falls silent', async () => {
    server.next.push(stallAfter(200_000))
    await fetchIt()
    assert.deepEqual(ranges(), [undefined, 'bytes=200000-'])
    assert.deepEqual(readFileSync(path()), content)
  })

  it('follows redirects, with the range', async () => {
    server.files.set('/elsewhere', content)
    const there = answer(302, { location: '/elsewhere' })
    server.next.push(there, cut(150_000), there)
    await fetchIt()
    assert.deepEqual(
      server.asked.map(({ path, range }) => [path, range]),
      [
        ['/model.onnx', undefined],
        ['/elsewhere', undefined],
        ['/model.onnx', 'bytes=150000-'],
        ['/elsewhere', 'bytes=150000-'],
      ],
    )
    assert.deepEqual(readFileSync(path()), content)
  })

  it('downloads from a mirror, with a folder for each host', async () => {
    server.files.set('/pub/example.org/r1/model.onnx', content)
    ;[model, variant] = downloadable('https://example.org/r1', { 'model.onnx': content })
    process.env.DAISYCHAIN_MIRROR = `${server.url}/pub/`
    await fetchIt()
    assert.deepEqual(
      server.asked.map((asked) => asked.path),
      ['/pub/example.org/r1/model.onnx'],
    )
    assert.ok(isPresent(model, variant))
  })

  describe('from several addresses', () => {
    let other: FileServer
    beforeEach(async () => {
      other = await serveFiles({ '/same.onnx': content })
      for (const file of variant.files ?? []) file.alternatives = [`${other.url}/same.onnx`]
    })
    afterEach(() => other.close())
    const asked = () => [server, other].map((each) => each.asked.map(({ range, sent }) => `${range ?? 'all'}: ${sent}`))

    it('asks only the first if it has the file', async () => {
      await fetchIt()
      assert.deepEqual(asked(), [[`all: ${content.length}`], []])
    })

    const useless: [string, () => void][] = [
      ['has the file no more', () => server.files.clear()],
      ['does not let it be fetched', () => server.next.push(answer(403))],
      ['gives a pointer in its place', () => server.next.push(send(Buffer.from('version https://git-lfs')))],
      ['sends other bytes of the same length', () => server.next.push(send(bytes(content.length, 3)))],
      ['asks to come back much later', () => server.next.push(answer(503, { 'retry-after': '600' }))],
      ['falls silent', () => server.next.push(stallAfter(0), stallAfter(0))],
    ]
    for (const [name, prepare] of useless) {
      it(`goes to the next where one ${name}`, async () => {
        prepare()
        await fetchIt()
        assert.deepEqual(asked()[1], [`all: ${content.length}`])
        assert.deepEqual(readFileSync(path()), content)
      })
    }

    it('tries the next if one doesn’t have it', async () => {
      await server.close()
      await fetchIt()
      assert.deepEqual(readFileSync(path()), content)
    })

    it('continues at the next with what the first has sent, and no byte is sent twice', async () => {
      server.next.push(cut(150_000), answer(404))
      await fetchIt()
      assert.deepEqual(asked(), [['all: 150000', 'bytes=150000-: 0'], ['bytes=150000-: 250000']])
      // Another server's version tag means nothing here.
      assert.equal(other.asked[0]?.ifRange, undefined)
      assert.deepEqual(readFileSync(path()), content)
    })

    it('returns to the first in another call, as after a restart, and continues', async () => {
      server.next.push(cut(100_000), answer(404))
      other.next.push(cut(100_000), ...Array.from({ length: 4 }, () => answer(500)))
      await assert.rejects(fetchIt(), /no longer exists \(404\)\. .*is busy \(500\).*\(200 kB\) is kept/)
      assertNothingKept()
      await fetchIt()
      assert.equal(server.asked.at(-1)?.range, 'bytes=200000-')
      assert.equal(server.asked.at(-1)?.ifRange, undefined)
      assert.deepEqual(readFileSync(path()), content)
    })

    it('starts over at the next if the beginning was different', async () => {
      const older = bytes(content.length, 7)
      server.next.push((request, response, _content, each) => cut(150_000)(request, response, older, each), answer(404))
      await fetchIt()
      assert.deepEqual(asked()[1], ['bytes=150000-: 250000', `all: ${content.length}`])
      assert.deepEqual(readFileSync(path()), content)
    })

    it('gives the reason for each, and keeps nothing', async () => {
      server.next.push(answer(404))
      other.next.push(send(bytes(content.length, 3)))
      await assert.rejects(fetchIt(), (error: Error) => {
        assert.match(
          error.message,
          /^http:.*model\.onnx no longer exists \(404\)\. http:.*same\.onnx sent a different file/,
        )
        return true
      })
      assertNothingKept()
      assert.deepEqual(readdirSync(variantFolder(model, variant)), [])
    })

    it('tries no other if the disk is at fault, or the caller has cancelled', async () => {
      server.next.push(stallAfter(100_000))
      const end = new AbortController()
      await assert.rejects(
        fetchIt({ signal: end.signal, progress: ({ received }) => received >= 100_000 && end.abort() }),
        /cancelled/,
      )
      for (const file of variant.files ?? []) file.bytes = 2 ** 52
      await assert.rejects(fetchIt(), /the disk of .* has only/)
      assert.deepEqual(asked()[1], [])
    })
  })

  describe('through a proxy', () => {
    /** A proxy whose `behave` chooses the status of each request; with 200 it sends the file. */
    async function proxied(behave: (path: string, authorization?: string) => number): Promise<[string, () => void]> {
      const proxy = createServer((request, response) => {
        const status = behave(request.url ?? '', request.headers['proxy-authorization'])
        if (status === 200) response.writeHead(200, { 'content-length': content.length }).end(content)
        else response.writeHead(status).end()
      })
      proxy.on('connect', (request, socket) => {
        socket.end(`HTTP/1.1 ${behave(request.url ?? '', request.headers['proxy-authorization'])} no\r\n\r\n`)
      })
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      const close = () => {
        proxy.closeAllConnections()
        proxy.close()
      }
      return [`127.0.0.1:${(proxy.address() as AddressInfo).port}`, close]
    }

    it('requests the full address, and identifies itself', async () => {
      const asked: unknown[] = []
      const [place, close] = await proxied((...request) => asked.push(request) && 200)
      ;[model, variant] = downloadable('http://models.invalid', { 'model.onnx': content })
      await fetchIt({ env: { HTTP_PROXY: `http://me:secret@${place}` } }).finally(close)
      assert.deepEqual(asked, [['http://models.invalid/model.onnx', 'Basic bWU6c2VjcmV0']])
      assert.deepEqual(readFileSync(path()), content)
    })

    it('reports that the proxy needs a name and a password', async () => {
      const [place, close] = await proxied(() => 407)
      ;[model, variant] = downloadable('https://models.invalid', { 'model.onnx': content })
      await assert.rejects(fetchIt({ env: { HTTPS_PROXY: `http://${place}` } }).finally(close), {
        message: new RegExp(
          `models\\.invalid cannot be reached: the proxy ${place} answered 407, it needs a user name and password`,
        ),
      })
      assertNothingKept()
    })
  })

  describe('shared by all callers', () => {
    it('is one download, and all are told about it', async () => {
      const heard: Progress[][] = [[], [], []]
      await Promise.all(heard.map((each) => fetchIt({ progress: (progress) => each.push(progress) })))
      assert.equal(server.asked.length, 1)
      assert.ok(heard.every(({ length }) => length > 2))
    })

    it('continues while one is still waiting, and ends with the last', async () => {
      server.next.push(stallAfter(100_000), well)
      const one = new AbortController()
      const first = fetchIt({ signal: one.signal })
      const second = fetchIt()
      one.abort()
      await assert.rejects(first, /cancelled/)
      await second
      assert.ok(isPresent(model, variant))
    })

    it('ends for all if it is cancelled, keeps the beginning, and can be started again at once', async () => {
      server.next.push(stallAfter(100_000))
      let begun = () => {}
      const hasBegun = new Promise<void>((resolve) => {
        begun = resolve
      })
      const both = [fetchIt({ progress: ({ received }) => received >= 100_000 && begun() }), fetchIt()].map((each) =>
        assert.rejects(each, /cancelled; the part already downloaded is kept/),
      )
      await hasBegun
      while (statSync(`${path()}.part`, { throwIfNoEntry: false })?.size !== 100_000) await setTimeout(5)
      assert.equal(cancelFetch(model, variant), true)
      const again = fetchIt()
      await Promise.all(both)
      await again
      assert.deepEqual(ranges(), [undefined, 'bytes=100000-'])
      assert.equal(cancelFetch(model, variant), false)
    })

    it('waits for another process with the same download, and uses its result', async () => {
      const lock = `${variantFolder(model, variant)}.lock`
      mkdirSync(dirname(lock), { recursive: true })
      writeFileSync(lock, 'somebody else')
      const waiting = fetchIt({
        progress({ step }) {
          if (step !== 'elsewhere' || existsSync(path())) return
          mkdirSync(dirname(path()), { recursive: true })
          writeFileSync(path(), content)
          rmSync(lock)
        },
      })
      await waiting
      assert.equal(server.asked.length, 0)
    })

    it('takes over from a process that died', async () => {
      const lock = `${variantFolder(model, variant)}.lock`
      mkdirSync(dirname(path()), { recursive: true })
      writeFileSync(lock, 'dead')
      utimesSync(lock, new Date(0), new Date(0))
      writeFileSync(`${path()}.part`, content.subarray(0, 200_000))
      await fetchIt()
      assert.deepEqual(ranges(), ['bytes=200000-'])
      assert.equal(existsSync(lock), false)
    })
  })

  it('reports a full disk before it starts', async () => {
    const huge = { ...(variant.files?.[0] as NonNullable<Variant['files']>[0]), bytes: 2 ** 52 }
    variant.files = [huge]
    await assert.rejects(
      fetchIt(),
      /must be downloaded, but the disk of .* has only .* free: free some space and try again\.$/,
    )
    assert.equal(server.asked.length, 0)
    assert.equal(statSync(store).isDirectory(), true)
  })
})
