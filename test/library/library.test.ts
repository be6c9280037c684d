import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'

const root = resolve(__dirname, '../../..')
const name = '@daisychain/node-red-models'

/** How another package uses ours, in TypeScript. */
const THEIRS = `
import {
  checkWire, declareNodes, Image, isImage, mistakesInDeclarations, readValue, Segmentation, typeOf, ValueError,
  type NodeDeclaration, type PortType, type Verdict,
} from '${name}'
import schema from '${name}/declarations.schema.json'

const wanted: PortType = { type: 'image', channels: 3 }
const verdict: Verdict = checkWire({ type: 'text' }, wanted).verdict
const nodes: Record<string, NodeDeclaration> = {
  sharpen: { label: 'Sharpen', inputs: { payload: { type: wanted } }, outputs: [{ payload: { type: 'image', format: 'png' } }] },
}
const registered: unknown[] = []
const RED = { plugins: { registerPlugin: (id: string, plugin: object) => registered.push(id, plugin) } }
// @ts-expect-error there is no such type
const wrong: PortType = { type: 'imgae' }

async function main() {
  declareNodes(RED, 'sharpen-types', nodes)
  const map = new Segmentation({ width: 2, height: 1, data: new Uint8Array([0, 1]), labels: ['wall', 'cat'] })
  const red = new Image({ width: 1, height: 1, channels: 3, data: new Uint8Array([255, 0, 0]) })
  const png = process.argv[2]
  const read = (await readValue(wanted, png, 'msg.payload')) as Image
  const refused = await readValue(wanted, 'no picture').catch((error) => [error instanceof ValueError, error.message])
  const twice = (() => { try { declareNodes(RED, 'x', { sharpen: { input: {} } as NodeDeclaration }) } catch (error) { return String(error) } })()
  console.log(JSON.stringify({
    verdict, registered, refused, twice, wrong: mistakesInDeclarations({ a: { outputs: [{ payload: wrong }] } }),
    read: [isImage(read), read.width, [...read.data]], types: [typeOf(map), typeOf(red)], schema: schema.title,
  }))
}
main()
`

describe('the library that other packages require', function () {
  this.timeout(120_000)
  let folder: string
  let png: string
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-library-'))
    const raw = { width: 2, height: 1, channels: 3 } as const
    const bytes = await sharp(Buffer.from([255, 0, 0, 0, 0, 255]), { raw })
      .png()
      .toBuffer()
    png = `data:image/png;base64,${bytes.toString('base64')}`
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is in the tarball: another package compiles with it, and uses it', () => {
    const npm = (args: string[]) =>
      execFileSync('npm', args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' })
    const [{ filename }] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder])) as [
      { filename: string },
    ]
    const modules = join(folder, 'node_modules')
    const home = join(modules, name)
    mkdirSync(home, { recursive: true })
    execFileSync('tar', [
      'xzf',
      join(folder, filename.replace(/^@/, '').replace('/', '-')),
      '-C',
      home,
      '--strip-components=1',
    ])
    // The packages that npm would install next to it.
    for (const other of ['sharp', '@img', 'detect-libc', 'semver', '@huggingface'])
      symlinkSync(join(root, 'node_modules', other), join(modules, other))
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'sharpen', type: 'commonjs' }))
    writeFileSync(join(folder, 'theirs.ts'), THEIRS)
    const options = {
      strict: true,
      skipLibCheck: false,
      module: 'node16',
      target: 'ES2022',
      resolveJsonModule: true,
      esModuleInterop: true,
    }
    const compilerOptions = { ...options, types: ['node'], typeRoots: [join(root, 'node_modules/@types')] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['theirs.ts'] }))
    try {
      execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
    } catch (error) {
      assert.fail((error as { stdout: string }).stdout)
    }
    const said = JSON.parse(execFileSync(process.execPath, ['theirs.js', png], { cwd: folder, encoding: 'utf8' }))
    assert.deepEqual(said, {
      verdict: 'mismatch',
      registered: [
        'sharpen-types',
        {
          type: 'daisychain-declarations',
          declarations: {
            sharpen: {
              label: 'Sharpen',
              inputs: { payload: { type: { type: 'image', channels: 3 } } },
              outputs: [{ payload: { type: 'image', format: 'png' } }],
            },
          },
        },
      ],
      refused: [true, said.refused[1]],
      twice: 'ValueError: The declaration of “sharpen” is wrong: there is no "input" here. Did you mean “inputs”?',
      wrong: [
        'The declaration of “a” is wrong, in outputs.0.payload.type: there is no type “imgae”. Did you mean “image”?',
      ],
      read: [true, 2, [255, 0, 0, 0, 0, 255]],
      types: [
        { type: 'segmentation', labels: ['wall', 'cat'], width: 2, height: 1 },
        { type: 'image', width: 1, height: 1, channels: 3 },
      ],
      schema: 'The inputs and outputs of Node-RED nodes, for Daisychain',
    })
    assert.match(said.refused[1], /^The value/)
  })

  it('has all its schemas where others can require them by name', () => {
    const schemas = readdirSync(join(root, 'dist')).filter((file) => file.endsWith('.schema.json'))
    assert.ok(schemas.length >= 3, `${schemas}`)
    // Inside the package, its own name resolves as it does for other packages.
    const theirs = createRequire(__filename)
    for (const schema of schemas)
      assert.equal(
        theirs.resolve(`${name}/${schema}`),
        join(root, 'dist', schema),
        `package.json exports no ./${schema}`,
      )
  })

  it('loads nothing slow until it is needed, and no node does', () => {
    const { 'node-red': sets } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      'node-red': Record<'nodes' | 'plugins', Record<string, string>>
    }
    const files = ['dist/src/index.js', ...Object.values(sets.nodes), ...Object.values(sets.plugins)]
    const program = `for (const file of ${JSON.stringify(files)}) require('./' + file)
      console.log(Object.keys(require.cache).map((file) => file.split('node_modules')[1]).filter(Boolean).join())`
    assert.equal(execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8' }).trim(), '')
  })

  it('documents the use of each of its functions and classes', () => {
    const types = readFileSync(join(root, 'dist/src/index.d.ts'), 'utf8')
    const values = Object.keys(createRequire(__filename)(join(root, 'dist/src/index.js')))
    assert.ok(values.length >= 10, `${values}`)
    const page = readFileSync(join(root, 'docs/library.md'), 'utf8')
    for (const value of values) {
      assert.match(types, new RegExp(`\\b${value}\\b`))
      assert.match(
        page,
        new RegExp(`\\b${value}\\(|new ${value}\\(|instanceof ${value}\\b`),
        `docs/library.md has no example of ${value}`,
      )
    }
  })
})
