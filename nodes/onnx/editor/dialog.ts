import { button, element } from '../../../src/editor/dom'
import type { InputChoice, OutputChoice, Proposal } from '../../../src/inspect/choice'
import {
  inputKinds,
  namedCount,
  outputKinds,
  withInputKind,
  withOption,
  withOutputKind,
} from '../../../src/inspect/correct'
import { rangesOf, withChanges } from '../../../src/inspect/experiment/alternatives'
import { fold } from '../../../src/inspect/fold'
import { manifestOf, proposalOf, type UserManifest } from '../../../src/inspect/manifest-of'
import type { Form } from '../../shared/editor/form'
import { readModelFiles } from '../../shared/editor/model-files/requests'
import { uploadControl } from '../../shared/editor/model-files/upload'
import { wordsOf } from '../../shared/editor/say'
import { portCard } from './port-card'
import { createQuestion } from './question'
import { createReasons } from './reasons'
import { server } from './requests'
import { createTrial, type Sample, type Way } from './trial'

/** The settings stored in the node. */
export interface OnnxSettings {
  manifest: UserManifest | null
  options: Record<string, unknown>
  outputs: number
}

export interface OnnxDialog {
  close(): OnnxSettings
  /** Discards everything, including uploads. */
  cancel(): void
}

/** Starts the edit dialog of a `daisychain-onnx` node. */
export function openDialog(node: EditorNode, form: Form): OnnxDialog {
  const say = wordsOf(node, 'onnx')
  const file = form.field('file')
  file.setAttribute('list', 'daisychain-onnx-files')
  const place = element('span', { id: 'daisychain-onnx-place' })
  file.after(element('datalist', { id: 'daisychain-onnx-files' }), ' ', place)
  const root = element('div', { id: 'daisychain-onnx' })
  form.row('file').after(root)
  const engine = () =>
    (document.getElementById('node-input-engine') as HTMLInputElement | null)?.value.replace('_ADD_', '') ?? ''
  let manifest = (node.manifest as UserManifest | null) ?? null
  let proposal = proposalOf(manifest ?? undefined)
  /** The proposal as received. `proposal` is another object once the user has changed something. */
  let proposed: Proposal | null | undefined
  let looks = 0

  const state = element('p', { className: 'daisychain-onnx-state' })
  /** Paths of files uploaded while the dialog is open. */
  const sent: string[] = []
  const upload = uploadControl({
    id: 'daisychain-onnx-upload',
    beside: () => file.value.trim(),
    arrived: (path) => sent.push(path),
    done: uploaded,
  })
  place.replaceChildren(upload.button)
  const takes = element('div', { id: 'daisychain-onnx-takes' })
  const gives = element('div', { id: 'daisychain-onnx-gives' })
  const notes = element('p', { className: 'daisychain-onnx-notes' })
  const takesA = (kind: InputChoice['as']) => proposal?.inputs.some(({ as }) => as === kind) ?? false
  const trial = createTrial({ say, takesA, run, ways, chosen })
  const question = createQuestion(
    say,
    (option) => runOf(withOption(proposal as Proposal, option), {}),
    (option) => choose(withOption(proposal as Proposal, option)),
    () => reasons,
  )
  const importing = element('input', { type: 'file', accept: '.json', hidden: true })
  const body = element(
    'div',
    {},
    question.root,
    heading(say('takes')),
    takes,
    heading(say('gives')),
    gives,
    notes,
    heading(say('try')),
    trial.root,
    element(
      'div',
      { className: 'daisychain-onnx-buttons' },
      button(say('export'), exportManifest, { icon: 'download' }),
      button(say('import'), () => importing.click(), { icon: 'folder-open-o' }),
      importing,
    ),
  )
  root.replaceChildren(upload.state, state, body)
  const reasons = createReasons()
  void reasons.ready.then(redraw)
  offerFiles()

  file.addEventListener('change', () => void look())
  importing.addEventListener('change', () => void importManifest())

  return {
    close: () => ({
      manifest,
      options: optionsOf(proposal),
      outputs: Math.max(1, manifest?.outputs.length ?? 1),
    }),
    cancel() {
      if (sent.length > 0) server.forget(sent).catch(() => {})
    },
  }

  /**
   * Reads the chosen file and proposes its ports.
   * @param picture the user's own picture, if any, to examine the model with
   */
  async function look(picture = trial.picture()): Promise<void> {
    const asked = ++looks
    trial.clear()
    if (file.value.trim() === '') return
    tell(say('looking'))
    try {
      const found = await server.inspect(file.value.trim(), picture)
      if (asked !== looks) return
      tell('')
      manifest = found.manifest
      proposal = proposed = proposalOf(manifest)
      // Node-RED marked the field while it was empty.
      file.classList.remove('input-error')
    } catch (error) {
      if (asked !== looks) return
      tell((error as Error).message, true)
      manifest = null
      proposal = null
    }
    redraw()
  }

  /** The user's own picture allows a better proposal, but the user's changes are kept. */
  async function chosen(picture: string): Promise<void> {
    if (proposal === proposed) await look(picture)
  }

  /**
   * Makes the manifest from the current choices. If the question is about something that the user has chosen,
   * it is answered.
   */
  function choose(next: Proposal, draw = true): void {
    const variant = manifest?.variants[0]
    if (!manifest || !variant) return
    proposal = isAnswered(next) ? withoutQuestion(next) : next
    const { file: name, bytes = 0, sha256 = '' } = variant
    const made = manifestOf(proposal, { file: name, bytes, sha256, label: manifest.label, about: manifest.summary })
    manifest = { ...made, id: manifest.id, node: manifest.node }
    if (draw) redraw()
    else trial.clear()
  }

  function redraw(): void {
    body.hidden = !manifest
    takes.replaceChildren(...folded(proposal?.inputs ?? [], inputCard))
    gives.replaceChildren(...folded(proposal?.outputs ?? [], outputCard))
    notes.textContent = proposal?.notes.map(reasons.of).join(' ') ?? ''
    question.show(proposal?.question)
    trial.clear()
  }

  /** One card per port. Of several similar ports, only the first is shown, with the others folded away. */
  function folded<C extends InputChoice | OutputChoice>(ports: C[], card: (port: C) => HTMLElement): HTMLElement[] {
    return fold(ports).flatMap(([first, ...more]) => {
      if (!first) return []
      const words = element('summary', {}, say('more', { count: more.length }))
      const rest = element('details', { className: 'daisychain-onnx-more' }, words, ...more.map(card))
      return more.length > 0 ? [card(first), rest] : [card(first)]
    })
  }

  function inputCard(input: InputChoice): HTMLElement {
    const now = proposal as Proposal
    return portCard(input, true, say, {
      reasons,
      kinds: inputKinds(input, now.outputs),
      changeKind: (kind) => choose(withInputKind(proposal as Proposal, input.tensor, kind as InputChoice['as'])),
      change: (changes, draw) => choose(changed('inputs', input.tensor, changes), draw),
    })
  }

  function outputCard(output: OutputChoice): HTMLElement {
    return portCard(output, false, say, {
      reasons,
      kinds: outputKinds(output, takesA('picture')),
      changeKind: (kind) => choose(withOutputKind(proposal as Proposal, output.tensor, kind as OutputChoice['as'])),
      change: (changes, draw) => choose(changed('outputs', output.tensor, changes), draw),
      loadLabels: (path) => void loadLabels(output, path),
    })
  }

  function changed(side: 'inputs' | 'outputs', tensor: string, changes: object): Proposal {
    const now = proposal as Proposal
    const list = (now[side] as (InputChoice | OutputChoice)[]).map((port) =>
      port.tensor === tensor ? { ...port, ...changes } : port,
    )
    return { ...now, [side]: list }
  }

  async function loadLabels(output: OutputChoice, path: string): Promise<void> {
    try {
      const { labels } = await server.labels(path, namedCount(output))
      tell('')
      choose(changed('outputs', output.tensor, { labels, why: '' }))
    } catch (error) {
      tell((error as Error).message, true)
      root.scrollIntoView()
    }
  }

  function run(sample: Sample) {
    if (!proposal) throw new Error(say('fileHint'))
    return runOf(proposal, sample)
  }

  /** Runs the model with the ports of a proposal. */
  function runOf(chosen: Proposal, { picture = trial.picture(), text }: Sample) {
    const variant = manifest?.variants[0]
    if (!manifest || !variant) throw new Error(say('fileHint'))
    const { file: name, bytes = 0, sha256 = '' } = variant
    const made =
      chosen === proposal ? manifest : manifestOf(chosen, { file: name, bytes, sha256, label: manifest.label })
    const given = optionsOf(chosen)
    for (const { as, name } of chosen.inputs) {
      if (as === 'picture' && picture) given[name] = picture
      if (as === 'text' && text) given[name] = text
    }
    return server.try({ file: file.value.trim(), engine: engine(), manifest: made, given })
  }

  /** Alternatives with other pixel ranges for the picture. */
  function ways(): Way[] {
    const now = proposal
    if (!now || now.question) return []
    return rangesOf(now)
      .slice(1, 4)
      .map((way) => {
        const changed = withChanges(now, way)
        return {
          label: say(`ranges.${rangeOf(changed)}`),
          run: (sample: Sample) => runOf(changed, sample),
          choose() {
            choose(changed)
          },
        }
      })
  }

  /**
   * A label list belongs to the output with classes. Any other file is found next to the model when that is
   * read again.
   */
  async function uploaded(model: string | undefined, others: string[]): Promise<void> {
    const [only, ...more] = others
    const named = proposal?.outputs.find(({ as }) => as === 'category' || as === 'labels')
    if (!model && only && named && more.length === 0 && !/(tokenizer|config)[^/]*\.json$/i.test(only))
      return loadLabels(named, only)
    if (model) file.value = model
    offerFiles()
    await look()
  }

  function exportManifest(): void {
    if (!manifest) return
    const blob = new Blob([`${JSON.stringify(manifest, null, 2)}\n`], { type: 'application/json' })
    const link = element('a', { href: URL.createObjectURL(blob), download: 'manifest.json' })
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }

  async function importManifest(): Promise<void> {
    const [chosen] = importing.files ?? []
    importing.value = ''
    if (!chosen) return
    try {
      const read = JSON.parse(await chosen.text()) as UserManifest
      if (!Array.isArray(read?.inputs) || !Array.isArray(read.outputs) || !read.variants?.[0])
        throw new Error('variants')
      manifest = read
      proposal = proposalOf(read)
      tell('')
    } catch (error) {
      tell(say('badManifest', { reason: (error as Error).message }), true)
    }
    redraw()
  }

  function offerFiles(): void {
    const list = document.getElementById('daisychain-onnx-files')
    readModelFiles().then(
      ({ files }) => list?.replaceChildren(...files.map(({ path }) => element('option', { value: path }))),
      () => {},
    )
  }

  function tell(sentence: string, isBad = false): void {
    state.textContent = sentence
    state.classList.toggle('bad', isBad)
  }
}

/** Input name → its value when a message doesn't set it. */
function optionsOf(proposal: Proposal | null): Record<string, unknown> {
  const options: Record<string, unknown> = {}
  for (const { as, name, value } of proposal?.inputs ?? []) {
    if (as === 'number' && value !== undefined) options[name] = value
    if (as === 'switch') options[name] = Boolean(value)
  }
  return options
}

const heading = (text: string) => element('h4', {}, text)

const rangeOf = ({ inputs }: Proposal) => inputs.find(({ as }) => as === 'picture')?.picture?.range ?? '0..1'

/** Whether the user has already chosen what the question is about. */
function isAnswered({ inputs, outputs, question }: Proposal): boolean {
  return [...inputs, ...outputs].some(({ tensor, why }) => tensor === question?.about && why === '')
}

function withoutQuestion({ question: _, ...proposal }: Proposal): Proposal {
  return proposal
}
