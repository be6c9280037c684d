import type { Image } from '../types'
import type { FeedSpec } from './manifest'
import type { State } from './tasks/task'

/** Whether a feed takes the previous message's picture. */
export const isBefore = (spec: FeedSpec): boolean => spec.kind === 'image' && spec.previous === true

/** The previous message's picture; if there is none, or it has another size, this message's own. */
export function pictureBefore(state: State, port: string, now: Image): Image {
  const before = state.get(`before ${port}`) as Image | undefined
  return before?.width === now.width && before.height === now.height ? before : now
}

/** Keeps the pictures that a feed takes for the next message. */
export function keepForNext(
  state: State,
  feeds: Record<string, FeedSpec>,
  inputs: Readonly<Record<string, unknown>>,
): void {
  for (const spec of Object.values(feeds))
    if (spec.kind === 'image' && isBefore(spec)) state.set(`before ${spec.from}`, inputs[spec.from])
}
