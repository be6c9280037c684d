import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { childEnvironment } from '../../src/apart/environment'
import { naturalOrder } from '../../src/files'
import { ValueError } from '../../src/types'

export interface Camera {
  device: string
  name: string
}

/**
 * Names become part of a shell command, so only harmless ones are allowed: on Linux `/dev/video0` and fswebcam's test
 * pictures `TEST:…`, on macOS the names that imagesnap lists, in single quotes.
 */
const NAMES: Partial<Record<NodeJS.Platform, RegExp>> = {
  linux: /^(\/dev\/video\d{1,3}|TEST:[A-Za-z0-9_.-]{0,40})$/,
  darwin: /^[\p{L}\p{N} ._()#:-]{1,100}$/u,
}

/** @throws ValueError if the name isn't valid for a camera, or cameras of this system aren't supported */
export function checkDevice(device: string, platform = process.platform): string {
  // Never quoted: it may contain a password.
  if (device.includes('://')) {
    throw new ValueError(
      'the device is the address of a camera on the network: choose "On the network" as the node\'s camera',
    )
  }
  const names = NAMES[platform]
  if (!names) {
    throw new ValueError(
      "cameras connected to this computer work on Linux and macOS only: use a browser's camera instead",
    )
  }
  if (names.test(device)) return device
  const example = platform === 'linux' ? '/dev/video0' : 'FaceTime HD Camera'
  throw new ValueError(`"${device}" isn't the name of a camera, such as ${example}`)
}

/** The cameras of this computer. */
export async function listCameras(): Promise<Camera[]> {
  if (process.platform === 'linux') return listVideoDevices()
  if (process.platform === 'darwin') return listSnapDevices()
  return []
}

/** @param devices Linux's folder of devices @param labels Linux's folder with the devices' names */
export async function listVideoDevices(devices = '/dev', labels = '/sys/class/video4linux'): Promise<Camera[]> {
  const names = (await readdir(devices).catch(() => [])).filter((name) => /^video\d+$/.test(name)).sort(naturalOrder)
  return Promise.all(
    names.map(async (name) => {
      const label = await readFile(join(labels, name, 'name'), 'utf8').catch(() => '')
      return { device: join(devices, name), name: label.trim() || name }
    }),
  )
}

function listSnapDevices(): Promise<Camera[]> {
  return new Promise((resolve) => {
    execFile('imagesnap', ['-l'], { timeout: 10_000, env: childEnvironment('program') }, (error, output) => {
      resolve(error ? [] : readSnapDevices(output))
    })
  })
}

/** @param output what `imagesnap -l` prints */
export function readSnapDevices(output: string): Camera[] {
  const names = output.split('\n').map((line) => line.replace(/^(=>|\s)+|\s+$/g, ''))
  return names.filter((name) => name && !/^Video Devices/i.test(name)).map((name) => ({ device: name, name }))
}
