import type { NodeAPI } from 'node-red'
import { MAX_PIXELS, setReadingRules } from '../../src/images'
import { readNumber } from './read-number'

interface Settings {
  fileWorkingDirectory?: string
  daisychainRoot?: string
  daisychainMegapixels?: number
}

/** What `settings.js` allows of pictures holds for all nodes that take one: where it may lie, and how large it may be. */
export function keepReadingRules(RED: NodeAPI): void {
  const { fileWorkingDirectory: workingFolder, daisychainRoot: root, daisychainMegapixels } = RED.settings as Settings
  try {
    const megapixels = readNumber('daisychainMegapixels', daisychainMegapixels, MAX_PIXELS / 1e6, 0.000001, 100_000)
    setReadingRules({ workingFolder, root, maxPixels: megapixels * 1e6 })
  } catch (error) {
    setReadingRules({ workingFolder, root })
    RED.log.warn(`[daisychain] In settings.js, ${(error as Error).message}.`)
  }
}
