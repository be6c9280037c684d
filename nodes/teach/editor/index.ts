import './teach.css'
import { button, choice, element } from '../../../src/editor/dom'
import { redrawing } from '../../../src/editor/redraw'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { reasonOf } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'
import { onTaught } from './adopt'
import { type Actions, columnOf, MAX_SHOWN } from './column'
import { confusionOf } from './confusion'
import { requestsOf, type Shown } from './requests'

/** Milliseconds between two updates from a node that is being taught. */
const LOOK_INTERVAL = 300

/**
 * The examples, with a column for each class. Edits take effect in the running node at once, and can be
 * undone.
 */
export function openTeach(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'teach')
  const requests = requestsOf(node.id)
  const columns = element('div', { className: 'daisychain-teach-columns' })
  const status = element('p', { className: 'daisychain-teach-status' })
  status.setAttribute('role', 'status')
  const toolbar = element('div', { className: 'daisychain-teach-tools' })
  const table = element('div')
  const root = element('div', { id: 'daisychain-teach' }, status, columns, toolbar, table)
  form.row('name').after(root)
  let shown: Shown | null = null
  let file = typeof node.examples === 'string' ? node.examples : ''
  let isLooking = false
  /** The number of examples when a recording last got nothing; −1: none did. */
  let missedAt = -1
  let isOpen = true
  const redraw = redrawing(root)
  const adding = adder()
  /** What the tools were last made for. */
  let toolsFor = ''

  const actions: Actions = {
    requests,
    say,
    act: (work) => void work.then(show, complain),
    chosen: new Set(),
    choose(id) {
      if (!actions.chosen.delete(id)) actions.chosen.add(id)
      if (shown) show(shown)
    },
    miss() {
      if (!shown) return
      missedAt = shown.examples.length
      show(shown)
    },
  }
  const stop = onTaught((id) => {
    if (id !== node.id || isLooking) return
    isLooking = true
    setTimeout(look, LOOK_INTERVAL)
  })
  form.field('share').addEventListener('change', keepFile)
  look()

  function look(): void {
    isLooking = false
    if (isOpen) requests.book().then(show, complain)
  }

  function complain(error: unknown): void {
    status.textContent = reasonOf(error, say('deployFirst'))
    status.classList.add('daisychain-teach-fault')
  }

  function show(now: Shown): void {
    if (!isOpen) return
    shown = now
    for (const id of actions.chosen) if (!now.examples.some((example) => example.id === id)) actions.chosen.delete(id)
    if (now.examples.length !== missedAt) missedAt = -1
    const fault = now.fault || (missedAt < 0 ? '' : say('nothingArrives'))
    status.textContent = fault || sentence(now)
    status.classList.toggle('daisychain-teach-fault', fault !== '')
    redraw(() => draw(now))
    // A button that is being held, or a name that is being typed, must not be replaced.
    if (isBusy()) refreshCounts(now)
    keepFile()
  }

  function draw(now: Shown): void {
    const isNumbers = givesNumbers()
    if (!isBusy()) {
      const meanings = isNumbers ? numbersIn(now) : now.classes
      columns.replaceChildren(...meanings.map((meaning) => columnOf(String(meaning), meaning, now, actions)), adding)
    }
    const tools = JSON.stringify([now.classes, now.canUndo, now.fault, [...actions.chosen], isNumbers])
    if (tools !== toolsFor) toolbar.replaceChildren(...toolsOf(now))
    toolsFor = tools
    table.replaceChildren(...[confusionOf(now, say)].filter((each) => each !== null))
  }

  function isBusy(): boolean {
    return columns.querySelector('.daisychain-teach-recording, input:focus') !== null
  }

  function givesNumbers(): boolean {
    return form.value('learns') !== 'classes'
  }

  /** While someone records, only new pictures are added. */
  function refreshCounts(now: Shown): void {
    for (const column of columns.querySelectorAll<HTMLElement>('.daisychain-teach-class')) {
      const examples = now.examples.filter(({ meaning }) => String(meaning) === column.dataset.name)
      const count = column.querySelector('.daisychain-teach-count')
      if (count) count.textContent = say('examples', { count: examples.length })
      const grid = column.querySelector('.daisychain-teach-grid')
      for (const { id, picture: tag } of examples.slice(-MAX_SHOWN)) {
        if (!tag || grid?.querySelector(`[data-id="${id}"]`)) continue
        const picture = element('img', { src: requests.picture(id, tag), alt: say('example', { id }) })
        const made = element('button', { type: 'button', className: 'daisychain-teach-example' }, picture)
        made.dataset.id = String(id)
        grid?.prepend(made)
      }
    }
  }

  /** The column for a new class, or for new numbers. It is made once, so that what is typed into it stays. */
  function adder(): HTMLElement {
    const field = element('input', { type: 'text', maxLength: 80 })
    field.id = 'daisychain-teach-new'
    const name = () => {
      field.placeholder = field.ariaLabel = say(givesNumbers() ? 'newNumbers' : 'newClass')
    }
    name()
    form.field('learns').addEventListener('change', name)
    const add = () => {
      const typed = field.value.trim()
      if (typed === '') return
      field.blur()
      const clear = () => {
        field.value = ''
      }
      if (givesNumbers()) {
        const meaning = typed.split(/[\s,;]+/).map(Number)
        if (shown) adding.before(columnOf(String(meaning), meaning, shown, actions))
        return clear()
      }
      const work = requests.edit({ do: 'add', name: typed })
      work.then(clear, () => {})
      actions.act(work)
    }
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return
      event.preventDefault()
      add()
    })
    return element(
      'section',
      { className: 'daisychain-teach-class daisychain-teach-adder' },
      field,
      button(say('addClass'), add, { icon: 'plus' }),
    )
  }

  function toolsOf({ classes, canUndo, fault }: Shown): HTMLElement[] {
    if (fault) return [button(say('anew'), () => actions.act(requests.anew()), { icon: 'refresh' })]
    const undo = button(say('undo'), () => actions.act(requests.edit({ do: 'undo' })), { icon: 'undo' })
    undo.disabled = !canUndo
    const ids = [...actions.chosen]
    const some: HTMLElement[] = []
    if (ids.length > 0) {
      some.push(
        button(say('deleteChosen', { count: ids.length }), () => actions.act(requests.edit({ do: 'delete', ids })), {
          icon: 'trash-o',
        }),
      )
      if (form.value('learns') === 'classes')
        some.push(
          choice(
            ['', ...classes],
            '',
            (name) => name || say('moveChosen'),
            (to) => {
              toolsFor = '' // so that the list is made anew, with nothing chosen
              if (to) actions.act(requests.edit({ do: 'move', ids, to }))
            },
          ),
        )
    }
    return [undo, ...some, ...files()]
  }

  function files(): HTMLElement[] {
    const chooser = element('input', { type: 'file', accept: '.jsonl' })
    chooser.addEventListener('change', () => {
      const [chosen] = chooser.files ?? []
      if (chosen) actions.act(requests.send(chosen))
    })
    return [
      button(say('export'), () => void download(requests.fileUrl, `${node.name || 'taught'}.jsonl`), {
        icon: 'download',
        title: say('exportAbout'),
      }),
      button(say('exportOnnx'), () => void download(requests.onnxUrl, `${node.name || 'taught'}.onnx`), {
        icon: 'download',
        title: say('exportOnnxAbout'),
      }),
      button(say('import'), () => chooser.click(), { icon: 'upload' }),
    ]
  }

  async function download(url: string, name: string): Promise<void> {
    try {
      const address = URL.createObjectURL(await requests.blob(url))
      element('a', { href: address, download: name }).click()
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    } catch (error) {
      complain(error)
    }
  }

  /** Fetches the examples that a shared flow contains. In advance, because saving the dialog doesn't wait. */
  function keepFile(): void {
    if (!(form.field('share') as HTMLInputElement).checked) {
      file = ''
      return
    }
    requests.blob(requests.fileUrl).then(
      async (found) => {
        file = await found.text()
      },
      () => {},
    )
  }

  function sentence({ examples, report: { right, ask, error } }: Shown): string {
    const parts = [say('examples', { count: examples.length })]
    if (right !== null) parts.push(say(error ? 'told' : 'right', { percent: Math.round(100 * right) }))
    if (ask) parts.push(say(ask.confused ? 'askConfused' : 'ask', { ...ask }))
    return parts.join(' ')
  }

  function close(): void {
    isOpen = false
    stop()
  }

  return {
    save() {
      close()
      return { classes: shown?.classes ?? node.classes, examples: file }
    },
    cancel: close,
  }
}

function numbersIn({ examples }: Shown): number[][] {
  const known = new Map(
    examples.flatMap(({ meaning }) => (typeof meaning === 'string' ? [] : [[String(meaning), meaning] as const])),
  )
  return [...known.values()]
}
