/**
 * The class name of a built-in object whose fields don't show its contents, such as a Date, a Map or a
 * Promise; null for other values.
 */
export function ownKind(value: unknown): string | null {
  const name = Object.prototype.toString.call(value).slice(8, -1)
  return /^(Date|Map|Set|WeakMap|WeakSet|RegExp|Error|Promise|Blob|File|URL|ReadableStream|Big(Int|Uint)64Array)$/.test(
    name,
  )
    ? name
    : null
}
