import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { releaseChangelog } from '../../scripts/release/changelog'
import { releaseManifest, repositoryAddress } from '../../scripts/release/manifest'

const root = resolve(__dirname, '../../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const REPOSITORY = 'https://git.example.org/someone/daisychain'

/** `browser/install` tests the installed tarball. */
describe('a release', () => {
  it('is refused unless the repository is known', () => {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    const program = join(root, 'dist/scripts/release.js')
    const env = { ...process.env, DAISYCHAIN_REPOSITORY: '' }
    try {
      const refused = spawnSync(process.execPath, [program, '7.8.9', '--dry-run', folder], { encoding: 'utf8', env })
      assert.deepEqual([refused.status, readdirSync(folder)], [1, []])
      assert.match(refused.stderr, /^Set DAISYCHAIN_REPOSITORY to the address of the repository/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('moves the collected changes under the new version', () => {
    const text = '# Changelog\n\n## Next (not yet released)\n\n- New.\n\n## 0.1.0 (2026-01-01)\n\n- Old.\n'
    assert.equal(
      releaseChangelog(text, '0.2.0', '2026-02-03'),
      text.replace('Next (not yet released)', '0.2.0 (2026-02-03)'),
    )
    assert.throws(() => releaseChangelog(text.replace('- New.', ''), '0.2.0', ''), /doesn't say what is new/)
    assert.throws(() => releaseChangelog(text.replace(' (not yet released)', ''), '0.2.0', ''), /no section/)
    assert.throws(() => releaseChangelog(text, '0.1.0', ''), /has a section of 0\.1\.0 already/)
  })

  it('must have a higher version than the last one', () => {
    const at = (version: string, before = '1.9.9') =>
      releaseManifest({ version: before, name: 'x' }, version, REPOSITORY)
    assert.deepEqual([at('1.10.0').version, at('2.0.0').version, at('1.9.9').name], ['1.10.0', '2.0.0', 'x'])
    for (const wrong of ['1.9.8', '0.99.0']) assert.throws(() => at(wrong), /would come before 1\.9\.9/)
    for (const wrong of ['', 'v2', '2.0', 'latest']) assert.throws(() => at(wrong), /isn't a version/)
  })

  it('takes the repository from one variable, and nothing else names it', () => {
    for (const right of [REPOSITORY, `${REPOSITORY}.git`, `${REPOSITORY}/`])
      assert.equal(repositoryAddress(right, 'X'), REPOSITORY)
    for (const wrong of ['', 'github.com/a/b', 'https://github.com', 'https://x y/z'])
      assert.throws(() => repositoryAddress(wrong, 'X'), /^Error: Set X to/)
    const { repository, bugs, homepage } = JSON.parse(read('package.json'))
    const isReleased = !/\(not yet released\)/.test(read('CHANGELOG.md'))
    assert.equal(
      [repository, bugs, homepage].every((field) => (field !== undefined) === isReleased),
      true,
    )
    for (const page of ['README.md', 'SECURITY.md', 'CONTRIBUTING.md'])
      assert.doesNotMatch(read(page), /github\.com\/[\w-]+\/(daisychain|node-red-models)/i, page)
  })
})
