/** What can be undone and redone. States are kept by reference: pass copies. */
export interface History<State> {
  readonly canUndo: boolean
  readonly canRedo: boolean
  /** Remembers the state before a change. Undone states can no longer be redone. */
  remember(before: State): void
  /** The state to return to, or null if there is none. */
  undo(now: State): State | null
  redo(now: State): State | null
}

/** @param limit how many changes can be undone; the oldest are forgotten */
export function createHistory<State>(limit: number): History<State> {
  const past: State[] = []
  const future: State[] = []
  const go = (from: State[], to: State[], now: State) => {
    const state = from.pop()
    if (state === undefined) return null
    to.push(now)
    return state
  }
  return {
    get canUndo() {
      return past.length > 0
    },
    get canRedo() {
      return future.length > 0
    },
    remember(before) {
      past.push(before)
      if (past.length > limit) past.shift()
      future.length = 0
    },
    undo: (now) => go(past, future, now),
    redo: (now) => go(future, past, now),
  }
}
