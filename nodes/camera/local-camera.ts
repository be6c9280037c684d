import { exec } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { childEnvironment } from '../../src/apart/environment'
import { temporaryName } from '../../src/apart/left-behind'
import { decodeImage } from '../../src/images'
import { type Image, ValueError } from '../../src/types'
import { checkDevice } from './device'

export interface StillOptions {
  /** Empty: the system's first camera. */
  device: string
  /** In pixels. The camera uses the nearest size it supports. */
  width: number
  height: number
}

/** Milliseconds to wait for a camera that doesn't respond. */
const PICTURE_TIMEOUT_MS = 15_000

const INSTALL = {
  linux:
    'cameras need fswebcam, which is not installed: install it (Debian and Ubuntu: apt-get install fswebcam) and try again',
  darwin: 'cameras need imagesnap, which is not installed: install it (brew install imagesnap) and try again',
} as Partial<Record<NodeJS.Platform, string>>

/**
 * Takes one picture with a camera of this computer.
 * @throws ValueError
 */
export async function takeStill({ device, width, height }: StillOptions): Promise<Image> {
  // node-webcam puts all this into a shell command.
  const checked = checkDevice(device || (process.platform === 'linux' ? '/dev/video0' : 'default'))
  if (![width, height].every((side) => Number.isInteger(side) && side > 0 && side <= 8192)) {
    throw new ValueError(`a camera picture cannot be ${width}×${height} pixels`)
  }
  const path = join(tmpdir(), `${temporaryName('camera')}${randomBytes(6).toString('hex')}.jpg`)
  if (!/^[\w./-]+$/.test(path)) {
    throw new ValueError(`cameras cannot be used while the folder for temporary files is named ${tmpdir()}`)
  }
  try {
    const { bytes, said } = await capture(path, { device: device ? checked : false, width, height })
    if (!bytes) throw new ValueError(explain(said, device || 'the camera'))
    return await decodeImage(bytes)
  } finally {
    await rm(path, { force: true })
  }
}

interface Captured {
  bytes: Buffer | null
  /** The output of the camera's program. */
  said: string
}

async function capture(
  path: string,
  options: { device: string | false; width: number; height: number },
): Promise<Captured> {
  const { default: NodeWebcam } = await import('node-webcam')
  const camera = NodeWebcam.create({
    ...options,
    output: 'jpeg',
    quality: 92,
  })
  const settings = { env: childEnvironment('program'), timeout: PICTURE_TIMEOUT_MS, killSignal: 'SIGKILL' } as const
  return new Promise((resolve, reject) => {
    // `exec` replaces the shell with the program, so that the time limit ends the program too.
    exec(`exec ${camera.generateSh(path)}`, settings, (error, _, said) => {
      if (error?.killed) return reject(new ValueError("the camera doesn't respond"))
      // The program may succeed without a camera. Here, having no picture is an error.
      const otherwise = { bytes: null, said: said || String(error?.message ?? '') }
      if (error) return resolve(otherwise)
      readFile(path).then(
        (bytes) => resolve(bytes.length > 0 ? { bytes, said } : otherwise),
        () => resolve(otherwise),
      )
    })
  })
}

function explain(said: string, camera: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's colour codes
  const text = said.replace(/\u001b\[[\d;]*m/g, '')
  if (/not found|not recognized/i.test(text)) return INSTALL[process.platform] ?? `${camera} cannot be used`
  if (/no (such|webcam)|cannot find/i.test(text)) return `there is no camera at ${camera}`
  if (/busy/i.test(text)) return `${camera} is in use by another program`
  if (/permission denied/i.test(text)) {
    return `${camera} is not accessible to the user Node-RED runs as: add that user to the group "video"`
  }
  const last = text.trim().split('\n').pop()?.trim()
  return `${camera} sends no picture${last ? ` (${last.slice(0, 200)})` : ''}`
}
