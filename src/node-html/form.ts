import type { NodeSpec, Secret, Setting } from '../settings'
import { fieldOf } from './field'
import { escapeHtml } from './html'
import { type Words, wordsOf } from './words'

type Named = readonly [name: string, setting: Setting]

/**
 * The edit form of a node as HTML: a row for each setting that is not `beside` another, then the credentials.
 * @param piece HTML after the node's name
 * @param lookUp returns the words for a key, if the editor shouldn't look them up
 */
export function formOf(
  spec: NodeSpec,
  piece = '',
  lookUp: (key: string) => string | undefined = () => undefined,
): string {
  const words = wordsOf(spec, lookUp)
  const idOf = (name: string) => `${spec.isConfig ? 'node-config-input' : 'node-input'}-${name}`
  const secrets = Object.entries(spec.secrets ?? {})
  const all = rowsOf(spec.settings)
  const [name = '', ...rows] = all.map((row, i) => {
    const behind = secrets.filter(([, { after }]) => row.some(([name]) => name === after))
    const html = behind.map(([name, secret]) => secretHtml(name, secret, idOf(name), words))
    const heading = foldOf(row)
    return [
      heading && heading !== foldOf(all[i - 1]) && foldStart(heading, words),
      rowHtml(row, idOf, words),
      ...html,
      heading && heading !== foldOf(all[i + 1]) && '  </details>',
    ]
      .filter(Boolean)
      .join('\n')
  })
  return `<script type="text/html" data-template-name="${spec.type}">
${[name, piece.trimEnd(), ...rows].filter(Boolean).join('\n')}
</script>`
}

/** The heading of the folded section that contains a row, if any. */
const foldOf = (row: Named[] | undefined): string | undefined => row?.[0]?.[1].folded

function foldStart(heading: string, words: Words): string {
  return `  <details class="daisychain-folded">\n    <summary${words.text(heading)}</summary>`
}

/** Settings grouped into form rows. Settings that only the dialog's own code handles get no row. */
function rowsOf(settings: NodeSpec['settings']): Named[][] {
  const rows: Named[][] = []
  for (const named of Object.entries(settings)) {
    const [, setting] = named
    if (setting.hidden || (setting.kind === 'stored' && !setting.field)) continue
    if (!setting.beside) rows.push([named])
    else rows.at(-1)?.push(named)
  }
  return rows
}

function rowHtml(row: Named[], idOf: (name: string) => string, words: Words): string {
  const [[name, first]] = row as [Named]
  if (first.kind === 'stored') return `  <input type="hidden" id="${idOf(name)}">`
  const fields = row.map(([name, setting], i) => {
    const isNamed = i === 0 && !setting.head
    const field = fieldOf(name, idOf(name), setting, isNamed, words)
    // Only this field is shown or hidden, not the whole row.
    return i > 0 && setting.when ? `<span${shownWhen(setting)}>${field}</span>` : field
  })
  const { heading, tip } = first
  const title = tip ? ` title="${escapeHtml(tip.text)}"${words.attributes({ title: tip.key })}` : ''
  return `${heading ? `  <h4 class="daisychain-heading"${words.text(heading)}</h4>\n` : ''}  <div class="form-row"${shownWhen(first)}${title}>
    ${headOf(name, first, idOf(name), words)}
    ${fields.join('\n    ')}
  </div>`
}

/** The label of the row. A flag's label comes after it, and a row with several settings may have its own label. */
function headOf(name: string, { kind, icon, label, head }: Setting, id: string, words: Words): string {
  if (!icon) return '<label></label>'
  const of = kind === 'flag' || head ? '' : ` for="${id}"`
  return `<label${of}><i class="fa fa-${icon}"></i> <span${words.text(head ?? label ?? name)}</span></label>`
}

/** A credential: a setting that flow files don't contain. */
function secretHtml(name: string, { hint, isBound, when }: Secret, id: string, words: Words): string {
  const bound = isBound ? `\n    <input type="hidden" id="${id}For" data-bound="${id}">` : ''
  return `  <div class="form-row"${shownWhen({ when })}>
    <label for="${id}"><i class="fa fa-key"></i> <span${words.text(name)}</span></label>${bound}
    <input type="password" id="${id}" autocomplete="new-password"${words.attributes({ placeholder: hint })}>
  </div>`
}

/** The dialog's code reads this attribute: the field is shown if any of the conditions holds. */
function shownWhen({ when }: Pick<Setting, 'when'>): string {
  return when ? ` data-when="${escapeHtml(JSON.stringify([when].flat()))}"` : ''
}
