/** A value that cannot be taken. The message is one sentence for a person, without a full stop. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
}
