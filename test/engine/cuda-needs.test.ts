import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installedRuntime } from '../../src/engine'
import { cudaNeeds, sayCudaNeeds } from '../../src/engine/cuda-needs'

describe('engine/cuda-needs', () => {
  const made: string[] = []
  after(() => {
    for (const folder of made) rmSync(folder, { recursive: true })
  })

  function runtimeThatFetches(...names: string[]): string {
    const folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    made.push(folder)
    mkdirSync(join(folder, 'script'))
    const metadata = { requirements: { 'linux/x64': names } }
    writeFileSync(join(folder, 'script', 'install-metadata.js'), `module.exports = ${JSON.stringify(metadata)}`)
    return folder
  }

  it('states the versions of the installed runtime’s own installer and README', () => {
    const folder = installedRuntime()?.folder as string
    const needs = cudaNeeds()
    const [, readme] = /CUDA v(\d+)\./.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? []
    assert.equal(needs?.cuda, Number(readme))
    assert.equal(sayCudaNeeds(needs), `CUDA ${readme} and cuDNN 9`)
  })

  it('follows other versions’ installers, and guesses nothing', () => {
    assert.equal(sayCudaNeeds(cudaNeeds(runtimeThatFetches('qnn', 'cuda13'))), 'CUDA 13 and cuDNN 9')
    assert.equal(cudaNeeds(runtimeThatFetches()), null)
    assert.equal(cudaNeeds(tmpdir()), null)
    assert.equal(sayCudaNeeds(null), 'CUDA and cuDNN')
  })
})
