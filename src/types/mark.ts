/** Whether a value's class carries a mark: two copies of this package may be loaded, whose classes are not the same. */
export function hasMark(value: unknown, mark: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[mark] === true
}
