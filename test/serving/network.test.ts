import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateIn } from '../../nodes/shared/certificate'
import { secretOf } from '../../nodes/shared/secret'
import { createEndpoint, hostsOf, listen, reachableAddresses, serveEverywhere } from '../../src/serving/index'
import { freePort } from '../browser/support/server'
import { testModel } from './support'

describe('ports open to the network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daisychain-network-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('use https with a certificate in the user directory, and report what is wrong with it', async function () {
    assert.equal(certificateIn(folder), null)
    assert.equal(certificateIn(undefined), null)
    const https = join(folder, 'daisychain/https')
    mkdirSync(https, { recursive: true })
    writeFileSync(join(https, 'key.pem'), 'no key')
    assert.throws(() => certificateIn(folder), /needs two files, key\.pem and cert\.pem/)
    writeFileSync(join(https, 'cert.pem'), 'no certificate')
    assert.throws(() => certificateIn(folder), /cannot be used: key\.pem and cert\.pem/)
    // The command of docs/served-page.md.
    const made = spawnSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '825',
        '-subj',
        '/CN=daisychain',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        'key.pem',
        '-out',
        'cert.pem',
      ],
      { cwd: https },
    )
    if (made.error) this.skip()
    assert.equal(made.status, 0, String(made.stderr))
    const certificate = certificateIn(folder)
    const model = testModel([], [], () => ({}))
    const endpoint = createEndpoint({
      model,
      access: { token: '', origins: [] },
      limits: { limit: 1000, timeout: 1000 },
    })
    serveEverywhere('/elsewhere', (_request, response, { path, query }) => response.end(path + query))
    const port = await freePort()
    const close = await listen({ host: '0.0.0.0', port, path: '', certificate }, endpoint)
    try {
      assert.deepEqual(
        reachableAddresses(),
        hostsOf('0.0.0.0').map((host) => `https://${host}:${port}`),
      )
      const read = (path: string) =>
        new Promise<string>((resolve, reject) => {
          get({ host: '127.0.0.1', port, path, ca: certificate?.cert }, (answer) => {
            let text = ''
            answer.on('data', (part) => (text += part)).on('end', () => resolve(text))
          }).on('error', reject)
        })
      assert.equal(await read('/healthcheck'), '{"status":"RUNNING"}')
      assert.equal(await read('/elsewhere/a?b=c'), '/a?b=c')
      assert.equal(await read('/elsewhere'), '/')
      assert.match(await read('/elsewhereas'), /Not found/)
    } finally {
      await close()
      await endpoint.close()
    }
  })

  it('a secret stays the same after a restart, is readable only by its owner, and is replaced if damaged', () => {
    const first = secretOf(folder)
    assert.match(first, /^[0-9a-f]{64}$/)
    // A copy elsewhere, so that the process can't use what it has cached for the first file.
    const copy = `${folder}-copy`
    cpSync(folder, copy, { recursive: true })
    const damaged = `${folder}-damaged`
    mkdirSync(join(damaged, 'daisychain'), { recursive: true })
    writeFileSync(join(damaged, 'daisychain/secret'), 'x')
    try {
      assert.equal(secretOf(copy), first)
      assert.match(secretOf(damaged), /^[0-9a-f]{64}$/)
      assert.notEqual(secretOf(damaged), first)
    } finally {
      for (const one of [copy, damaged]) rmSync(one, { recursive: true, force: true })
    }
  })
})
