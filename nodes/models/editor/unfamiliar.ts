import { say } from '../../../src/editor/shell/words'
import type { Offer } from '../../../src/editor/viewer/offer'
import { sizeOf } from '../../shared/editor/size'
import { downloadWithNotice, type Replacement } from './download-notice'
import { readModel, runAgain, type VariantState } from './requests'

/**
 * The runtime's report about a node whose small model doesn't recognise its input. Without fields: the doubt
 * is resolved.
 */
interface Doubt {
  model?: string
  variant?: string
  /** The variant that would recognise it. */
  otherwise?: string
}

const TOPIC = 'daisychain/unfamiliar/'
const NOTICE = 'daisychain-unfamiliar'
/** Milliseconds to wait for reports, so that all nodes of a chain share one notice. */
const TOGETHER = 600

/**
 * Offers the variants that know photographs, if small models got unfamiliar input, and those that were chosen but
 * aren't downloaded: all of a tab in one notice, and one node's next to its last result.
 */
export function offerLargerModels(): { offerFor(id: string): Promise<Offer | undefined>; stop(): void } {
  const doubts = new Map<string, Doubt>()
  /** Nodes for which an offer has been shown. */
  const offered = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A notice covers the buttons of dialogs, so it waits until they close. */
  let dialogs = 0
  let shown: { ids: string[]; takeAway(): boolean } | undefined

  const receive = (topic: string, data: unknown) => {
    const id = topic.slice(TOPIC.length)
    const doubt = data as Doubt
    if (doubt.otherwise) doubts.set(id, doubt)
    else doubts.delete(id)
    look()
  }
  const look = () => {
    clearTimeout(timer)
    timer = setTimeout(() => void offer(), TOGETHER)
  }
  const asking = () => {
    const tab = RED.workspaces.active()
    return [...doubts].filter(([id, doubt]) => !offered.has(id) && RED.nodes.node(id)?.z === tab && isOpen(id, doubt))
  }
  async function offer(): Promise<void> {
    if (dialogs > 0 || asking().length === 0) return
    giveWay() // This node's model was slower than others of the same chain: its offer joins theirs.
    const all = asking()
    const ids = all.map(([id]) => id)
    for (const id of ids) offered.add(id)
    const offers = (await Promise.all(all.map(([id, doubt]) => replacement(id, doubt)))).flatMap((one) => one ?? [])
    if (offers.length > 0) shown = { ids, takeAway: ask(offers) }
    if (dialogs > 0) giveWay()
  }
  function giveWay(): void {
    if (shown?.takeAway()) for (const id of shown.ids) offered.delete(id)
    shown = undefined
  }
  const opened = () => {
    dialogs++
    giveWay()
  }
  const closed = () => {
    dialogs = Math.max(0, dialogs - 1)
    look()
  }

  RED.comms.subscribe(`${TOPIC}#`, receive)
  RED.events.on('workspace:change', look)
  RED.events.on('editor:open', opened)
  RED.events.on('editor:close', closed)
  return {
    async offerFor(id) {
      const doubt = doubts.get(id)
      const offer = doubt && isOpen(id, doubt) ? await replacement(id, doubt) : undefined
      if (!offer) return undefined
      const isThere = offer.variant.present
      return {
        label: say(isThere ? 'unfamiliarUseOne' : 'unfamiliarGetOne', { variant: described(offer.variant) }),
        take: () => void replace([offer], isThere ? [] : [offer]),
      }
    },
    stop() {
      clearTimeout(timer)
      RED.comms.unsubscribe(`${TOPIC}#`, receive)
      RED.events.off('workspace:change', look)
      RED.events.off('editor:open', opened)
      RED.events.off('editor:close', closed)
    },
  }
}

/** Whether a node still runs the variant in question and may be edited. */
function isOpen(id: string, { variant }: Doubt): boolean {
  const node = RED.nodes.node(id)
  return node !== null && (node.variant ?? variant) === variant && !RED.workspaces.isLocked(node.z)
}

