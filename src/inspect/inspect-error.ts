/** A file that cannot be used as a model. The message is a sentence: what is wrong, and what to do. */
export class InspectError extends Error {
  override readonly name = 'InspectError'
}
