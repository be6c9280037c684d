import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { allowedPath, listFiles, naturalOrder, readGlob, readPath, requireInside } from '../../src/files'
import { temporaryFolder } from '../nodes/pictures'

describe('naturalOrder', () => {
  it('sorts numbers as people do, folder by folder', () => {
    const sorted = ['img10.jpg', 'b/1.jpg', 'img2.jpg', 'a/10.jpg', 'a/9.jpg', 'IMG1.jpg', 'a.jpg'].sort(naturalOrder)
    assert.deepEqual(sorted, ['a/9.jpg', 'a/10.jpg', 'a.jpg', 'b/1.jpg', 'IMG1.jpg', 'img2.jpg', 'img10.jpg'])
  })
})

describe('readGlob', () => {
  const table: [pattern: string, folder: string, takes: string[], leaves: string[]][] = [
    ['/p/*.jpg', '/p', ['a.jpg', 'A.JPG', '.x.jpg'], ['a.png', 'b/a.jpg', 'ajpg']],
    ['/p/**/*.png', '/p', ['a.png', 'b/c/a.png'], ['a.jpg']],
    ['cats/**', 'cats', ['a.png', 'b/c.d'], []],
    ['*.{jpg,png}', '.', ['a.jpg', 'a.png'], ['a.webp', 'a.jpg,png']],
    ['/a?[0-3].gif', '/', ['ab2.gif'], ['a2.gif', 'ab4.gif']],
    ['/x/[!a]*.png', '/x', ['b.png'], ['a.png']],
    ['/x/a+(b)^$.*', '/x', ['a+(b)^$.png'], ['aab.png']],
    ['/x/a,b*', '/x', ['a,bc'], ['abc']],
    ['/x/{a,{b,c}/*}.png', '/x', ['a.png', 'b/1.png', 'c/2.png'], ['b.png', 'd/1.png']],
    ['/x/{a*', '/x', ['{ab'], ['ab']],
    ['/x/**/**/a*b.png', '/x', ['ab.png', 'c/d/e/axb.png'], ['c/a.png']],
    ['größe?/*', '.', ['größen/1.png'], ['größe/1.png']],
  ]
  for (const [pattern, folder, takes, leaves] of table) {
    it(pattern, () => {
      const glob = readGlob(pattern)
      assert.equal(glob.folder, folder)
      assert.deepEqual(
        takes.filter((path) => !glob.matches(path)),
        [],
      )
      assert.deepEqual(
        leaves.filter((path) => glob.matches(path)),
        [],
      )
    })
  }
})

describe('patterns from a message', () => {
  it('take time proportional to their length, whatever they are', () => {
    const before = performance.now()
    assert.equal(readGlob(`/x/${'*a'.repeat(60)}b`).matches('a'.repeat(250)), false)
    assert.equal(readGlob(`/x/${'**/'.repeat(40)}z.png`).matches(`${'a/'.repeat(100)}b`), false)
    assert.ok(performance.now() - before < 5000, 'a regular expression would take years')
  })

  it('that are invalid are refused', () => {
    assert.throws(() => readGlob(`/x/${'{a,b}'.repeat(12)}*`), /too many choices in braces/)
    assert.throws(() => readGlob('/x/[z-a]*'), /\[z-a\] is not a list of characters/)
  })
})

