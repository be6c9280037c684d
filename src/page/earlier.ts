import { element } from '../editor/dom'
import type { Card, Seen } from './card'
import { base, data, say } from './data'
import { wordButton } from './dom'
import type { RunResult } from './run'

/** How many results one request fetches. */
const AT_ONCE = 10

interface Kept extends RunResult {
  id: string
  inputs: Record<string, unknown>
}

/**
 * Lists the visitor's earlier results below the current ones when asked, and lets the visitor delete them.
 */
export async function offerEarlier(results: HTMLElement, createCard: (seen: Seen[]) => Card): Promise<void> {
  let list = await fetchJson<{ id: string }[]>('page/history').catch(() => [])
  if (list.length === 0) return
  const more = element('button', { type: 'button' })
  const row = element(
    'div',
    { className: 'row earlier' },
    more,
    wordButton('forget', () => void forget()),
  )
  results.append(row)
  more.addEventListener('click', () => void show())
  tell()

  function tell(): void {
    more.textContent = say('earlier', { count: list.length })
    more.hidden = list.length === 0
  }

  async function show(): Promise<void> {
    const next = list.slice(0, AT_ONCE)
    list = list.slice(AT_ONCE)
    tell()
    for (const { id } of next) {
      const kept = await fetchJson<Kept>(`page/history/${id}`).catch(() => null)
      if (!kept) continue
      const card = createCard(seenIn(kept))
      card.done(kept)
      row.before(card.element)
    }
    results.querySelector<HTMLElement>('.empty')?.setAttribute('hidden', '')
  }

  async function forget(): Promise<void> {
    const answer = await fetch(`${base}/page/history`, { method: 'DELETE' }).catch(() => null)
    if (answer?.ok) row.remove()
  }
}

function seenIn({ inputs }: Kept): Seen[] {
  return Object.entries(inputs).flatMap(([name, value]): Seen[] => {
    const field = data.inputs.find((one) => one.name === name)
    const kind = typeof value === 'string' && /^data:(image|audio)\//.exec(value)?.[1]
    // A label map was sent as its ids, which would look almost black as a picture.
    if (field?.type.type === 'segmentation' || !kind) return []
    return [[field?.label ?? name, value, kind === 'audio' ? 'audio' : 'img']]
  })
}

async function fetchJson<T>(path: string): Promise<T> {
  const answer = await fetch(`${base}/${path}`)
  if (!answer.ok) throw new Error(String(answer.status))
  return (await answer.json()) as T
}
