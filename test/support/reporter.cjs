// Mocha's spec reporter, which also writes its counts and failures to a file, so that `npm test` can add them
// up.
const { writeFileSync } = require('node:fs')
const { reporters } = require('mocha')

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const failures = []
    /** Seconds for each file, from the start of its first suite to the end of its last. */
    const times = {}
    let began = 0
    runner.on('suite', ({ parent }) => {
      if (parent?.root) began = performance.now()
    })
    runner.on('suite end', ({ parent, file }) => {
      if (parent?.root && file) times[file] = (times[file] ?? 0) + (performance.now() - began) / 1000
    })
    // A failed hook's file is that of the test before or after which it ran.
    runner.on('fail', (test) => {
      failures.push({ title: test.fullTitle(), file: test.file ?? test.ctx?.currentTest?.file ?? test.parent?.file })
    })
    runner.once('end', () => {
      const { passes, failures: failed, pending } = this.stats
      const counts = { passed: passes, failed, skipped: pending, failures, times }
      if (process.env.DAISYCHAIN_COUNTS) writeFileSync(process.env.DAISYCHAIN_COUNTS, JSON.stringify(counts))
      // A failed test may leave a server open, so don't wait for it. If no test failed, an open server is
      // itself a fault.
      setTimeout(() => {
        console.error(`Still open after the last test: ${process.getActiveResourcesInfo().join(', ')}`)
        process.exit(1)
      }, 30_000).unref()
    })
  }
}
