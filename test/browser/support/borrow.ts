import type { Browser, BrowserContext } from 'playwright-core'
import { startBrowser } from './browser'

/** What tests open pages in. */
export type Opener = Pick<Browser, 'newContext' | 'newPage'>

/** A browser for those that open pages, until they close it. */
export interface Borrowed extends Opener {
  close(): Promise<void>
}

let browser: Promise<Browser> | undefined

after(async function () {
  this.timeout(30_000)
  await (await browser)?.close()
})

/**
 * The one browser of all tests of a process, started when it is first wanted; `close` closes only what the
 * borrower has opened. Its camera shows a test pattern, and its microphone beeps.
 */
export async function borrowBrowser(): Promise<Borrowed> {
  browser ??= startBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'])
  const lent = await browser
  const contexts: BrowserContext[] = []
  const newContext: Opener['newContext'] = async (options) => {
    const context = await lent.newContext(options)
    contexts.push(context)
    return context
  }
  return {
    newContext,
    newPage: async (options) => (await newContext(options)).newPage(),
    close: async () => {
      await Promise.all(contexts.map((context) => context.close()))
    },
  }
}
