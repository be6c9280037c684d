import './variants.css'
import { element } from '../../../src/editor/dom'
import { redrawing } from '../../../src/editor/redraw'
import { labelName } from '../../../src/editor/shell/words'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { wordsOf } from '../../shared/editor/say'
import { sizeOf } from '../../shared/editor/size'
import { showUsual } from '../../shared/editor/sliders'
import { type OwnSetting, ownView } from './own'
import {
  cancelDownload,
  type DownloadMessage,
  heard,
  type ModelState,
  readModel,
  reasonOf,
  startDownload,
} from './requests'
import { weightsView } from './weights'

const OWN = 'own'

/** The variants part of a model node's edit dialog. @param model its id */
export function openWeights(node: EditorNode, form: Form, model: string): Dialog {
  const say = wordsOf(node, 'common.weights')
  const root = element('div', { id: 'daisychain-weights' })
  form.row('variant').after(root)
  const select = form.field('variant') as HTMLElement as HTMLSelectElement
  // A node without this setting runs the first variant.
  if (!node.variant) select.selectedIndex = 0
  nameChoices(form.root)
  let state: ModelState | null = null
  let own: ReturnType<typeof ownView> | null = null
  const redraw = redrawing(root)

  const topic = `daisychain/download/${model}/`
  const receive = (from: string, data: unknown) => update(from.slice(topic.length), heard(data))
  RED.comms.subscribe(`${topic}#`, receive)
  select.addEventListener('change', show)
  readModel(model).then(
    (read) => {
      state = read
      tellSizes()
      show()
    },
    (error) => root.replaceChildren(say('failed', { reason: reasonOf(error) })),
  )

  const close = () => {
    RED.comms.unsubscribe(`${topic}#`, receive)
    select.removeEventListener('change', show)
  }
  return {
    cancel: close,
    save() {
      close()
      return own && select.value === OWN ? { own: own.read() } : {}
    },
  }

  function show(): void {
    const variant = state?.variants.find(({ id }) => id === select.value)
    showUsual(variant?.usual ?? {})
    const isReading = root.querySelector('details')?.open
    if (state && select.value === OWN) {
      own ??= ownView(model, state.own, (node.own as OwnSetting) || { file: '' }, say)
      root.replaceChildren(own.element)
    } else if (variant) {
      root.replaceChildren(
        weightsView(variant, say, {
          download() {
            update(variant.id, { progress: { step: 'downloading', received: 0, total: variant.bytes }, present: false })
            startDownload(model, variant.id, variant.licence).catch((error) =>
              update(variant.id, { progress: null, present: false, error: reasonOf(error) }),
            )
          },
          cancel: () => void cancelDownload(model, variant.id),
        }),
      )
    } else root.replaceChildren(state ? say('unknown', { id: String(node.variant) }) : '')
    if (isReading) root.querySelector('details')?.setAttribute('open', '')
  }

  /** Adds the download size to each variant in the list that isn't downloaded yet. */
  function tellSizes(): void {
    for (const { id, label, bytes, bundled, present } of state?.variants ?? []) {
      const option = [...select.options].find(({ value }) => value === id)
      if (!option) continue
      option.textContent = bundled || present ? label : `${label} (${sizeOf(bytes)})`
    }
  }

  function update(id: string, message: DownloadMessage): void {
    const variant = state?.variants.find((each) => each.id === id)
    if (!variant) return
    Object.assign(variant, { error: undefined }, message)
    tellSizes()
    if (id === select.value) redraw(show)
  }
}

/**
 * Shows the values of a list in the user's language; the tooltip keeps the English value, as in messages.
 * Lists with texts of their own stay unchanged.
 */
function nameChoices(root: HTMLElement): void {
  for (const option of root.querySelectorAll<HTMLOptionElement>('.form-row > select option')) {
    if (option.value === '' || option.textContent !== option.value) continue
    option.textContent = labelName(option.value)
    option.title = option.value
  }
}
