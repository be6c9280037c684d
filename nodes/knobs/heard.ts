/** A knob that was moved, or a message that came. */
export interface Heard {
  /** `cc/1/7`, or an OSC address. */
  topic: string
  value: unknown
  /** The bytes of a MIDI message. */
  midi?: number[]
}

/** Who hears what comes. */
export interface Listener {
  take(heard: Heard): void
  /** Nothing can be heard now; it is tried again. Null: it can. */
  tell(problem: Error | null): void
}

/** The controls of a message, as rows name them: each of several arguments is one of its own. */
export function controlsOf({ topic, value }: Heard): [control: string, value: unknown][] {
  return Array.isArray(value) ? value.map((one, i) => [`${topic} ${i + 1}`, one]) : [[topic, value]]
}
