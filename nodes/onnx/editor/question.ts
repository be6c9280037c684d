import { element } from '../../../src/editor/dom'
import type { Question } from '../../../src/inspect/choice'
import type { Say } from '../../shared/editor/say'
import type { Reasons } from './reasons'
import type { Trial } from './requests'
import { wayCard } from './trial'

/**
 * A question that the file doesn't answer. Shows the results side by side, and the user clicks the right one.
 */
export function createQuestion(
  say: Say,
  run: (option: number) => Promise<Trial>,
  choose: (option: number) => void,
  reasons: () => Reasons,
) {
  const root = element('div', { id: 'daisychain-onnx-question', className: 'daisychain-onnx-question', hidden: true })
  let asked: Question | undefined
  return {
    root,
    /** Shows this question, or none. */
    show(question: Question | undefined): void {
      if (question === asked) return
      asked = question
      root.hidden = !question
      if (question) void ask(question)
    },
  }

  async function ask(question: Question): Promise<void> {
    const ways = element('div', { className: 'daisychain-onnx-ways' })
    root.replaceChildren(element('b', {}, reasons().of(question.ask)), ways)
    for (const [i, { label }] of question.options.entries()) {
      const trial = await run(i).catch(
        (error: Error): Trial => ({ ms: 0, device: '', outputs: [{ name: '', text: error.message }] }),
      )
      if (question !== asked) return
      ways.append(wayCard(say, { label: reasons().of(label), run: () => run(i), choose: () => choose(i) }, trial))
    }
  }
}
