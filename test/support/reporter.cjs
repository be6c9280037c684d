// Mocha's spec reporter, which also leaves its counts, and what failed, where `npm test` can add them up.
const { writeFileSync } = require('node:fs')
const { reporters } = require('mocha')

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const titles = []
    runner.on('fail', (test) => titles.push(test.fullTitle()))
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats
      const counts = { passed: passes, failed: failures, skipped: pending, titles }
      if (process.env.DAISYCHAIN_COUNTS) writeFileSync(process.env.DAISYCHAIN_COUNTS, JSON.stringify(counts))
    })
  }
}
