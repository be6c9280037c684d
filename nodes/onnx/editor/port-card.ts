import { choice, element } from '../../../src/editor/dom'
import { type InputChoice, type OutputChoice, type PictureChoice, ROWS } from '../../../src/inspect/choice'
import { reshaped } from '../../../src/inspect/correct'
import { INPUT_RANGES, OUTPUT_RANGES } from '../../../src/inspect/ranges'
import { describeShape, fixedCount } from '../../../src/inspect/shapes'
import type { Say } from '../../shared/editor/say'
import { field, labelled, tick } from './fields'
import type { Reasons } from './reasons'

/** Changes that a card can make. */
export interface CardActions {
  kinds: readonly string[]
  reasons: Reasons
  changeKind(kind: string): void
  /** Applies changes to the port; `redraw` if other fields depend on it. */
  change(changes: Partial<InputChoice & OutputChoice>, redraw?: boolean): void
  loadLabels?(file: string): void
}

/** One input or output in the dialog: its type, the reason for it, and fields for corrections. */
export function portCard(
  port: InputChoice | OutputChoice,
  isInput: boolean,
  say: Say,
  actions: CardActions,
): HTMLElement {
  const { as, name, property, why, confidence } = port
  const isPort = as !== 'state' && as !== 'unused' && ('part' in port ? port.part === 'ids' : true)
  const where = field('text', property, (value) => actions.change({ property: value.trim() || 'payload' }), {
    className: 'daisychain-onnx-property',
  })
  return element(
    'div',
    { className: 'daisychain-onnx-port' },
    element(
      'div',
      { className: 'daisychain-onnx-head' },
      element('b', { title: port.tensor }, name),
      choice(actions.kinds, as as string, (kind) => say(`kinds.${kind}`), actions.changeKind),
      isPort ? element('span', { className: 'daisychain-onnx-where' }, `${say('property')} msg.`, where) : null,
    ),
    element('div', { className: 'daisychain-onnx-fields' }, ...fieldsOf(port, isInput, say, actions)),
    why
      ? element(
          'p',
          { className: 'daisychain-onnx-why', title: actions.reasons.of(why) === why ? '' : why },
          element('span', { className: `daisychain-onnx-sure ${confidence}` }, say(`sure.${confidence}`)),
          ` ${actions.reasons.of(why)}`,
        )
      : null,
    details(port, isInput, say, actions),
  )
}

function fieldsOf(port: InputChoice | OutputChoice, isInput: boolean, say: Say, actions: CardActions): HTMLElement[] {
  const { as, picture } = port
  const change = (changes: Partial<PictureChoice>, redraw = false) =>
    actions.change({ picture: { ...(picture as PictureChoice), ...changes }, why: '', confidence: 'certain' }, redraw)
  if (as === 'picture' && picture) {
    const flat = picture.flat ? flatFields(fixedCount(port.shape) ?? 0, picture, say, change) : []
    return [...pictureFields(picture, isInput, say, change), ...flat]
  }
  if (as === 'labels' || as === 'category' || as === 'things') return labelFields(port, isInput, say, actions)
  if (as === 'number' && isInput) {
    const { value } = port as InputChoice
    return [
      labelled(
        say('value'),
        field('number', String(value ?? ''), (text) => actions.change({ value: Number(text) })),
      ),
    ]
  }
  if (as === 'switch') {
    const { value } = port as InputChoice
    return [tick(say('value'), Boolean(value), (on) => actions.change({ value: Number(on) }))]
  }
  return isInput ? [] : textFields(port as OutputChoice, say, actions)
}

/** Options for text: the context length of a text generator, or how token vectors are combined. */
function textFields({ as, writer, rows, normalize }: OutputChoice, say: Say, { change }: CardActions): HTMLElement[] {
  if (as === 'text' && writer)
    return [
      labelled(
        say('context'),
        field('number', String(writer.context), (text) =>
          change({ writer: { ...writer, context: Math.max(1, Math.round(Number(text)) || 1) } }),
        ),
      ),
    ]
  if (as !== 'numbers' || !rows) return []
  const chosen = choice(
    ROWS,
    rows,
    (each) => say(`rowsAs.${each}`),
    (each) => change({ rows: each, why: '', confidence: 'certain' }, true),
  )
  const length = tick(say('normalize'), normalize ?? false, (on) => change({ normalize: on }))
  return [labelled(say('rows'), chosen), ...(rows === 'each' ? [] : [length])]
}

function pictureFields(
  picture: PictureChoice,
  isInput: boolean,
  say: Say,
  change: (changes: Partial<PictureChoice>, redraw?: boolean) => void,
): HTMLElement[] {
  const { range, order, channels, fit, width, height, scale, offset, restore } = picture
  const ranges: readonly PictureChoice['range'][] = isInput ? INPUT_RANGES : OUTPUT_RANGES
  const fields = [
    labelled(
      say('range'),
      choice(
        ranges,
        range,
        (each) => say(`ranges.${each}`),
        (each) => change({ range: each }, true),
      ),
    ),
  ]
  if (range === 'custom') {
    fields.push(
      labelled(
        say('scale'),
        numbersField(scale ?? 1, (numbers) => change({ scale: numbers })),
      ),
    )
    fields.push(
      labelled(
        say('offset'),
        numbersField(offset ?? 0, (numbers) => change({ offset: numbers })),
      ),
    )
  }
  if (channels === 3)
    fields.push(
      labelled(
        say('order'),
        choice(
          ['RGB', 'BGR'] as const,
          order,
          (each) => say(`orders.${each}`),
          (each) => change({ order: each }),
        ),
      ),
    )
  if (isInput && width && height) {
    const size = `${width} × ${height}`
    fields.push(
      labelled(
        say('fit'),
        choice(
          ['stretch', 'letterbox', 'tiles'] as const,
          fit === 'keep' ? 'stretch' : (fit ?? 'stretch'),
          (each) => say(`fits.${each}`, { size }),
          (each) => change({ fit: each }),
        ),
      ),
    )
  }
  if (!isInput && !picture.times) fields.push(tick(say('restore'), restore ?? false, (on) => change({ restore: on })))
  return fields
}

