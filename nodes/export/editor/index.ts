import { element } from '../../../src/editor/dom'
import type { Provenance } from '../../../src/provenance'
import type { Form } from '../../shared/editor/form'
import { post, reasonOf } from '../../shared/editor/requests'
import { type Say, wordsOf } from '../../shared/editor/say'

interface Travelling {
  record: Provenance
  left: { name: string; settings: string[] }[]
}

/** What a file is called where its name is left out, and what travels with a picture. @param pictures the formats that are a file a picture */
export function openExport(node: EditorNode, form: Form, pictures: string): undefined {
  const isPicture = () => pictures.split(' ').includes(form.value('format'))
  form.follow(['format'], () => {
    form.field('file').placeholder = isPicture() ? '{name}' : 'export {date}'
  })
  const say = wordsOf(node, 'export')
  const licences = element('div', { className: 'daisychain-export-licences' })
  const travels = element('details', {}, element('summary', {}, say('showTravels')))
  travels.hidden = true
  form.addRow('provenance', {}, licences, travels)
  form.follow(['provenance'], () => {
    travels.hidden = !form.field('provenance').checked
  })
  void askFor(node)
    .then((answer) => {
      licences.textContent = sayLicences(say, answer.record)
      travels.append(...sentences(say, answer).map((sentence) => element('p', {}, sentence)))
      travels.append(element('pre', {}, JSON.stringify(answer.record, null, 1)))
    })
    .catch((error) => travels.append(element('p', {}, reasonOf(error))))
}

async function askFor({ id }: EditorNode): Promise<Travelling> {
  const flow = RED.nodes.createCompleteNodeSet({ credentials: false })
  return (await post('daisychain-export/provenance', { flow, id })) as Travelling
}

/** Whoever uses the picture must know of a licence anywhere before it. */
function sayLicences(say: Say, { models }: Provenance): string {
  const names = models.filter(({ nonCommercial }) => nonCommercial).map(({ label, licence }) => `${label} (${licence})`)
  return names.length > 0 ? say('nonCommercial', { models: [...new Set(names)].join(', ') }) : ''
}

function sentences(say: Say, { record, left }: Travelling): string[] {
  const { daisychain, flow, models } = record
  const named = (node: { type: string; name?: unknown }) => `“${node.name || node.type.replace(/^daisychain-/, '')}”`
  const behind = left.map(({ name, settings }) => (settings.length > 0 ? `${name} (${settings.join(', ')})` : name))
  return [
    flow.length > 0 ? say('travels', { version: daisychain, nodes: flow.map(named).join(', ') }) : say('tooLarge'),
    ...(models.length > 0
      ? [say('models', { models: models.map(({ label, licence }) => `${label} (${licence})`).join(', ') })]
      : []),
    ...(behind.length > 0 ? [say('stays', { left: behind.join(', ') })] : []),
    say('never'),
  ]
}
