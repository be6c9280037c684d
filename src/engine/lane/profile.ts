import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryName } from '../../apart/left-behind'
import type { ProviderShare } from '../types'
import type { Session } from './runtime'

interface Event {
  cat?: string
  /** Microseconds. */
  dur?: number
  args?: { provider?: string }
}

/** Runs `work` on a session that records what it does, and sums the record up by execution provider. */
export async function profileRun(
  open: (prefix: string) => Promise<Session>,
  work: (session: Session) => Promise<unknown>,
): Promise<ProviderShare[]> {
  const folder = mkdtempSync(join(tmpdir(), temporaryName('profile')))
  try {
    const session = await open(join(folder, 'run'))
    try {
      await work(session)
      session.endProfiling()
    } finally {
      await session.release()
    }
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    return sumUp(files.flatMap((text) => JSON.parse(text) as Event[]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function sumUp(events: Event[]): ProviderShare[] {
  const shares = new Map<string, ProviderShare>()
  for (const { cat, dur = 0, args } of events) {
    const provider = args?.provider
    if (cat !== 'Node' || !provider) continue
    const share = shares.get(provider) ?? { provider, operators: 0, ms: 0 }
    share.operators++
    share.ms += dur / 1000
    shares.set(provider, share)
  }
  return [...shares.values()].sort((a, b) => b.ms - a.ms)
}
