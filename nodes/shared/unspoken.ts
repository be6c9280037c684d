import { hasWords, sentencesOf } from '../../src/sounds'

/** Texts whose writing is followed at the same time; the oldest are forgotten. */
const MOST = 100

interface Written {
  _msgid?: string
  /** False while more of the text follows. */
  complete?: unknown
}

/**
 * Follows text that is spoken while it is written: messages of one id, each with all that there is so far.
 *
 * @returns given a message and its text, what of it is to be spoken now: sentences that another one follows, or the rest where the text
 *   is complete; '' where there is nothing yet
 */
export function createUnspoken(): (msg: Written, text: string) => string {
  /** Message id → how many of its sentences are spoken. */
  const followed = new Map<string, number>()
  return ({ _msgid = '', complete }, text) => {
    const spoken = followed.get(_msgid) ?? 0
    followed.delete(_msgid)
    if (complete !== false && spoken === 0) return text
    // One with words is always kept for the end, so that there is something to say that it is the last.
    const sentences = sentencesOf(text).filter((clauses) => clauses.some(hasWords))
    const end = complete === false ? Math.max(spoken, sentences.length - 1) : sentences.length
    if (complete === false) followed.set(_msgid, end)
    for (const oldest of [...followed.keys()].slice(0, Math.max(0, followed.size - MOST))) followed.delete(oldest)
    // Each line's end is the end of a sentence.
    return sentences
      .slice(spoken, end)
      .map((clauses) => clauses.join('').trim())
      .join('\n')
  }
}

/** Whether a message, or else the node's setting, asks for parts of what is made before all of it is there. */
export function wantsParts(stream: unknown, setting: unknown): boolean {
  const asked = stream ?? setting
  return asked === true || asked === 'true' || asked === 1
}
