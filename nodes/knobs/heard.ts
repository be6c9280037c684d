/** A knob that was moved, or a message that came. */
export interface Heard {
  /** `cc/1/7`, or an OSC address. */
  topic: string
  value: unknown
  /** The bytes of a MIDI message. */
  midi?: number[]
}

/** Receives what arrives. */
export interface Listener {
  take(heard: Heard): void
  /** Why nothing can be received now; it is tried again. Null: it works. */
  tell(problem: Error | null): void
}

/** A message's controls, as named in rows: each of several arguments is a separate one. */
export function controlsOf({ topic, value }: Heard): [control: string, value: unknown][] {
  return Array.isArray(value) ? value.map((one, i) => [`${topic} ${i + 1}`, one]) : [[topic, value]]
}
