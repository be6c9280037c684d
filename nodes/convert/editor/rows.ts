import { element } from '../../../src/editor/dom'

/** A column of an editable list. */
interface Column<Name extends string> {
  name: Name
  type: 'text' | 'color'
  width?: string
  otherwise?: string
  /** Text after the column's field. */
  behind?: string
}

type Row<Name extends string> = Record<Name, string>

/** Turns an element into Node-RED's editable list. @returns a function that reads its rows */
export function editableRows<Name extends string>(
  list: HTMLElement,
  rows: readonly Partial<Row<Name>>[],
  columns: readonly Column<Name>[],
): () => Row<Name>[] {
  const addItem = ([row]: [HTMLElement], _index: number, data: Partial<Row<Name>>) => {
    for (const { name, type, width = '', otherwise = '', behind } of columns) {
      const field = element('input', { type, value: data[name] ?? otherwise, className: `daisychain-${name}` })
      field.style.width = width
      row.append(field, ...(behind ? [behind] : []))
    }
  }
  const options = { addItem, removable: true, sortable: true, height: 'auto' }
  list.style.minHeight = '120px'
  $(list).editableList(options).editableList('addItems', rows)
  const read = (row: HTMLElement) =>
    Object.fromEntries(
      columns.map(({ name }) => [name, row.querySelector<HTMLInputElement>(`.daisychain-${name}`)?.value.trim() ?? '']),
    ) as Row<Name>
  return () =>
    $(list)
      .editableList('items')
      .toArray()
      .map((row) => read(row[0] as HTMLElement))
}
