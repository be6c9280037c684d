import { chainIn, type Provenance, readProvenance, xmpIn } from '../../provenance'
import { element } from '../dom'
import { say } from './words'

/** Bytes. */
const LARGEST = 100e6

/** A picture dropped on the canvas offers the chain that made it. Node-RED itself would read it as text. @returns what ends that */
export function offerChains(): () => void {
  document.addEventListener('drop', dropped, true)
  return () => document.removeEventListener('drop', dropped, true)
}

function dropped(event: DragEvent): void {
  const [file, ...more] = event.dataTransfer?.files ?? []
  const target = (event.target as Element | null)?.closest('#red-ui-drop-target')
  if (!target || !file || more.length > 0 || !/^image\/(png|jpeg|webp)$/.test(file.type)) return
  event.preventDefault()
  event.stopImmediatePropagation()
  ;(target as HTMLElement).style.display = 'none'
  void offer(file)
}

async function offer(file: File): Promise<void> {
  if (file.size > LARGEST) return tell(say('pictureTooLarge'))
  const xmp = xmpIn(new Uint8Array(await file.arrayBuffer()))
  const json = xmp && chainIn(xmp)
  const found = json ? readProvenance(json) : null
  if (!found) return tell(say('pictureSilent'))
  if (found.flow.length === 0) return tell(say('pictureEmpty', { models: modelsOf(found) }))
  ask(found)
}

function tell(sentence: string): void {
  RED.notify(element('p', {}, sentence) as HTMLParagraphElement, { type: 'warning' })
}

function ask(found: Provenance): void {
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

function modelsOf({ models }: Provenance): string {
  return models.map(({ label, licence }) => `${label} (${licence})`).join(', ')
}
