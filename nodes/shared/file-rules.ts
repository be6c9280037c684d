import type { NodeAPI } from 'node-red'
import { MAX_PIXELS, setReadingRules } from '../../src/images'
import { number, readSetting } from '../../src/settings'

/** What Node-RED's settings say about files. */
export interface FileSettings {
  userDir?: string
  /** Where relative paths start. */
  fileWorkingDirectory?: string
  /** Nothing outside this folder is read or written. */
  daisychainRoot?: string
  /** Pictures with more millions of pixels are refused. */
  daisychainMegapixels?: number
}

const MEGAPIXELS = number(MAX_PIXELS / 1e6, { min: 0.000001, max: 100_000 })

/** To be called by every node that reads pictures: a message may name one by its path, and bring one of any size. */
export function obeyFileRules(RED: NodeAPI): void {
  const {
    fileWorkingDirectory: workingFolder,
    daisychainRoot: root,
    daisychainMegapixels,
  } = RED.settings as FileSettings
  try {
    const megapixels = readSetting(MEGAPIXELS, 'daisychainMegapixels', daisychainMegapixels)
    setReadingRules({ workingFolder, root, maxPixels: megapixels * 1e6 })
  } catch (error) {
    setReadingRules({ workingFolder, root })
    RED.log.warn(`[daisychain] In settings.js, ${(error as Error).message}.`)
  }
}
