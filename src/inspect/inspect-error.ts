/** A file that can't be used as a model. The message is a sentence that says what is wrong and what to do. */
export class InspectError extends Error {
  override readonly name = 'InspectError'
}
