/** A time span in which something was heard, in seconds, rounded to milliseconds. */
export interface Span {
  start: number
  end: number
  /** The largest score in the span. */
  score: number
}

export interface SpanOptions {
  /**
   * A span starts when a score reaches `threshold` (.5), and ends when scores fall below `release` (threshold
   * − .15).
   */
  threshold?: number
  release?: number
  /** The minimum length in seconds (0); shorter spans are discarded. */
  shortest?: number
  /** How long scores must stay below `release` before a span ends, in seconds (0). */
  gap?: number
  /** Extends each span at both ends by this many seconds (0), but not into its neighbours. */
  pad?: number
  /** The interval between scores, and the time of the first one, in seconds. */
  every: number
  start: number
}

/** Converts scores to time spans, like silero's `get_speech_timestamps`. */
export function findSpans(scores: ArrayLike<number>, options: SpanOptions): Span[] {
  const { threshold = 0.5, gap = 0, shortest = 0, pad = 0, every, start } = options
  const { release = Math.max(threshold - 0.15, 0.01) } = options
  const at = (index: number) => start + index * every
  const spans: Span[] = []
  let open: Span | null = null
  let quietSince: number | null = null
  const close = (end: number) => {
    if (open && end - open.start > shortest) spans.push({ ...open, end })
    open = null
    quietSince = null
  }
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number
    if (score >= threshold) {
      quietSince = null
      open ??= { start: at(i), end: 0, score }
    }
    if (open) open.score = Math.max(open.score, score)
    if (!open || score >= release) continue
    quietSince ??= at(i)
    if (at(i) - quietSince >= gap) close(quietSince)
  }
  if (open) close(quietSince ?? at(scores.length))
  const last = at(scores.length)
  return spans.map(({ start, end, score }, i) => {
    const room = (one: number, other: number | undefined) =>
      Math.min(pad, other === undefined ? pad : (one - other) / 2)
    const before = spans[i - 1]?.end
    const after = spans[i + 1]?.start
    return {
      start: toMilliseconds(Math.max(0, start - room(start, before))),
      end: toMilliseconds(Math.min(last, end + (after === undefined ? pad : room(after, end)))),
      score,
    }
  })
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