/** The sides and colours of a picture given as a flat list of pixels. */
function flatFields(
  count: number,
  picture: PictureChoice,
  say: Say,
  change: (changes: Partial<PictureChoice>, redraw?: boolean) => void,
): HTMLElement[] {
  const side = (key: 'width' | 'height') =>
    labelled(
      say(key),
      field('number', String(picture[key] ?? ''), (text) =>
        change(reshaped(count, picture, { [key]: Math.max(1, Math.round(Number(text)) || 1) }), true),
      ),
    )
  const colors = tick(say('inColor'), picture.channels === 3, (on) =>
    change(reshaped(count, picture, { channels: on ? 3 : 1 }), true),
  )
  return [side('width'), side('height'), ...(count % 3 === 0 ? [colors] : [])]
}

/** Which rows of numbers contain the points. */
function pointRows({ points, shape }: OutputChoice, say: Say, change: CardActions['change']): HTMLElement[] {
  if (!points || points.heat) return []
  const { size, skip = 0, each = size, count, unit } = points
  const room = Math.max(1, Math.floor(((fixedCount(shape) ?? 0) - skip - size) / each) + 1)
  const number = (word: string, value: number, least: number, key: 'skip' | 'each' | 'count') =>
    labelled(
      say(word),
      field('number', String(value), (text) =>
        change({ points: { ...points, [key]: Math.max(least, Math.round(Number(text)) || least) } }, true),
      ),
    )
  return [
    number('pointCount', count ?? room, 1, 'count'),
    number('pointEach', each, size, 'each'),
    number('pointSkip', skip, 0, 'skip'),
    tick(say('pointCentered'), unit === 'centered', (on) => {
      const { unit: _, ...rest } = points
      change({ points: on ? { ...rest, unit: 'centered' } : rest })
    }),
  ]
}

/** A field for one number, or one per channel separated by commas. */
function numbersField(value: number | number[], change: (numbers: number | number[]) => void): HTMLInputElement {
  return field('text', [value].flat().join(', '), (text) => {
    const numbers = text
      .split(/[\s,;]+/)
      .filter(Boolean)
      .map(Number)
    if (numbers.length > 0 && numbers.every(Number.isFinite))
      change(numbers.length === 1 ? (numbers[0] as number) : numbers)
  })
}

function labelFields(
  { labels = [] }: InputChoice | OutputChoice,
  isInput: boolean,
  say: Say,
  { loadLabels }: CardActions,
): HTMLElement[] {
  const shown = labels.slice(0, 6).join(', ') + (labels.length > 6 ? ', …' : '')
  const now = element(
    'div',
    { className: 'daisychain-onnx-labels' },
    say('labelsNow', { count: labels.length, names: shown }),
  )
  if (isInput || !loadLabels) return labels.length > 0 ? [now] : []
  const file = field('text', '', (path) => path.trim() && loadLabels(path.trim()), { placeholder: say('labelsHint') })
  return [labelled(say('labels'), file), now]
}

/** Options that require knowledge of the network, folded away. */
function details(port: InputChoice | OutputChoice, isInput: boolean, say: Say, actions: CardActions): HTMLElement {
  const { tensor, dtype, shape, picture, as } = port
  const rows: (HTMLElement | null)[] = [
    element('div', {}, `${say('tensor')}: ${tensor}, ${dtype}, ${describeShape(shape)}`),
  ]
  if (picture && (as === 'picture' || as === 'labels' || as === 'values')) {
    const layouts = shape.length === 4 ? (['NCHW', 'NHWC'] as const) : (['CHW', 'HWC'] as const)
    const change = (changes: Partial<PictureChoice>) => actions.change({ picture: { ...picture, ...changes } })
    rows.push(
      labelled(
        say('layout'),
        choice<PictureChoice['layout']>(layouts, picture.layout, String, (layout) => change({ layout })),
      ),
    )
    if (isInput && picture.fit === 'keep')
      rows.push(
        labelled(
          say('multipleOf'),
          field('number', String(picture.multipleOf ?? 1), (text) => change({ multipleOf: Number(text) || 1 })),
        ),
      )
  }
  if (as === 'points') rows.push(...pointRows(port as OutputChoice, say, actions.change))
  if (as === 'category')
    rows.push(tick(say('softmax'), (port as OutputChoice).softmax ?? false, (softmax) => actions.change({ softmax })))
  return element('details', { className: 'daisychain-onnx-details' }, element('summary', {}, say('details')), ...rows)
}
