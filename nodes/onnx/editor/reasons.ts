import { language } from '../../../src/editor/shell/words'
import { reasonTranslator, type TranslateReasons } from '../../../src/models/translate-reasons'
import { server } from './requests'

/** Words of a proposal (reasons, notes, the question) in the editor's language. */
export interface Reasons {
  /** Unchanged if there is no translation. */
  of(english: string): string
  /** When the language's words are here, or cannot be read. */
  ready: Promise<void>
}

export function createReasons(): Reasons {
  const [spoken] = /^(de|ja)\b/.exec(language()) ?? []
  let translate: TranslateReasons = () => undefined
  const learn = async (language: string) => {
    translate = reasonTranslator(language, await server.reasons())
  }
  return {
    of: (english) => translate(english) ?? english,
    ready: spoken ? learn(spoken).catch(() => {}) : Promise.resolve(),
  }
}
