import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The program that takes pictures on each system, and how to install it. */
const programs: Partial<Record<NodeJS.Platform, { name: string; install: string }>> = {
  linux: { name: 'fswebcam', install: 'apt-get install fswebcam' },
  darwin: { name: 'imagesnap', install: 'brew install imagesnap' },
}

/** A sentence about whether this computer's cameras can be used. A browser's camera needs nothing here. */
export function sayCamera(): string {
  const program = programs[process.platform]
  if (!program)
    return "Camera: use a browser's camera; cameras connected to this computer work on Linux and macOS only."
  const { name, install } = program
  const found = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))
  if (!found) return `Camera: ${name} is not installed, so only a browser's camera works. To install it: ${install}.`
  if (process.platform !== 'linux') return `Camera: ${name} is installed.`
  const devices = readdirSync('/dev').filter((entry) => /^video\d+$/.test(entry))
  return devices.length > 0
    ? `Camera: ${devices.map((device) => `/dev/${device}`).join(', ')}, used with ${name}.`
    : `Camera: ${name} is installed, but no camera is connected (there is no /dev/video0).`
}
