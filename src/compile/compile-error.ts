/** A chain can't be compiled, or isn't equal; the message is a sentence for people and names the node. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
}
