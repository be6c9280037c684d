import type { Image } from '../types'
import type { FeedSpec } from './manifest'
import type { State } from './tasks/task'

/** Whether a feed takes the picture of the previous message. */
export const isBefore = (spec: FeedSpec): boolean => spec.kind === 'image' && spec.previous === true

/**
 * The picture of the previous message. If there was none, or its size differs, the current message's picture.
 */
export function pictureBefore(state: State, port: string, now: Image): Image {
  const before = state.get(`before ${port}`) as Image | undefined
  return before?.width === now.width && before.height === now.height ? before : now
}

/** Saves the pictures that the next message will need as previous pictures. */
export function keepForNext(
  state: State,
  feeds: Record<string, FeedSpec>,
  inputs: Readonly<Record<string, unknown>>,
): void {
  for (const spec of Object.values(feeds))
    if (spec.kind === 'image' && isBefore(spec)) state.set(`before ${spec.from}`, inputs[spec.from])
}
