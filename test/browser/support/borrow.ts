import type { Browser, BrowserContext } from 'playwright-core'
import { startBrowser } from './browser'

/** The part of a browser that tests need to open pages. */
export type Opener = Pick<Browser, 'newContext' | 'newPage'>

/** A shared browser for opening pages, until `close`. */
export interface Borrowed extends Opener {
  close(): Promise<void>
}

let browser: Promise<Browser> | undefined

after(async function () {
  this.timeout(30_000)
  await (await browser)?.close()
})

/**
 * The one browser that all tests of a process share, started when first needed. `close` closes only the
 * borrower's own pages. Its camera shows a test pattern, and its microphone beeps.
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
