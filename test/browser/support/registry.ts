import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { installOnce } from './install-once'
import { freePort } from './server'
import { packageFolder } from './versions'

/**
 * An npm registry on this machine. It has the packages published to it and the runtime, and passes on
 * everything else from the usual registry.
 */
export interface Registry {
  url: string
  publish(tarball: string): Promise<void>
  stop(): void
}

export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-registry-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = {
    storage: join(folder, 'storage'),
    web: { enable: false },
    uplinks: { usual: { url: npm(['config', 'get', 'registry']).trim(), timeout: '120s', maxage: '1h' } },
    packages: {
      '@daisychain/*': { access: '$all', publish: '$anonymous' },
      [RUNTIME]: { access: '$all', publish: '$anonymous' },
      '**': { access: '$all', proxy: 'usual' },
    },
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  const child = spawn(process.execPath, [verdaccio(), '--config', join(folder, 'config.yaml'), '--listen', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (data) => (output += data))
  child.stderr.on('data', (data) => (output += data))
  await answers(`${url}/-/ping`, child, () => output)
  await publish(url, runtimeOfThisSystem(folder))
  return {
    url,
    publish: (tarball) => publish(url, tarball),
    stop() {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const RUNTIME = 'onnxruntime-node'
/**
 * Making a tarball blocks this process. Meanwhile the registry may close an idle connection without our
 * noticing, so don't reuse connections.
 */
const OWN_CONNECTION = { connection: 'close' }

/** Uploads a tarball as it is. `npm publish` would unpack it and pack it again first. */
async function publish(url: string, tarball: string): Promise<void> {
  const data = readFileSync(tarball)
  const manifest = execFileSync('tar', ['xzOf', tarball, 'package/package.json'], { encoding: 'utf8' })
  const { name, version, ...rest } = JSON.parse(manifest) as { name: string; version: string }
  const file = `${name}-${version}.tgz`
  const dist = {
    integrity: `sha512-${createHash('sha512').update(data).digest('base64')}`,
    shasum: createHash('sha1').update(data).digest('hex'),
    tarball: `${url}/${name}/-/${file}`,
  }
  const answer = await fetch(`${url}/${encodeURIComponent(name)}`, {
    method: 'PUT',
    headers: { ...OWN_CONNECTION, 'content-type': 'application/json', authorization: 'Bearer nobody' },
    body: JSON.stringify({
      _id: name,
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { name, version, ...rest, _id: `${name}@${version}`, dist } },
      _attachments: {
        [file]: { content_type: 'application/octet-stream', data: data.toString('base64'), length: data.length },
      },
    }),
  })
  if (!answer.ok) throw new Error(`${file} could not be published: ${answer.status} ${await answer.text()}`)
}

/**
 * Packs the runtime as it is installed here, without the libraries of other systems, because unpacking those
 * takes longest. `npm pack` would compress it as far as possible, which takes even longer.
 */
function runtimeOfThisSystem(folder: string): string {
  const into = join(folder, 'package')
  const from = dirname(require.resolve(`${RUNTIME}/package.json`))
  const own = join(process.platform, process.arch)
  const isOthers = (path: string) => {
    const [bin, , ...system] = relative(from, path).split(sep)
    return bin === 'bin' && system.length > 0 && !own.startsWith(join(...system.slice(0, 2)))
  }
  cpSync(from, into, { recursive: true, filter: (path) => !isOthers(path) })
  // Some versions of npm run the scripts that prepare a package for publishing, whatever the options. Those
  // need the sources, so remove them.
  const manifest = JSON.parse(readFileSync(join(into, 'package.json'), 'utf8')) as { scripts: { postinstall: string } }
  const { postinstall } = manifest.scripts
  writeFileSync(join(into, 'package.json'), JSON.stringify({ ...manifest, scripts: { postinstall } }))
  const tarball = join(folder, `${RUNTIME}.tgz`)
  const packed = execFileSync('tar', ['cf', '-', '-C', folder, 'package'], { maxBuffer: 2 ** 30 })
  writeFileSync(tarball, gzipSync(packed, { level: 1 }))
  return tarball
}

export function npm(words: string[], cwd = packageFolder): string {
  const shell = process.platform === 'win32'
  return execFileSync('npm', [...words, '--loglevel=error'], { cwd, encoding: 'utf8', shell })
}

/**
 * Installs Verdaccio into the ignored folder `.cache/` when first needed: it is too large to be in everyone's
 * `npm install`.
 */
function verdaccio(): string {
  const folder = join(packageFolder, '.cache/verdaccio')
  const manifest = join(folder, 'package.json')
  installOnce(folder, () => {
    console.log('    Installing Verdaccio, a registry for the tests (once, into .cache/)')
    // One of its dependencies asks for `node-fetch@cjs`, a tag that some mirrors of the registry lack.
    const overrides = { 'node-fetch': '^2.7.0' }
    writeFileSync(manifest, JSON.stringify({ private: true, dependencies: { verdaccio: '^6.2.0' }, overrides }))
    npm(['install', '--no-audit', '--no-fund'], folder)
  })
  return createRequire(manifest).resolve('verdaccio/bin/verdaccio')
}

async function answers(url: string, child: ChildProcess, output: () => string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`The registry ended:\n${output()}`)
    const answer = await fetch(url, { headers: OWN_CONNECTION }).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The registry did not start:\n${output()}`)
}
