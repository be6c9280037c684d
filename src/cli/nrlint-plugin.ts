/**
 * The wire check as a rule for `nrlint`, Node-RED's linter, on its command line. In `.nrlintrc.js`:
 *
 *     module.exports = {
 *       plugins: ['@daisychain/node-red-models/dist/src/cli/nrlint-plugin'],
 *       rules: { 'daisychain-wires': true },
 *     }
 */
import { allDeclarations, declaredBeside } from '../declarations'
import { checkFlow, readFlow } from '../flow'

/** The part of nrlint's argument for rules that is used here. */
interface Context {
  /** The flow file as read by nrlint; `export` returns its nodes. */
  flows: { export(): unknown }
  report(finding: { location: string[]; message: string; severity?: 'warn' | 'error' }): void
}

const daisychainWires = {
  meta: {
    type: 'problem',
    severity: 'error',
    docs: { description: 'every wire carries what its receiver needs' },
    options: {},
  },
  create: (context: Context) => ({
    start() {
      const declarations = allDeclarations(declaredBeside(process.cwd()))
      for (const { from, to, message } of checkFlow(readFlow(context.flows.export()), declarations).problems)
        context.report({ location: [to.id, from.id], message })
    },
  }),
}

export = { 'daisychain-wires': daisychainWires }
