/**
 * The name of a built-in object of JavaScript or Node.js whose fields don't show its contents: a Date, a Map, a
 * Promise. Null for every other value.
 */
export function ownKind(value: unknown): string | null {
  const name = Object.prototype.toString.call(value).slice(8, -1)
  return /^(Date|Map|Set|WeakMap|WeakSet|RegExp|Error|Promise|Blob|File|URL|ReadableStream|Big(Int|Uint)64Array)$/.test(
    name,
  )
    ? name
    : null
}
