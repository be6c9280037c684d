import type { Browser } from 'playwright-core'
import { noChromium, startBrowser } from './browser'
import { Editor, type EditorOptions } from './editor'
import { type Server, startNodeRed } from './server'
import { eachVersion, type NodeRedVersion } from './versions'

/** What a browser test is given. */
export interface Session {
  version: NodeRedVersion
  server: Server
  /** Deploys these flows and opens the editor on them, in a fresh browser profile. */
  open(flows: unknown[], options?: EditorOptions): Promise<Editor>
}

const running = { browser: null as Promise<Browser> | null, servers: new Map<string, Promise<Server>>() }

// One browser, and one Node-RED a version, serve all browser tests of the process.
after(async function () {
  this.timeout(30_000)
  await Promise.all([...running.servers.values()].map(async (server) => (await server).stop().catch(() => {})))
  await (await running.browser)?.close()
})

if (noChromium) console.log(`\n  ${noChromium}`)

type Tests = (session: () => Session) => void

/** Declares the same tests once for Node-RED 4.1 and once for 5.0. */
export function onEachVersion(title: string, tests: Tests): void {
  for (const { name, find } of eachVersion()) onVersion(name, find, title, tests)
}

/** For what hardly depends on the version, such as dialogs of our own: on one, or on each with `DAISYCHAIN_VERSIONS=all`. */
export function onOneVersion(name: NodeRedVersion['name'], title: string, tests: Tests): void {
  for (const version of eachVersion(name)) onVersion(version.name, version.find, title, tests)
}

function onVersion(name: string, find: () => NodeRedVersion, title: string, tests: Tests): void {
  describe(`${title} (Node-RED ${name})`, function () {
    this.timeout(60_000)
    let session: Session | undefined
    let editor: Editor | undefined
    before(async function () {
      this.timeout(300_000)
      if (noChromium) this.skip()
      session = await createSession(find(), (opened) => {
        editor = opened
      })
    })
    afterEach(async function () {
      const test = this.currentTest
      if (test?.state === 'failed') await editor?.screenshot(`failed ${test.fullTitle()}`).catch(() => {})
      await editor?.close()
      editor = undefined
    })
    tests(() => {
      if (!session) throw new Error('The session is there only while a test runs.')
      return session
    })
  })
}

async function createSession(version: NodeRedVersion, opened: (editor: Editor) => void): Promise<Session> {
  running.browser ??= startBrowser()
  const browser = await running.browser
  let starting = running.servers.get(version.name)
  if (!starting) {
    starting = startNodeRed(version)
    running.servers.set(version.name, starting)
  }
  const server = await starting
  return {
    version,
    server,
    open: async (flows, options) => {
      await server.setFlows(flows)
      await server.resetSettings()
      const editor = await Editor.open(browser, server.url, version.name, options)
      opened(editor)
      return editor
    },
  }
}
