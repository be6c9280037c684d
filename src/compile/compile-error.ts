/** A chain cannot be compiled, or is not equal; the message is a sentence for a person and names the node. */
export class CompileError extends Error {
  override readonly name = 'CompileError'
}
