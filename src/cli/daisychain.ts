#!/usr/bin/env node
import { runCommand } from './commands'

runCommand(process.argv.slice(2)).then((code) => {
  process.exitCode = code
})
