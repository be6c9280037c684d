import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bytes, cutAfter, downloadable, type FileServer, serveFiles, stallAfter } from '../models/store/server'
import { fixturesFolder } from '../models/support'
import { run as runHere, spawned } from './run'

const content = bytes(300_000)

describe('daisychain models', function () {
  this.timeout(60_000)
  let folder: string
  let server: FileServer
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-cli-'))
    server = await serveFiles({ '/model.onnx': content })
    writeCatalogue(server.url)
  })
  afterEach(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Writes a models folder with "depth", whose variant "large" is on the server. */
  function writeCatalogue(url: string): void {
    const [{ folder: _, ...manifest }] = downloadable(url, { 'model.onnx': content })
    const home = join(folder, 'catalogue/depth')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'manifest.json'), JSON.stringify(manifest))
    copyFileSync(join(fixturesFolder, 'depth/mini.onnx'), join(home, 'mini.onnx'))
  }

  const words = (args: string[]) => ['models', ...args, '--manifests', join(folder, 'catalogue')]
  const store = () => ({ DAISYCHAIN_MODELS: join(folder, 'store') })
  const run = (args: string[], env: Record<string, string> = {}) => runHere(words(args), { ...store(), ...env })
  /**
   * Runs the command in its own process, for tests that type, interrupt it, or need settings that Node.js
   * reads at startup.
   */
  function alone(args: string[], options: Parameters<typeof spawned>[1] = {}) {
    return spawned(words(args), { ...options, env: { ...store(), ...options.env } })
  }
  const file = () => join(folder, 'store/depth/large/model.onnx')

  it('lists all variants with size and licence, and whether they are downloaded', async () => {
    const before = await run(['list'])
    assert.match(before.out, /^depth\/mini +\d+ kB +Apache-2\.0 +bundled$/m)
    assert.match(before.out, /^depth\/large +300 kB +MIT +not downloaded$/m)
    assert.match(before.out, /^densedepth\/mini /m)
    await run(['fetch', 'depth/large', '--yes'])
    assert.match((await run(['list'])).out, /^depth\/large .* downloaded$/m)
    const entries = JSON.parse((await run(['--json'])).out) as { id: string; present: boolean; bytes: number }[]
    const entry = entries.find(({ id }) => id === 'depth/large')
    assert.deepEqual([entry?.present, entry?.bytes], [true, 300_000])
  })

  describe('fetch', () => {
    it('shows the licence, asks, and takes no answer for no', async () => {
      const { code, out, error } = await alone(['fetch', 'depth/large'])
      assert.match(
        out,
        /Large, 300 kB\..*\nLicence: MIT \(https:\/\/example\.org\/licence\)\.\nDownload it under this licence\? \[y\/N\]/,
      )
      assert.match(error, /Nothing was downloaded\. Add --yes/)
      assert.deepEqual([code, server.asked.length, existsSync(file())], [1, 0, false])
      assert.equal((await alone(['fetch', 'depth/large'], { input: 'no\n' })).code, 1)
    })

    it('downloads after a yes, shows the progress, and needs to do so only once', async () => {
      const { code, out, error } = await alone(['fetch', 'depth/large'], { input: 'y\n' })
      assert.equal(code, 0, error)
      assert.match(out, /depth\/large is ready, in /)
      assert.match(error, /100 % of 300 kB/)
      assert.deepEqual(readFileSync(file()), content)
      assert.match((await run(['fetch', 'depth'])).out, /is already downloaded/)
      assert.equal(server.asked.length, 1)
    })

    it('reports damage, and downloads the file again on request', async () => {
      await run(['fetch', 'depth/large', '-y'])
      writeFileSync(file(), content.subarray(0, 1000))
      assert.match((await run(['list'])).out, /^depth\/large +300 kB +MIT +damaged$/m)
      // The size is right, so only a checksum shows the damage.
      writeFileSync(file(), Buffer.alloc(content.length))
      assert.match((await run(['fetch', 'depth/large', '-y'])).out, /depth\/large is ready/)
      assert.deepEqual(readFileSync(file()), content)
    })

    it('keeps what it has when interrupted, and continues with it', async () => {
      server.next.push(stallAfter(100_000))
      const interrupted = await alone(['fetch', 'depth/large', '--yes'], {
        started: (interrupt) => {
          const wait = setInterval(() => {
            if (!existsSync(`${file()}.part`) || readFileSync(`${file()}.part`).length < 100_000) return
            clearInterval(wait)
            interrupt()
          }, 20)
        },
      })
      assert.equal(interrupted.code, 1)
      assert.match(interrupted.error, /cancelled; the part already downloaded is kept/)
      assert.equal(existsSync(file()), false)
      assert.equal((await run(['fetch', 'depth/large', '--yes'])).code, 0)
      assert.deepEqual([server.asked[1]?.range, server.asked[1]?.sent], ['bytes=100000-', 200_000])
      assert.deepEqual(readFileSync(file()), content)
    })

    it('downloads once if two run at the same time', async () => {
      server.next.push(cutAfter(100_000, () => `${file()}.part`))
      const both = await Promise.all([alone(['fetch', 'depth/large', '-y']), alone(['fetch', 'depth/large', '-y'])])
      assert.deepEqual(
        both.map(({ code }) => code),
        [0, 0],
      )
      assert.equal(
        server.asked.reduce((sum, { sent }) => sum + sent, 0),
        content.length,
      )
    })

    it('reports what isn’t possible with exit code 1, and what it doesn’t understand with 2', async () => {
      server.files.clear()
      const gone = await run(['fetch', 'depth/large', '-y'])
      assert.deepEqual([gone.code, /no longer exists \(404\)\.\n$/.test(gone.error)], [1, true], gone.error)
      assert.match((await run(['fetch', 'depth/mini'])).error, /is bundled: there is nothing to download\.$/m)
      const unknown = await run(['fetch', 'nothing/here'])
      assert.match(unknown.error, /^There is no “nothing\/here”: choose one of .*depth\/large/)
      assert.equal(unknown.code, 1)
      for (const args of [['fetch'], ['dance'], ['list', '--wrong'], ['verify', 'a', 'b']]) {
        assert.equal((await run(args)).code, 2, args.join(' '))
      }
    })

    it('uses a proxy for an https server, but not if NO_PROXY excludes it', async function () {
      const keys = certificate(folder)
      if (!keys) {
        console.log('      skipped: openssl is not installed, which makes the certificate of the test’s https server')
        return this.skip()
      }
      const secure = createServer(keys, (request, response) => {
        if (request.url === '/model.onnx') response.writeHead(200, { 'content-length': content.length }).end(content)
        else response.writeHead(302, { location: `http://127.0.0.1/plain` }).end()
      })
      await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done))
      const port = (secure.address() as AddressInfo).port
      const tunnels: [string, string | undefined][] = []
      const proxy = createPlainServer((_request, response) => response.writeHead(400).end())
      proxy.on('connect', (request, socket) => {
        tunnels.push([request.url ?? '', request.headers['proxy-authorization']])
        const through = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
          through.pipe(socket).pipe(through)
        })
        through.on('error', () => socket.destroy())
        socket.on('error', () => through.destroy())
      })
      await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
      const address = `http://me:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const env = { HTTPS_PROXY: address, NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'), NO_PROXY: '', no_proxy: '' }
      try {
        // Only the proxy can resolve models.test.
        writeCatalogue(`https://models.test:${port}`)
        const fetched = await alone(['fetch', 'depth/large', '-y'], { env })
        assert.equal(fetched.code, 0, fetched.error)
        assert.deepEqual(readFileSync(file()), content)
        assert.deepEqual(tunnels, [[`models.test:${port}`, `Basic ${Buffer.from('me:secret').toString('base64')}`]])
        await run(['remove', 'depth/large'])

        writeCatalogue(`https://localhost:${port}`)
        const direct = await alone(['fetch', 'depth/large', '-y'], { env: { ...env, NO_PROXY: 'localhost' } })
        assert.equal(direct.code, 0, direct.error)
        assert.equal(tunnels.length, 1)
        await run(['remove', 'depth/large'])

        writeCatalogue(`https://localhost:${port}/down`)
        const down = await alone(['fetch', 'depth/large', '-y'], { env: { ...env, NO_PROXY: 'localhost' } })
        assert.match(down.error, /redirects to http:\/\/127\.0\.0\.1, which isn't safe to follow\./)

        const untrusted = await alone(['fetch', 'depth/large', '-y'], { env: { ...env, NODE_EXTRA_CA_CERTS: '' } })
        assert.match(untrusted.error, /could not prove that it is models\.test|could not prove that it is localhost/)
      } finally {
        secure.closeAllConnections()
        secure.close()
        proxy.closeAllConnections()
        proxy.close()
      }
    })

    it('reports if the disk becomes full halfway, and finishes when there is room', async function () {
      const disk = join(folder, 'disk')
      mkdirSync(disk)
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'tmpfs', disk], { stdio: 'ignore' })
      } catch {
        console.log('      skipped: no small disk can be mounted here, which takes root')
        return this.skip()
      }
      try {
        server.next.push((_request, response, whole, asked) => {
          // The disk fills up during the download.
          writeFileSync(join(disk, 'filler'), bytes(450_000))
          asked.sent = whole.length
          response.writeHead(200, { etag: '"x"', 'content-length': whole.length }).end(whole)
        })
        const env = { DAISYCHAIN_MODELS: join(disk, 'store') }
        const full = await run(['fetch', 'depth/large', '-y'], env)
        assert.equal(full.code, 1)
        assert.match(full.error, /model\.onnx cannot be written, because the disk is full\.$/m)
        assert.equal(existsSync(join(disk, 'store/depth/large/model.onnx')), false)
        const before = await run(['fetch', 'depth/large', '-y'], env)
        assert.match(
          before.error,
          /must be downloaded, but the disk of .* has only .* free: free some space and try again\.$/m,
        )
        rmSync(join(disk, 'filler'))
        const room = await run(['fetch', 'depth/large', '-y'], env)
        assert.equal(room.code, 0, room.error)
      } finally {
        execFileSync('umount', [disk])
      }
    })
  })

  it('verifies files that were copied in, and reports wrong ones', async () => {
    assert.equal((await run(['verify', 'depth/large'])).code, 1)
    mkdirSync(resolve(file(), '..'), { recursive: true })
    writeFileSync(file(), content)
    assert.deepEqual(await run(['verify', 'depth/large']), { code: 0, out: 'depth/large: right.\n', error: '' })
    writeFileSync(file(), bytes(300_000, 4))
    const wrong = await run(['verify'])
    assert.equal(wrong.code, 1)
    assert.match(
      wrong.out,
      /depth\/large: incomplete or wrong\. Its files belong in .*\n.*model\.onnx is the right size, but the wrong content\./,
    )
    const reports = JSON.parse((await run(['verify', 'depth/large', '--json'])).out) as { files: { state: string }[] }[]
    assert.deepEqual(
      reports[0]?.files.map(({ state }) => state),
      ['wrong bytes'],
    )
  })

  it('removes models, and cleans up unused files', async () => {
    await run(['fetch', 'depth/large', '-y'])
    assert.match((await run(['remove', 'depth/large'])).out, /is removed: 300 kB freed\./)
    assert.equal(existsSync(file()), false)
    assert.match((await run(['remove', 'depth/large'])).out, /Nothing of depth\/large was downloaded\./)
    mkdirSync(join(folder, 'store/depth/large'), { recursive: true })
    writeFileSync(`${file()}.part`, bytes(2000))
    mkdirSync(join(folder, 'store/depth/old'), { recursive: true })
    writeFileSync(join(folder, 'store/depth/old/x.onnx'), bytes(3000))
    const cleaned = await run(['clean'])
    assert.match(cleaned.out, /depth\/old isn't in any manifest any more\.\n5 kB freed\./)
    assert.match((await run(['clean'])).out, /Nothing to clean up/)
  })

  it('keeps them in the named user directory', async () => {
    const user = join(folder, 'user')
    mkdirSync(user)
    const { code } = await run(['fetch', 'depth/large', '-y', '--userdir', user], { DAISYCHAIN_MODELS: '' })
    assert.equal(code, 0)
    assert.ok(existsSync(join(user, 'daisychain/models/depth/large/model.onnx')))
    assert.match((await run(['list', '--userdir', join(folder, 'none')])).error, /There is no folder /)
  })
})

/** A self-signed certificate for models.test and localhost; null if none can be made. */
function certificate(folder: string): { key: Buffer; cert: Buffer } | null {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const names = 'subjectAltName=DNS:models.test,DNS:localhost'
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert]
  try {
    execFileSync('openssl', ['req', '-x509', ...made, '-days', '2', '-subj', '/CN=models.test', '-addext', names], {
      stdio: 'ignore',
    })
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } catch {
    return null
  }
}
