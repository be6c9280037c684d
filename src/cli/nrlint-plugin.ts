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

/** What nrlint hands to a rule, as far as we use it. */
interface Context {
  /** The flow file as nrlint read it; `export` returns the file's nodes. */
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
