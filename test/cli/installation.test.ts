import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findAutostart } from '../../src/cli/doctor/autostart'
import { findingsOf } from '../../src/cli/doctor/installation'
import { setUserDirectory } from '../../src/models'
import { run } from './run'

describe('daisychain doctor --installation', function () {
  this.timeout(30_000)
  let folder: string
  let server: Server
  let url: string
  let answer: [number, string]
  let asked: string[]
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  const place = (platform: NodeJS.Platform = 'linux') => ({
    platform,
    root: join(folder, 'root'),
    home: join(folder, 'home'),
  })
  const put = (name: string, content: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    write(name, content)
  }

  before(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? ''}`)
      response.writeHead(answer[0]).end(answer[1])
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => server.close())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'daisychain-test-'))
    asked = []
    answer = [200, '{"ok":true,"problems":[]}']
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
    setUserDirectory(join(tmpdir(), 'nowhere'))
  })

  /** All sentences except the first, which is about this computer's disk. */
  const found = async (at = url) => {
    const all = await findingsOf(folder, at, place())
    for (const { sentence } of all) assert.match(sentence, /^\S.*\.$/)
    return all.slice(1).map(({ ok, sentence }) => `${ok ? '+' : '-'} ${sentence}`)
  }

  it('finds nothing to do if everything is set up', async () => {
    write('settings.js', "console.log('hello'); module.exports = { adminAuth: {}, credentialSecret: 'hidden word' }")
    write('flows.json', [
      { id: 'tab', type: 'tab' },
      { id: 'a', z: 'tab', type: 'daisychain-stylegan', variant: 'mini', wires: [] },
      { id: 'b', z: 'tab', type: 'daisychain-densedepth', variant: 'midas-small', d: true, wires: [] },
      { id: 'unused', type: 'subflow' },
      { id: 'c', z: 'unused', type: 'daisychain-densedepth', variant: 'midas-small', wires: [] },
    ])
    put('root/etc/systemd/system/multi-user.target.wants/art.service', 'ExecStart=/usr/bin/env node-red')
    const lines = await found(`${url.replace('//', '//me:word@')}/admin/`)
    assert.deepEqual(lines, [
      '+ All models of the flows are here.',
      '+ The editor asks for a login.',
      '+ “credentialSecret” is set: keep a copy of it outside this computer.',
      `+ Node-RED answers at ${url}/admin/daisychain/health, and everything in it runs.`,
      `+ Node-RED is started by ${join(folder, 'root/etc/systemd/system/multi-user.target.wants/art.service')}.`,
    ])
    assert.deepEqual(asked, [`/admin/daisychain/health Basic ${Buffer.from('me:word').toString('base64')}`])
    assert.doesNotMatch(lines.join(), /hidden|word@/)
  })

  it('says what to do about each problem', async () => {
    write('settings.js', "module.exports = { flowFile: 'mine.json', credentialSecret: false }")
    write('mine.json', [
      { id: 'tab', type: 'tab' },
      { id: 's', type: 'subflow' },
      { id: 'i', z: 'tab', type: 'subflow:s', wires: [] },
      { id: 'b', z: 's', name: 'Depth', type: 'daisychain-densedepth', variant: 'midas-small', wires: [] },
      { id: 'c', z: 'tab', type: 'daisychain-onnx', file: 'gone.onnx', wires: [] },
      { id: 'd', z: 'tab', type: 'daisychain-densedepth', variant: 'nonsense', wires: [] },
      { id: 'e', z: 'tab', name: 'Off', type: 'daisychain-stylegan', variant: 'mini', restart: 'stopped', wires: [] },
    ])
    answer = [503, '{"ok":false,"problems":["“Depth” has no model: open the node."]}']
    const lines = await found()
    const expected = [
      /^- “onnx” is missing its model: there is no file gone\.onnx\./,
      /^- “densedepth” cannot run: .* has no variant "nonsense"/,
      /^- “Depth” is missing its model: run “npx daisychain models fetch densedepth\/midas-small”/,
      /^- “Off” stays stopped after a restart/,
      /^- Anybody on the network can change the flows/,
      /^- Passwords of the flows are stored unencrypted/,
      /^- Not everything runs at .* “Depth” has no model: open the node\./,
      /^- Nothing was found that starts Node-RED/,
    ]
    for (const wanted of expected)
      assert.ok(
        lines.some((line) => wanted.test(line)),
        `${wanted} in ${lines.join('\n')}`,
      )
    assert.equal(lines.length, expected.length)
  })

  it('asks Node-RED at the address in its settings', async () => {
    const { port } = server.address() as AddressInfo
    for (const [settings, path] of [
      ["httpAdminRoot: '/red'", '/red/daisychain/health'],
      ["httpAdminRoot: false, httpNodeRoot: 'api/'", '/api/daisychain/health'],
      ["httpRoot: '/both'", '/both/daisychain/health'],
    ]) {
      write('settings.js', `module.exports = { uiPort: ${port}, ${settings} }`)
      await findingsOf(folder, undefined, place())
      assert.equal(asked.pop(), `${path} `)
    }
  })

  it('survives broken files and strange responses', async () => {
    write('settings.js', 'module.exports = {')
    write('flows.json', '[{"id":')
    for (const [status, body, wanted] of [
      [404, 'nothing', /answered 404: check the address/],
      [503, '{"problems": 7}', /answered 503/],
    ] as const) {
      answer = [status, body]
      const lines = await found()
      assert.match(lines[0] ?? '', /settings\.js cannot be read: SyntaxError: .*correct it\.$/)
      assert.match(lines[1] ?? '', /flows\.json cannot be read .*restore it from the backup\.$/)
      assert.match(lines[2] ?? '', wanted)
    }
    assert.match((await found('ftp://x')).join(), /“ftp:\/\/x” is not an address/)
    assert.match((await found('http://127.0.0.1:1')).join(), /does not answer at http:\/\/127\.0\.0\.1:1\/daisychain/)
  })

  it('finds what starts Node-RED, on each system', async () => {
    assert.equal(await findAutostart(place()), null)
    put('root/etc/systemd/system/timers.target.wants/node-red-watchdog.timer', 'node-red')
    put('root/etc/systemd/system/node-red.service', 'ExecStart=node-red')
    assert.equal(await findAutostart(place()), null, 'a unit that is not enabled')
    put('home/.pm2/dump.pm2', '[{"name":"node-red"}]')
    assert.match((await findAutostart(place())) ?? '', /dump\.pm2$/)
    put('home/Library/LaunchAgents/org.art.plist', '<string>node-red</string>')
    assert.match((await findAutostart(place('darwin'))) ?? '', /org\.art\.plist$/)
    put('home/.config/systemd/user/default.target.wants/nodered.service', 'ExecStart=/usr/bin/node-red')
    assert.match((await findAutostart(place())) ?? '', /user\/default\.target\.wants\/nodered\.service$/)
    put('root/.dockerenv', '')
    assert.match((await findAutostart(place())) ?? '', /container/)
  })

  it('prints a line for each finding, and refuses other arguments', async () => {
    const { code, out } = await run(['doctor', '--installation', '--userdir', folder, '--url', url])
    assert.equal(code, 1)
    assert.match(out, /^✘ There is no settings\.js in .*--userdir\.$/m)
    assert.match(out, /^✔ Node-RED answers at /m)
    assert.match(out, /^\d of \d lines need attention\.$/m)
    assert.equal((await run(['doctor', '--installation', '--userdir', join(folder, 'none')])).code, 2)
    assert.equal((await run(['doctor', '--installation', 'x.onnx'])).code, 2)
  })
})
