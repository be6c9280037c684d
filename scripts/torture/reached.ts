import { type Profiler, Session } from 'node:inspector'

/** Which code has run, by V8's block coverage. */
export interface Reached {
  /** How many characters of code have run for the first time since the last call. */
  take(): number
}

/** Watches this process from now on. @param isOurs whether a script's address is ours */
export function watchReached(isOurs: (url: string) => boolean): Reached {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  /** Function → which of its characters have run. */
  const known = new Map<string, Uint8Array>()

  function news({ scriptId, url }: Profiler.ScriptCoverage, { ranges }: Profiler.FunctionCoverage): number {
    const [whole] = ranges
    if (!whole || whole.count === 0) return 0
    const key = `${url} ${scriptId} ${whole.startOffset} ${whole.endOffset}`
    const before = known.get(key) ?? new Uint8Array(whole.endOffset - whole.startOffset)
    const now = new Uint8Array(before.length)
    // Inner ranges come after the outer ones.
    for (const { startOffset, endOffset, count } of ranges)
      now.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset)
    let fresh = 0
    for (let at = 0; at < now.length; at++) {
      if (now[at] === 0 || before[at] === 1) continue
      before[at] = 1
      fresh++
    }
    known.set(key, before)
    return fresh
  }

  return {
    take() {
      let fresh = 0
      // Called before `post` returns.
      session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
        for (const script of result.filter(({ url }) => isOurs(url)))
          for (const code of script.functions) fresh += news(script, code)
      })
      return fresh
    },
  }
}
