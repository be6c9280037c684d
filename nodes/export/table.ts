import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { jsonPieces } from '../../src/types/json-pieces'
import type { Collection } from './collection'
import { csvLine, flatten, type Row, requireSize, rowOf } from './rows'
import { createSpool, type Spool } from './spool'

export type TableFormat = 'csv' | 'json' | 'jsonl'

/**
 * A table with one row per message.
 * @param column the column for values that aren't records
 * @param raw whether to keep CSV cells that begin like formulas unchanged
 */
export async function createTable(format: TableFormat, column: string, raw = false): Promise<Collection> {
  const spool = await createSpool()
  const columns = new Set(['filename'])
  return {
    get count() {
      return spool.count
    },
    async add({ source, value }, index) {
      requireSize([source, value], format)
      const row = rowOf(source, value, column)
      if (format === 'csv') for (const name of Object.keys(flatten(row))) columns.add(name)
      await spool.add(Buffer.concat(await jsonPieces(row)), index)
    },
    async write(path) {
      await pipeline(Readable.from(lines(format, spool, [...columns], raw)), createWriteStream(path))
    },
    remove: () => spool.remove(),
  }
}

async function* lines(
  format: TableFormat,
  spool: Spool,
  columns: string[],
  raw: boolean,
): AsyncGenerator<string | Buffer> {
  // Spreadsheets recognise UTF-8 only by this byte order mark.
  if (format === 'csv') yield `\ufeff${csvLine(columns, raw)}\r\n`
  let separator = '[\n'
  for await (const piece of spool.pieces()) {
    if (format !== 'csv') {
      if (format === 'json') yield separator
      yield piece
      if (format === 'jsonl') yield '\n'
    } else {
      const cells = flatten(JSON.parse(piece.toString()) as Row)
      yield `${csvLine(
        columns.map((name) => cells[name]),
        raw,
      )}\r\n`
    }
    separator = ',\n'
  }
  if (format === 'json') yield spool.count > 0 ? '\n]\n' : '[]\n'
}
