import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Chromium without windows needs a sixth less of the processor. */
const DEBIANS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']

export const chromiumPath = process.env.CHROMIUM || DEBIANS.find(existsSync) || '/usr/bin/chromium'

export const noChromium = existsSync(chromiumPath)
  ? null
  : `No Chromium at ${chromiumPath}: the browser tests are skipped. Install one with "apt-get install chromium-headless-shell" or "apt-get install chromium", or name yours in the variable CHROMIUM.`

/** @param more further arguments, such as those of a camera that is none */
export function startBrowser(more: string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      // One process less for each picture to pass through.
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
