// Mocha's spec reporter, which also leaves its counts where `npm test` can add them up.
const { writeFileSync } = require('node:fs')
const { reporters } = require('mocha')

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats
      const counts = { passed: passes, failed: failures, skipped: pending }
      if (process.env.DAISYCHAIN_COUNTS) writeFileSync(process.env.DAISYCHAIN_COUNTS, JSON.stringify(counts))
    })
  }
}