async function replacement(id: string, { model = '', otherwise }: Doubt): Promise<Replacement | undefined> {
  const node = RED.nodes.node(id)
  const variant = (await readModel(model)).variants.find((each) => each.id === otherwise)
  return node && variant ? { node, model, variant } : undefined
}

/** One notice for all nodes of a tab. @returns a function that removes it; false if someone has answered */
function ask(offers: Replacement[]): () => boolean {
  const missing = distinct(offers).filter(({ variant }) => !variant.present)
  const size = sizeOf(missing.reduce((sum, { variant }) => sum + variant.bytes, 0))
  const get =
    missing.length === 0
      ? say('unfamiliarUse')
      : missing.length === 1
        ? say('unfamiliarGet', { size })
        : say('unfamiliarGetAll', { number: missing.length, size })
  let isShown = true
  const notice = RED.notify(content(offers), {
    type: 'warning',
    fixed: true,
    id: NOTICE,
    buttons: [
      {
        text: say('later'),
        click() {
          isShown = false
          notice.close()
        },
      },
      {
        text: get,
        class: 'primary',
        click() {
          isShown = false
          notice.close()
          void replace(offers, missing)
        },
      },
    ],
  })
  return () => {
    if (!isShown) return false
    isShown = false
    notice.close()
    return true
  }
}

function distinct(offers: Replacement[]): Replacement[] {
  return [...new Map(offers.map((offer) => [`${offer.model}/${offer.variant.id}`, offer])).values()]
}

/** Built as text, never as HTML: node names are user input. */
function content(offers: Replacement[]): HTMLElement {
  const root = document.createElement('div')
  root.className = 'daisychain-notice'
  const lead = document.createElement('p')
  const areChosen = offers.every(({ node, variant }) => node.variant === variant.id)
  lead.textContent = say(areChosen ? 'absentOffer' : 'unfamiliarOffer')
  const list = document.createElement('ul')
  for (const { node, variant } of offers) {
    const item = document.createElement('li')
    item.textContent = `${RED.utils.getNodeLabel(node)}: ${described(variant)}`
    list.append(item)
  }
  root.append(lead, list)
  return root
}

/** Its name, size and licence. */
function described({ label, licence, bytes, nonCommercial }: VariantState): string {
  const terms = nonCommercial ? say('licenceNonCommercial', { licence }) : licence
  return `${label} (${sizeOf(bytes)}, ${terms})`
}

/**
 * Downloads what is missing and switches the nodes. Deploys if there are no other changes, then runs the last
 * messages again.
 */
async function replace(offers: Replacement[], missing: Replacement[]): Promise<void> {
  if (!(await downloadWithNotice(missing, () => ask(offers)))) return
  const others = offers.filter(({ node, variant }) => node.variant !== variant.id)
  const alone = !RED.nodes.dirty()
  const runAll = () => {
    RED.events.off('deploy', runAll)
    for (const { node, model, variant } of offers) void runAgain(model, variant.id, node.id)
  }
  if (others.length === 0) return runAll()
  switchAll(others)
  RED.events.on('deploy', runAll)
  if (alone) RED.actions.invoke('core:deploy-flows')
  else RED.notify(say('unfamiliarDeploy'), { type: 'success', timeout: 8000 })
}

/** Switches all nodes in a single step of the editor's undo history. */
function switchAll(offers: Replacement[]): void {
  const dirty = RED.nodes.dirty()
  const events = offers.map(({ node, variant }) => {
    const event = { t: 'edit', node, changes: { variant: node.variant }, changed: node.changed, dirty }
    Object.assign(node, { variant: variant.id, changed: true, dirty: true })
    RED.editor.validateNode(node)
    return event
  })
  RED.history.push({ t: 'multi', events, dirty })
  RED.nodes.dirty(true)
  RED.view.redraw(true)
}
