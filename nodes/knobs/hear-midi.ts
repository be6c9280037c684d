import { ValueError } from '../../src/types'
import type { Listener } from './heard'
import { loadMidi, type Midi, type MidiInput, readMidi, unusable } from './midi'

/** Milliseconds between two checks for connected controllers. */
const LOOK_MS = 2000

interface Ear extends Listener {
  /** Empty: every controller. */
  device: string
}

const ears = new Set<Ear>()
/** The open controllers, by name. They are shared, because Windows opens each only once. */
const open = new Map<string, MidiInput>()
let probe: MidiInput | null = null
let timer: NodeJS.Timeout | undefined

/** @param device the controller's name; empty: all controllers @returns a function that stops listening */
export function hearMidi(device: string, userDir: string | undefined, listener: Listener): () => void {
  const ear = { device, ...listener }
  ears.add(ear)
  look(userDir)
  timer ??= setInterval(() => look(userDir), LOOK_MS)
  return () => {
    ears.delete(ear)
    if (ears.size > 0) return
    clearInterval(timer)
    timer = undefined
    for (const name of open.keys()) close(name)
    probe = null
  }
}

/** The names of the connected controllers. */
export function midiDevices(): string[] {
  return probe ? namesOf(probe) : []
}

function look(userDir: string | undefined): void {
  try {
    const midi = loadMidi(userDir)
    probe ??= create(midi)
    const names = namesOf(probe)
    for (const name of open.keys()) if (!names.includes(name)) close(name)
    for (const [port, name] of names.entries()) if (!open.has(name) && isWanted(name)) listen(midi, port, name)
    for (const { device, tell } of ears) tell(problemOf(device, names))
  } catch (error) {
    for (const { tell } of ears) tell(error as Error)
  }
}

const isWanted = (name: string) => [...ears].some(({ device }) => device === '' || device === name)

function problemOf(device: string, names: readonly string[]): Error | null {
  if (device === '' ? names.length > 0 : names.includes(device)) return null
  return new ValueError(
    device === '' ? 'no MIDI controller is connected' : `the MIDI controller "${device}" is not connected`,
  )
}

function listen(midi: Midi, port: number, name: string): void {
  const input = create(midi)
  input.on('message', (_seconds, bytes) => {
    const read = readMidi(bytes)
    if (!read) return
    for (const { device, take } of ears) if (device === '' || device === name) take({ ...read, midi: [...bytes] })
  })
  input.openPort(port)
  open.set(name, input)
}

function close(name: string): void {
  try {
    open.get(name)?.closePort()
  } catch {
    // It was unplugged.
  }
  open.delete(name)
}

/** @throws ValueError if the system doesn't support MIDI */
function create({ Input }: Midi): MidiInput {
  try {
    return new Input()
  } catch (error) {
    throw unusable(error)
  }
}

/**
 * Names without port numbers, because Linux assigns those anew at each start: "nanoKONTROL2:nanoKONTROL2 _
 * CTRL 24:0".
 */
function namesOf(input: MidiInput): string[] {
  const names = Array.from({ length: input.getPortCount() }, (_, port) =>
    input.getPortName(port).replace(/ \d+:\d+$/, ''),
  )
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((other) => other === name).length
    return before > 0 ? `${name} (${before + 1})` : name
  })
}
