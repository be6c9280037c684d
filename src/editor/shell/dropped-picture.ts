import {
  chainIn,
  otherModels,
  type Provenance,
  readProvenance,
  reproduction,
  type UsedModel,
  xmpIn,
} from '../../provenance'
import { isSoundName } from '../../types'
import { element } from '../dom'
import { say } from './words'

/** Files larger than this, in bytes, aren't searched for a chain. */
const LARGEST = 100e6

/** The place where something was dropped, in canvas pixels, and the node there. */
export interface Spot {
  x: number
  y: number
  node?: EditorNode
}

/** Whether a file is a sound. Browsers don't know the type of all sound files, so the name is checked too. */
export function isSoundFile({ name, type }: File): boolean {
  return type.startsWith('audio/') || (type === '' && isSoundName(name))
}

/** Creates a node that holds dropped pictures, videos and sounds. */
type Hold = (files: readonly File[], spot: Spot) => Promise<void>

/**
 * Turns pictures, videos and sounds dropped on the canvas into a node that holds them; Node-RED itself would
 * read them as text. A single picture that contains the chain that made it can also recreate that chain.
 * @returns a function that stops this
 */
export function takeDroppedPictures(hold: Hold): () => void {
  const dropped = (event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])]
    const target = (event.target as Element | null)?.closest<HTMLElement>('#red-ui-drop-target')
    if (
      !target ||
      files.length === 0 ||
      !files.every((file) => /^(image|video)\//.test(file.type) || isSoundFile(file))
    )
      return
    event.preventDefault()
    event.stopImmediatePropagation()
    target.style.display = 'none'
    if (RED.workspaces.isLocked()) return tell(say('pictureLocked'))
    void take(files, spotOf(event))
  }
  document.addEventListener('drop', dropped, true)
  return () => document.removeEventListener('drop', dropped, true)

  async function take(files: readonly File[], spot: Spot): Promise<void> {
    const [only, ...more] = files
    const found = only && more.length === 0 ? await chainOf(only) : null
    if (found && found.flow.length > 0) return ask(found, () => void hold(files, spot))
    if (found) tell(say('pictureEmpty', { models: modelsOf(found) }))
    await hold(files, spot)
  }
}

function spotOf({ clientX, clientY }: DragEvent): Spot {
  const chart = document.querySelector('#red-ui-workspace-chart') as HTMLElement
  const { left, top } = chart.getBoundingClientRect()
  const scale = RED.view.scale()
  const groups = document
    .elementsFromPoint(clientX, clientY)
    .map((each) => each.closest<SVGGElement & { __data__?: EditorNode }>('.red-ui-flow-node-group'))
  return {
    x: (clientX - left + chart.scrollLeft) / scale,
    y: (clientY - top + chart.scrollTop) / scale,
    node: groups.find((group) => group?.__data__)?.__data__,
  }
}

async function chainOf(file: File): Promise<Provenance | null> {
  if (file.size > LARGEST || !/^(image\/(png|jpeg|webp|gif)|video\/mp4)$/.test(file.type)) return null
  const xmp = xmpIn(new Uint8Array(await file.arrayBuffer()))
  const json = xmp && chainIn(xmp)
  return json ? readProvenance(json) : null
}

function tell(sentence: string): void {
  RED.notify(element('p', {}, sentence) as HTMLParagraphElement, { type: 'warning' })
}

/** @param keep treats the file as an ordinary picture */
function ask(found: Provenance, keep: () => void): void {
  const { daisychain: version, flow, models } = found
  const nodes = flow.map(({ name, type }) => (typeof name === 'string' ? `${name} (${type})` : type)).join(', ')
  const content = element(
    'div',
    {},
    element('p', {}, say('pictureChain', { version, nodes })),
    models.length > 0 ? element('p', {}, say('pictureModels', { models: modelsOf(found) })) : null,
    element('p', {}, say('pictureBare')),
  )
  const notice = RED.notify(content as HTMLElement, {
    modal: true,
    fixed: true,
    buttons: [
      { text: say('close'), click: () => notice.close() },
      {
        text: say('pictureHold'),
        click: () => {
          notice.close()
          keep()
        },
      },
      {
        text: say('pictureReproduce'),
        click: () => {
          notice.close()
          void reproduce(found)
        },
      },
      {
        text: say('pictureImport'),
        class: 'primary',
        click: () => {
          notice.close()
          RED.view.importNodes(flow, { generateIds: true })
        },
      },
    ],
  })
}

/** Imports the chain with the seeds and options of the picture, and says what may make the result differ. */
async function reproduce(found: Provenance): Promise<void> {
  const { flow, unfixed, outside } = reproduction(found)
  const here = await modelsHere(flow)
  const other = here ? otherModels(found, here) : found.models.map(({ label }) => label)
  const sentences = [
    ...(unfixed.length > 0 ? [say('pictureUnfixed', { nodes: unfixed.join(', ') })] : []),
    ...(outside.length > 0 ? [say('pictureOutside', { nodes: outside.join(', ') })] : []),
    ...(other.length > 0 ? [say('pictureOtherModels', { models: other.join(', ') })] : []),
  ]
  tell((sentences.length > 0 ? sentences : [say('pictureSame')]).join(' '))
  RED.view.importNodes(flow, { generateIds: true })
}

/** The models of these nodes as installed on this computer; null if the server can't tell. */
async function modelsHere(flow: Provenance['flow']): Promise<UsedModel[] | null> {
  try {
    // The server describes the chain that ends in the flow's first node.
    const data = JSON.stringify({ flow, id: flow[0]?.id })
    const url = 'daisychain/provenance'
    const answer = (await $.ajax({ method: 'POST', url, data, contentType: 'application/json' })) as {
      record: Provenance
    }
    return answer.record.models
  } catch {
    return null
  }
}

function modelsOf({ models }: Provenance): string {
  return models.map(({ label, licence }) => `${label} (${licence})`).join(', ')
}
