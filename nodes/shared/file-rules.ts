import type { NodeAPI } from 'node-red'
import { defaultLimit, MAX_PIXELS, setReadingRules } from '../../src/images'
import { type NumberSetting, number, readSetting } from '../../src/settings'

/** Node-RED's settings about files. */
export interface FileSettings {
  userDir?: string
  /** The folder that relative paths start in. */
  fileWorkingDirectory?: string
  /** Nothing outside this folder is read or written. */
  daisychainRoot?: string
  /** Pictures with more than this many million pixels are refused. */
  daisychainMegapixels?: number
  /** Decoded pictures in use may take up to this many million bytes in total. */
  daisychainMegabytes?: number
}

const MEGAPIXELS = number(MAX_PIXELS / 1e6, { min: 0.000001, max: 100_000 })

const MEGABYTES = number(defaultLimit() / 1e6, { min: 1, max: 1_000_000 })

/**
 * Every node that reads pictures must call this: a message may name a picture by its path, or contain one of
 * any size.
 */
export function applyFileSettings(RED: NodeAPI): void {
  const {
    fileWorkingDirectory: workingFolder,
    daisychainRoot: root,
    daisychainMegapixels,
    daisychainMegabytes,
  } = RED.settings as FileSettings
  const millions = (setting: NumberSetting<number>, name: string, given: unknown) => {
    try {
      return readSetting(setting, name, given) * 1e6
    } catch (error) {
      RED.log.warn(`[daisychain] In settings.js, ${(error as Error).message}.`)
      return setting.default * 1e6
    }
  }
  setReadingRules({
    workingFolder,
    root,
    maxPixels: millions(MEGAPIXELS, 'daisychainMegapixels', daisychainMegapixels),
    maxBytes: millions(MEGABYTES, 'daisychainMegabytes', daisychainMegabytes),
  })
}
