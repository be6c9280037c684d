/**
 * `DAISYCHAIN_REPOSITORY=https://github.com/OWNER/NAME npm run release -- VERSION [--dry-run FOLDER]`: gives
 * the changelog's unreleased section its version, writes version and addresses into package.json, commits,
 * tags, and packs. Pushing the tag makes the workflow `release` publish it, with its provenance. A dry run
 * does everything but commit, in a copy, and leaves its tarball in the folder.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { releaseChangelog } from './release/changelog'
import { releaseManifest, repositoryAddress } from './release/manifest'

const root = resolve(__dirname, '../..')
const VARIABLE = 'DAISYCHAIN_REPOSITORY'

function release(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'dry-run': { type: 'string' } } })
  const [version = ''] = positionals
  const repository = repositoryAddress(process.env[VARIABLE] ?? '', VARIABLE)
  const dryRun = values['dry-run']
  if (dryRun !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-release-'))
    copyPackage(folder)
    edit(folder, version, repository)
    mkdirSync(resolve(dryRun), { recursive: true })
    console.log(pack(folder, resolve(dryRun)))
    rmSync(folder, { recursive: true })
    return
  }
  if (git('status', '--porcelain') !== '')
    throw new Error('There are changes that are not committed: commit them first.')
  edit(root, version, repository)
  run('npm', 'run', '--silent', 'build')
  git('commit', '--quiet', '--all', '--message', `Release ${version}`)
  git('tag', '--annotate', `v${version}`, '--message', `Daisychain ${version}`)
  console.log(pack(root, root))
  console.log(`Tagged v${version}. “git push --follow-tags” lets the workflow publish it.`)
}

function edit(folder: string, version: string, repository: string): void {
  const change = (file: string, by: (text: string) => string) => {
    const path = join(folder, file)
    writeFileSync(path, by(readFileSync(path, 'utf8')))
  }
  const json = (by: (content: Manifest) => object) => (text: string) =>
    `${JSON.stringify(by(JSON.parse(text)), null, 2)}\n`
  change(
    'package.json',
    json((manifest) => releaseManifest(manifest, version, repository)),
  )
  change(
    'package-lock.json',
    json((lock) => ({ ...lock, version, packages: { ...lock.packages, '': { ...lock.packages?.[''], version } } })),
  )
  change('CHANGELOG.md', (text) => releaseChangelog(text, version, new Date().toISOString().slice(0, 10)))
}

interface Manifest {
  version: string
  packages?: Record<string, object>
  [field: string]: unknown
}

/** What npm would pack, and what a release changes. */
function copyPackage(folder: string): void {
  const [{ files }] = JSON.parse(run('npm', 'pack', '--json', '--dry-run', '--ignore-scripts')) as [
    { files: { path: string }[] },
  ]
  for (const file of [...files.map(({ path }) => path), 'package-lock.json', 'CHANGELOG.md']) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
}

function pack(folder: string, into: string): string {
  const said = run('npm', 'pack', folder, '--json', '--ignore-scripts', '--pack-destination', into)
  const [{ filename, integrity }] = JSON.parse(said) as [{ filename: string; integrity: string }]
  return `${join(into, filename.replace(/^@/, '').replace('/', '-'))} (${integrity})`
}

function run(command: string, ...args: string[]): string {
  const shell = process.platform === 'win32'
  return execFileSync(command, args, { cwd: root, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'inherit'] })
}

const git = (...args: string[]) => run('git', ...args).trim()

try {
  release()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
