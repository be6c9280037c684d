import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** The headless shell comes first: it uses a sixth less CPU time. */
const DEBIANS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

export const chromiumPath = process.env.CHROMIUM || DEBIANS.find(existsSync) || '/usr/bin/chromium'

export const noChromium = existsSync(chromiumPath)
  ? null
  : `No Chromium at ${chromiumPath}: the browser tests are skipped. Install one with "apt-get install chromium-headless-shell" or "apt-get install chromium", or name yours in the variable CHROMIUM.`

/** @param more additional arguments, such as those for a fake camera */
export function startBrowser(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // Saves a process that each picture would have to pass through.
      '--in-process-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}
