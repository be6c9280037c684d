import { availableParallelism, cpus } from 'node:os'
import type { Figure } from '../../bench/figure'

/** Prints figures by name, each next to its target. */
export function printTable(figures: Record<string, Figure>): void {
  const rows = Object.entries(figures).map(([name, { value, unit, aim, better }]) => {
    if (aim === undefined) return [name, `${round(value)} ${unit}`, '', '']
    const reached = better === 'lower' ? value <= aim : value >= aim
    return [name, `${round(value)} ${unit}`, `${better === 'lower' ? '≤' : '≥'} ${aim}`, reached ? 'reached' : 'MISSED']
  })
  const table = [['figure', 'measured', 'aim', ''], ...rows]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] as string).length)))
  console.log(`\n${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, Node.js ${process.versions.node}\n`)
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('   ')
        .trimEnd(),
    )
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
