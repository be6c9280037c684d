import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { installOnce } from './install-once'

/** A Node-RED to test with, and the Node.js that runs it. */
export interface NodeRedVersion {
  name: '4.1' | '5.0'
  /** Path of the `node` to run. */
  node: string
  /** Path of Node-RED's `red.js`. */
  red: string
}

export const packageFolder = resolve(__dirname, '../../../..')

/** The version of Node-RED that this package is developed with. */
export function nodeRed4(): NodeRedVersion {
  return { name: '4.1', node: process.execPath, red: require.resolve('node-red/red.js') }
}

/**
 * Node-RED 5, which needs Node.js 22.9 or later, and a Node.js that can run it. npm installs both into the
 * ignored folder `.cache/` when first needed. Throws if npm can't install them.
 */
export function nodeRed5(): NodeRedVersion {
  const folder = join(packageFolder, '.cache', 'node-red-5')
  const red = join(folder, 'node_modules', 'node-red', 'red.js')
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const recent = major > 22 || (major === 22 && minor >= 9)
  const binary = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const node = recent ? process.execPath : join(folder, 'node_modules', binary, 'bin', 'node')
  installOnce(folder, () => {
    console.log('    Installing Node-RED 5 for the browser tests (once, into .cache/)')
    const packages = ['node-red@^5.0.7', ...(recent ? [] : [`${binary}@22`])]
    const command = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      ...packages,
    ]
    execFileSync('npm', command, { stdio: 'inherit', shell: process.platform === 'win32' })
  })
  return { name: '5.0', node, red }
}

const VERSIONS = [
  { name: '4.1', find: nodeRed4 },
  { name: '5.0', find: nodeRed5 },
] as const

/**
 * All versions, or only the named one. `DAISYCHAIN_VERSIONS=all` makes every test run on all of them, and
 * `DAISYCHAIN_VERSIONS=5.0` only on that one.
 */
export function eachVersion(only?: NodeRedVersion['name']): readonly (typeof VERSIONS)[number][] {
  const asked = process.env.DAISYCHAIN_VERSIONS
  if (VERSIONS.some(({ name }) => name === asked)) return VERSIONS.filter(({ name }) => name === asked)
  return VERSIONS.filter(({ name }) => only === undefined || asked === 'all' || name === only)
}
