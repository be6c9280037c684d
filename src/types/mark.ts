/**
 * Whether a value's class has a mark. `instanceof` isn't enough, because two copies of this package, each
 * with its own classes, may be loaded.
 */
export function hasMark(value: unknown, mark: symbol): boolean {
  return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[mark] === true
}
