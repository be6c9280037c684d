import { button, element } from '../../../src/editor/dom'
import type { Dialog } from '../../shared/editor/dialogs'
import type { Form } from '../../shared/editor/form'
import { post, reasonOf } from '../../shared/editor/requests'
import { wordsOf } from '../../shared/editor/say'

/** A model's inputs and outputs, one line each. */
interface Words {
  inputs: string[]
  outputs: string[]
}

interface Found {
  name: string
  ports: unknown
  words: Words
}

interface Answer {
  kind: string
  url: string
  models: Found[]
}

/** Asks the server which models it has, and for their inputs and outputs. */
export function openRemote(node: EditorNode, form: Form): Dialog {
  const say = wordsOf(node, 'remote')
  // Kept here until saved: only *Done* changes the node itself.
  let ports: unknown = node.ports ?? null
  let words = (node.words as Words | null) ?? null
  let models: Found[] = []

  const said = element('div', { id: 'daisychain-remote-said', className: 'daisychain-said' })
  const model = element('select', { id: 'daisychain-remote-model' })
  const ask = button(say('ask'), () => void askServer(), { icon: 'question-circle-o' })
  ask.id = 'daisychain-remote-ask'
  form.addRow('token', {}, ask)
  const row = form.addRow('token', { icon: 'cube', label: say('model') }, model)
  form.addRow('token', {}, said)
  model.setAttribute('aria-label', say('model'))
  model.style.width = '70%'
  model.addEventListener('change', choose)
  offer(node.model ? [String(node.model)] : [], String(node.model ?? ''))
  tell()

  return {
    save: () => ({ ports, words, model: model.value }),
  }

  function offer(names: string[], chosen: string): void {
    model.replaceChildren(...names.map((name) => element('option', { value: name }, name)))
    model.value = names.includes(chosen) ? chosen : (names[0] ?? '')
    row.style.display = names.length > 1 ? '' : 'none'
  }

  function choose(): void {
    const found = models.find(({ name }) => name === model.value)
    if (!found) return
    ports = found.ports
    words = found.words
    tell()
  }

  function tell(): void {
    if (!words) {
      said.replaceChildren(say('notAsked'))
      return
    }
    const line = (title: string, list: string[]) => element('div', {}, element('b', {}, `${title} `), list.join('; '))
    said.replaceChildren(line(say('takes'), words.inputs), line(say('gives'), words.outputs))
  }

  async function askServer(): Promise<void> {
    said.replaceChildren(say('asking'))
    const [url, kind, token] = ['url', 'kind', 'token'].map(form.value)
    try {
      const answer = (await post('daisychain-remote/ask', { id: node.id, url, kind, token })) as Answer
      models = answer.models
      form.set('url', answer.url)
      form.set('kind', answer.kind)
      offer(
        models.map(({ name }) => name),
        model.value,
      )
      choose()
    } catch (error) {
      said.replaceChildren(reasonOf(error))
    }
  }
}
