import { ValueError } from '../../src/types'

/** ffmpeg's arguments for a system's audio devices. */
interface Devices {
  microphone(name: string): string[]
  speaker(name: string): string[] | null
}

const SYSTEMS: Partial<Record<NodeJS.Platform, Devices>> = {
  linux: {
    microphone: (name) => ['-f', systemOf(name), '-i', withoutSystem(name) || 'default'],
    speaker: (name) => ['-f', systemOf(name), withoutSystem(name) || 'default'],
  },
  darwin: {
    microphone: (name) => ['-f', 'avfoundation', '-i', `:${name || 'default'}`],
    speaker: (name) => ['-f', 'audiotoolbox', ...(name ? ['-audio_device_index', name] : []), '-'],
  },
  win32: {
    microphone: (name) => ['-f', 'dshow', '-i', `audio=${name || 'default'}`],
    speaker: () => null,
  },
}

/** Virtual devices for testing: a tone with this many hertz, or a silent loudspeaker. */
const TEST = /^TEST:(\d{1,5})?$/

/**
 * @throws ValueError if the name isn't valid for a microphone, or microphones of this system aren't supported
 */
export function microphone(name: string, platform = process.platform): string[] {
  const test = TEST.exec(name)
  if (test) return ['-re', '-f', 'lavfi', '-i', `sine=frequency=${test[1] ?? 440}:sample_rate=16000`]
  return devicesOf(platform).microphone(checked(name, 'a microphone'))
}

/**
 * @throws ValueError if the name isn't valid for a loudspeaker, or loudspeakers of this system aren't
 * supported
 */
export function speaker(name: string, platform = process.platform): string[] {
  if (TEST.test(name)) return ['-f', 'null', '-']
  const found = devicesOf(platform).speaker(checked(name, 'a loudspeaker'))
  if (found) return found
  throw new ValueError(
    'the loudspeaker can be used on Linux and macOS only: play sounds on a served page instead',
    'flow',
  )
}

function devicesOf(platform: NodeJS.Platform): Devices {
  const devices = SYSTEMS[platform]
  if (devices) return devices
  throw new ValueError(
    "the microphone can be used on Linux, macOS and Windows only: use a browser's microphone instead",
    'flow',
  )
}

/** Names are passed unchanged, without a shell. Those that begin like an option are refused. */
function checked(name: string, what: string): string {
  if (/^(?!-)[\p{L}\p{N} _.,:=@()#+-]{0,120}$/u.test(name)) return name
  throw new ValueError(
    `"${name.slice(0, 40)}" isn't the name of ${what}, such as default, hw:1 or pulse:default`,
    'flow',
  )
}

/** On Linux names are ALSA's, unless they begin with `pulse:`. */
function systemOf(name: string): 'alsa' | 'pulse' {
  return name.startsWith('pulse:') ? 'pulse' : 'alsa'
}

function withoutSystem(name: string): string {
  return name.replace(/^(pulse|alsa):/, '')
}
