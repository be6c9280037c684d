import type { NodeAPI } from 'node-red'
import { npmInstall } from '../../src/apart/npm-install'
import { readSettings } from '../../src/settings'
import { ValueError } from '../../src/types'
import { adminRoutes } from '../shared/admin-routes'
import { asSentence } from '../shared/sentence'
import { hear, type Source } from './hear'
import { midiDevices } from './hear-midi'
import { controlsOf, type Heard } from './heard'
import { MIDI_PACKAGE, MidiMissing } from './midi'
import { node as spec } from './node'

/** Milliseconds without a request after which a dialog counts as closed. */
const PATIENCE_MS = 5000
/** Maximum number of controls sent to a dialog. */
const MOST_HEARD = 40
/** Maximum characters of text sent. */
const TEXT = 40

/** What an open dialog has received. */
interface Session {
  /** The most recently moved control is last. */
  heard: Map<string, unknown>
  problem: Error | null
  close(): void
  timer?: NodeJS.Timeout
}

/** The dialogs' routes: which controls are being moved, and installing the MIDI package. */
export function addAdminRoutes(RED: NodeAPI): void {
  const { userDir } = RED.settings as { userDir?: string }
  const sessions = new Map<string, Session>()
  const routes = adminRoutes(RED)

  routes.post('/daisychain-knobs/heard', 'daisychain-knobs.write', (request, response) => {
    const source = readSettings(spec.settings, (request.body ?? {}) as Record<string, unknown>) as Source
    const session = sessionFor(source)
    const { problem } = session
    response.json({
      heard: [...session.heard].map(([control, value]) => ({ control, value })),
      devices: source.source === 'midi' ? midiDevices() : [],
      ...(problem && { problem: asSentence(problem).message }),
      ...(problem instanceof MidiMissing && { isMissing: true }),
    })
  })

  // Users who may install nodes may also install this package.
  routes.post('/daisychain-knobs/install', 'nodes.write', async (_request, response) => {
    try {
      await npmInstall(userDir ?? process.cwd(), MIDI_PACKAGE, 'MIDI')
    } catch (error) {
      throw new ValueError((error as Error).message)
    }
    response.sendStatus(204)
  })

  function sessionFor(source: Source): Session {
    const key = JSON.stringify([source.source, source.device, source.port, source.reach])
    const session = sessions.get(key) ?? begin(source)
    sessions.set(key, session)
    clearTimeout(session.timer)
    session.timer = setTimeout(() => {
      sessions.delete(key)
      session.close()
    }, PATIENCE_MS)
    session.timer.unref()
    return session
  }

  function begin(source: Source): Session {
    const heard: Session['heard'] = new Map()
    const session: Session = { heard, problem: null, close: () => {} }
    session.close = hear(source, userDir, {
      take: (one: Heard) => {
        for (const [control, value] of controlsOf(one).slice(0, MOST_HEARD)) {
          heard.delete(control)
          heard.set(
            control,
            typeof value === 'string' ? value.slice(0, TEXT) : typeof value === 'object' ? null : value,
          )
        }
        for (const oldest of heard.keys()) {
          if (heard.size <= MOST_HEARD) break
          heard.delete(oldest)
        }
      },
      tell: (problem) => {
        session.problem = problem
      },
    })
    return session
  }
}
