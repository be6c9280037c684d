import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ValueError } from '../../src/types'

/** The part of the package that is used here. */
export interface MidiInput {
  getPortCount(): number
  getPortName(port: number): string
  openPort(port: number): void
  closePort(): void
  on(event: 'message', listener: (seconds: number, bytes: number[]) => void): void
}

export interface Midi {
  Input: new () => MidiInput
}

const NAME = '@julusian/midi'
/** The package and version to install with npm. */
export const MIDI_PACKAGE = `${NAME}@3`

/** Thrown if the package isn't installed. */
export class MidiMissing extends ValueError {}

/**
 * Loads the package on first use, as few people have it. It may have been installed since the last attempt.
 * @param userDir Node-RED's user directory
 * @throws ValueError
 */
export function loadMidi(userDir: string | undefined): Midi {
  // Searched for here, because `require` caches failed lookups.
  const folders = [...(userDir ? [join(userDir, 'node_modules')] : []), ...(require.resolve.paths(NAME) ?? [])]
  const folder = folders.map((each) => join(each, NAME)).find((each) => existsSync(each))
  if (!folder) {
    throw new MidiMissing(
      `MIDI needs the package ${NAME}, which is not installed: open the node and press "Install MIDI", or run "npm install ${MIDI_PACKAGE} --ignore-scripts" in Node-RED's user directory (usually ~/.node-red)`,
    )
  }
  try {
    return require(folder) as Midi
  } catch (error) {
    throw unusable(error)
  }
}

/** @param error from the package, or from the system's MIDI support */
export function unusable(error: unknown): ValueError {
  const reason = String((error as Error).message).split('\n')[0]
  return new ValueError(
    `MIDI cannot be used on this computer (${reason}): on Linux it needs ALSA's sequencer, /dev/snd/seq, and a user in the group "audio"`,
  )
}

/** Decodes a controller's message. Null if it doesn't move a control, as with clock messages. */
export function readMidi([status = 0, first = 0, second = 0]: readonly number[]): {
  topic: string
  value: number
} | null {
  const channel = (status & 0x0f) + 1
  switch (status & 0xf0) {
    case 0x80:
      return { topic: `note/${channel}/${first}`, value: 0 }
    case 0x90:
      return { topic: `note/${channel}/${first}`, value: second / 127 }
    case 0xa0:
      return { topic: `pressure/${channel}/${first}`, value: second / 127 }
    case 0xb0:
      return { topic: `cc/${channel}/${first}`, value: second / 127 }
    case 0xc0:
      return { topic: `program/${channel}`, value: first }
    case 0xd0:
      return { topic: `pressure/${channel}`, value: first / 127 }
    case 0xe0:
      return { topic: `bend/${channel}`, value: (first + 128 * second) / 16_383 }
    default:
      return null
  }
}
