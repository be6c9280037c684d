/**
 * A chain can't be compiled, or the result isn't equal. The message is a sentence for people that names the
 * node.
 */
export class CompileError extends Error {
  override readonly name = 'CompileError'
}
