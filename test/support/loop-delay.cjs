// Loaded into a Node-RED by NODE_OPTIONS: writes how late its event loop was (99th percentile, in ms) to a file whenever SIGCONT comes,
// and begins anew.
const { writeFileSync } = require('node:fs')
const { monitorEventLoopDelay } = require('node:perf_hooks')

const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('SIGCONT', () => {
  writeFileSync(process.env.DAISYCHAIN_LOOP_DELAY, `${delay.percentile(99) / 1e6} ${delay.max / 1e6}\n`)
  delay.reset()
})
