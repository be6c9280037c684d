import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

const VERSION = '9.8.7'
/** How the library is installed on different systems. */
const KINDS = {
  native: 'exports.versions = { vips: "8" }',
  inWebAssembly: 'exports.versions = { vips: "8", emscripten: "6" }',
  unloadable: 'throw new Error("libstdc++.so.6 is missing\\nand more")',
}

/** This package's code, with one kind of sharp installed next to it. */
describe('apart/pictures-library', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    cpSync(resolve('dist/src/apart'), join(folder, 'apart'), { recursive: true })
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function having(kind: keyof typeof KINDS): typeof import('../../src/apart/pictures-library') {
    const sharp = join(folder, 'node_modules/sharp')
    mkdirSync(sharp, { recursive: true })
    writeFileSync(join(sharp, 'package.json'), JSON.stringify({ version: VERSION }))
    writeFileSync(join(sharp, 'index.js'), KINDS[kind])
    return require(join(folder, 'apart/pictures-library'))
  }

  it('needs nothing if the native library can be loaded', async () => {
    const { whyNoPictures, neededForPictures } = having('native')
    assert.deepEqual([await whyNoPictures(), await neededForPictures()], [null, null])
  })

  it('needs the WebAssembly one if only that can read pictures', async () => {
    const { whyNoPictures, neededForPictures } = having('inWebAssembly')
    assert.deepEqual([await whyNoPictures(), await neededForPictures()], [null, `@img/sharp-wasm32@${VERSION}`])
  })

  it('reports why pictures can’t be read, and what to do', async () => {
    const { whyNoPictures, neededForPictures } = having('unloadable')
    assert.equal(await whyNoPictures(), 'libstdc++.so.6 is missing')
    assert.equal(await neededForPictures(), `@img/sharp-wasm32@${VERSION}`)
  })

  it('is tried where it may exist, or once the WebAssembly one is there', () => {
    const { mayReadPictures } = having('unloadable')
    const alpine = { platform: 'linux', arch: 'arm', glibc: null }
    assert.ok(mayReadPictures({ ...alpine, arch: 'arm64' }) && mayReadPictures({ ...alpine, glibc: '2.36' }))
    assert.ok(mayReadPictures({ ...alpine, platform: 'win32', arch: 'ia32' }))
    assert.equal(mayReadPictures(alpine), false)
    mkdirSync(join(folder, 'node_modules/@img/sharp-wasm32'), { recursive: true })
    assert.equal(mayReadPictures(alpine), true)
  })

  for (const kind of ['native', 'inWebAssembly', 'unloadable'] as const)
    it(`npm is asked for what pictures need besides (${kind})`, async function () {
      if (process.platform === 'win32') this.skip()
      having(kind)
      writeFileSync(join(folder, 'npm'), `#!/bin/sh\necho "$@" > ${folder}/asked\n`)
      chmodSync(join(folder, 'npm'), 0o755)
      const { PATH } = process.env
      process.env.PATH = `${folder}${delimiter}${PATH}`
      try {
        const { npmInstall } = require(
          join(folder, 'apart/npm-install'),
        ) as typeof import('../../src/apart/npm-install')
        await npmInstall(folder, 'ours@1', 'Ours')
      } finally {
        process.env.PATH = PATH
      }
      const asked = readFileSync(join(folder, 'asked'), 'utf8').split(' ')
      const packages = kind === 'native' ? ['ours@1'] : ['ours@1', `@img/sharp-wasm32@${VERSION}`]
      assert.deepEqual(asked.slice(0, packages.length + 1), ['install', ...packages])
      assert.match(asked[packages.length + 1] ?? '', /^--/)
    })
})
