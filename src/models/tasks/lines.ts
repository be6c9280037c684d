import type { Job } from './task'

/** What a step of the task `lines` is told. */
export interface LinesSettings {
  /** The list of lines: things with `text` and four landmarks, from the upper left clockwise as they are read. */
  of: string
}

interface Line {
  text?: string
  landmarks?: [number, number][]
}

/** The text of all lines, in the order they are read, under the name `to`. */
export async function lines({ variant, inputs, to = 'text' }: Job): Promise<Record<string, unknown>> {
  const { of } = variant.settings as unknown as LinesSettings
  return { [to]: textOf(inputs[of] as Line[]) }
}

function textOf(all: Line[]): string {
  return all.map(({ text = '' }) => text).join('\n')
}
