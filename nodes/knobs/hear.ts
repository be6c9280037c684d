import { hearMidi } from './hear-midi'
import { hearOsc } from './hear-osc'
import type { Listener } from './heard'

/** What a node listens to. */
export interface Source {
  source: 'midi' | 'osc'
  device: string
  port: number
  reach: 'computer' | 'network'
}

/** @param userDir Node-RED's user directory @returns a function that stops listening */
export function hear(
  { source, device, port, reach }: Source,
  userDir: string | undefined,
  listener: Listener,
): () => void {
  if (source === 'midi') return hearMidi(device.trim(), userDir, listener)
  return hearOsc({ port, isOpen: reach === 'network' }, listener)
}
