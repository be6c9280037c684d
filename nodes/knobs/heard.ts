/** A knob that was moved, or a message that arrived. */
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
  /** Reports why nothing can be received at the moment; it is retried. Null: it works again. */
  tell(problem: Error | null): void
}

/** A message's controls, named as in the rows. Each of several arguments is a separate control. */
export function controlsOf({ topic, value }: Heard): [control: string, value: unknown][] {
  return Array.isArray(value) ? value.map((one, i) => [`${topic} ${i + 1}`, one]) : [[topic, value]]
}
