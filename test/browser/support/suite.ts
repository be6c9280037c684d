import { borrowBrowser } from './borrow'
import { noChromium } from './browser'
import { createPages, type Pages } from './pages'
import { type Server, startNodeRed } from './server'
import { eachVersion, type NodeRedVersion } from './versions'

/** The context of a browser test. */
export interface Session extends Pick<Pages, 'open'> {
  version: NodeRedVersion
  server: Server
}

const running = {
  servers: new Map<string, Promise<Server>>(),
  pages: new Map<string, Pages>(),
}

// One Node-RED per version serves all browser tests of the process.
after(async function () {
  this.timeout(30_000)
  // A server that failed to start needs no stop.
  const servers = await Promise.allSettled(running.servers.values())
  await Promise.all(servers.map((server) => server.status === 'fulfilled' && server.value.stop().catch(() => {})))
})

if (noChromium) console.log(`\n  ${noChromium}`)

type Tests = (session: () => Session) => void

/** Declares the same tests once for Node-RED 4.1 and once for 5.0. */
export function onEachVersion(title: string, tests: Tests): void {
  for (const { name, find } of eachVersion()) onVersion(name, find, title, tests)
}

/**
 * For features that hardly depend on Node-RED's version, such as our own dialogs: runs on one version, or on
 * each with `DAISYCHAIN_VERSIONS=all`.
 */
export function onOneVersion(name: NodeRedVersion['name'], title: string, tests: Tests): void {
  for (const version of eachVersion(name)) onVersion(version.name, version.find, title, tests)
}

function onVersion(name: string, find: () => NodeRedVersion, title: string, tests: Tests): void {
  describe(`${title} (Node-RED ${name})`, function () {
    this.timeout(120_000)
    let session: (Session & Pages) | undefined
    before(async function () {
      this.timeout(300_000)
      if (noChromium) this.skip()
      session = await createSession(find())
    })
    afterEach(async function () {
      await session?.leave(this.currentTest)
    })
    tests(() => {
      if (!session) throw new Error('The session is there only while a test runs.')
      return session
    })
  })
}

async function createSession(version: NodeRedVersion): Promise<Session & Pages> {
  let starting = running.servers.get(version.name)
  if (!starting) {
    starting = startNodeRed(version)
    running.servers.set(version.name, starting)
  }
  const server = await starting
  const pages = running.pages.get(version.name) ?? createPages(await borrowBrowser(), server, version.name)
  running.pages.set(version.name, pages)
  return { version, server, ...pages }
}
