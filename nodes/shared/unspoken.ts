import { hasWords, sentencesOf } from '../../src/sounds'

/** How many texts are followed at the same time; the oldest are forgotten. */
const MOST = 100

interface Written {
  _msgid?: string
  /** False while more of the text follows. */
  complete?: unknown
}

/**
 * Follows text that is spoken while it is being written, in messages with the same id that each contain all
 * the text so far.
 * @returns a function that takes a message and its text, and returns what to speak now: the sentences that
 * are followed by another one, or the rest if the text is complete; '' if there is nothing yet
 */
export function createUnspoken(): (msg: Written, text: string) => string {
  /** Message id → how many of its sentences have been spoken. */
  const followed = new Map<string, number>()
  return ({ _msgid = '', complete }, text) => {
    const spoken = followed.get(_msgid) ?? 0
    followed.delete(_msgid)
    if (complete !== false && spoken === 0) return text
    // The last sentence with words is kept back until the text is complete, so that there is still a message
    // to mark as the last.
    const sentences = sentencesOf(text).filter((clauses) => clauses.some(hasWords))
    const end = complete === false ? Math.max(spoken, sentences.length - 1) : sentences.length
    if (complete === false) followed.set(_msgid, end)
    for (const oldest of [...followed.keys()].slice(0, Math.max(0, followed.size - MOST))) followed.delete(oldest)
    // One sentence per line, since the end of a line also ends a sentence.
    return sentences
      .slice(spoken, end)
      .map((clauses) => clauses.join('').trim())
      .join('\n')
  }
}

/** Whether a message, or by default the node's setting, asks for unfinished parts. */
export function wantsParts(stream: unknown, setting: unknown): boolean {
  const asked = stream ?? setting
  return asked === true || asked === 'true' || asked === 1
}