describe('a path as people write it', () => {
  const linux = { platform: 'linux', home: '/home/ada', exists: (path: string) => path === '/odd/a\\b.png' } as const
  const windows = { platform: 'win32', home: 'C:/Users/ada', exists: () => false } as const
  const read: [path: string, place: typeof linux | typeof windows, read: string | RegExp][] = [
    ['/a/b.png', linux, '/a/b.png'],
    ['b.png', linux, 'b.png'],
    ['~', linux, '/home/ada'],
    ['~/cats/1.png', linux, '/home/ada/cats/1.png'],
    ['~\\cats\\1.png', linux, '/home/ada/cats/1.png'],
    ['~ada/1.png', linux, '~ada/1.png'],
    ['file:///a/my%20cat.png', linux, '/a/my cat.png'],
    ['file:/a/b.png', linux, '/a/b.png'],
    ['FILE://localhost/a/b.png', linux, '/a/b.png'],
    ['file://cats/1.png', linux, /names a computer, "cats": .* three slashes/],
    ['file:///%zz', linux, /not a file address that can be read/],
    ['cats\\tom.png', linux, 'cats/tom.png'],
    ['/odd/a\\b.png', linux, '/odd/a\\b.png'],
    ['C:\\photos\\cat.jpg', linux, /^ValueError: C:\\photos\\cat\.jpg is a Windows path, but Node-RED runs on Linux/],
    ['d:/photos', linux, /Windows path/],
    ['https://example.org/cat.jpg', linux, /is a web address, not a file: fetch it with an "http request" node/],
    ['file:///C:/photos/cat.jpg', linux, /Windows path/],
    ['\\\\nas\\photos\\cat.jpg', linux, /Windows path/],
    ['C:\\photos\\cat.jpg', windows, 'C:\\photos\\cat.jpg'],
    ['\\\\nas\\photos', windows, '\\\\nas\\photos'],
    ['cats/tom.png', windows, 'cats/tom.png'],
    ['/home/ada/cat.jpg', windows, /is a Linux or macOS path, but Node-RED runs on Windows/],
    ['a\0b', linux, /zero byte/],
  ]
  for (const [path, place, wanted] of read) {
    it(`${JSON.stringify(path)} on ${place.platform}`, () => {
      if (typeof wanted === 'string') assert.equal(readPath(path, place).replace(/^C:\\Users/, 'C:/Users'), wanted)
      else assert.throws(() => readPath(path, place), wanted)
    })
  }
})

describe('files in a folder', () => {
  const folder = temporaryFolder()
  after(() => folder.remove())
  before(() => {
    mkdirSync(join(folder.path, 'in/deep'), { recursive: true })
    mkdirSync(join(folder.path, 'out'))
    mkdirSync(join(folder.path, 'in/.hidden'))
    for (const name of ['in/2.png', 'in/10.png', 'in/deep/1.png', 'in/.hidden/3.png', 'in/note.txt', 'out/4.png']) {
      writeFileSync(join(folder.path, name), '')
    }
    symlinkSync(join(folder.path, 'out'), join(folder.path, 'in/linked'))
    symlinkSync(join(folder.path, 'out/4.png'), join(folder.path, 'in/5.png'))
  })

  it('are sorted, without hidden ones and linked folders', async () => {
    const wanted = (name: string) => name.endsWith('.png')
    const inside = join(folder.path, 'in')
    assert.deepEqual((await listFiles(inside, { recursive: true, wanted })).files, [
      '2.png',
      '5.png',
      '10.png',
      'deep/1.png',
    ])
    assert.deepEqual((await listFiles(inside, { recursive: false, wanted })).files, ['2.png', '5.png', '10.png'])
    await assert.rejects(listFiles(join(inside, 'gone'), { recursive: true, wanted }), /gone does not exist$/)
    await assert.rejects(listFiles(join(inside, '2.png'), { recursive: true, wanted }), /2\.png is not a folder$/)
  })

  it('stay inside the allowed root, links too', async () => {
    const root = join(folder.path, 'in')
    assert.equal(await allowedPath(join(root, 'deep/1.png'), { root }), join(root, 'deep/1.png'))
    assert.equal(await allowedPath('deep/new/x.png', { root, workingFolder: root }), join(root, 'deep/new/x.png'))
    assert.equal(await allowedPath(root, { root }), root)
    for (const path of ['../out/4.png', '/etc/passwd', `${root}-other`, 'linked/4.png', '5.png', 'linked/new.png']) {
      await assert.rejects(allowedPath(path, { root, workingFolder: root }), /is outside .*, the only folder/, path)
    }
    for (const path of ['../out/4.png', '/etc/passwd', `${root}-other`, 'linked/4.png', '5.png', 'linked/new.png'])
      assert.throws(() => requireInside(resolve(root, path), root), /is outside .*, the only folder/, path)
    requireInside(join(root, 'deep/new.png'), root)
    assert.equal(await allowedPath('x', { workingFolder: '/tmp' }), '/tmp/x')
    await assert.rejects(allowedPath('a\0b', {}), /zero byte/)
  })
})
