#!/usr/bin/env node
import { check } from './check'
import { doctor } from './doctor'
import { help } from './help'
import { inspect } from './inspect'
import { models } from './models'

/** Takes the words after its name; gives the exit code. */
type Command = (args: string[]) => number | Promise<number>

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['check', check],
  ['doctor', doctor],
  ['inspect', inspect],
  ['models', models],
  ['help', help],
  ['--help', help],
  ['-h', help],
])

async function main([name = 'help', ...args]: string[]): Promise<number> {
  const command = commands.get(name)
  if (command) return command(args)
  console.error(`daisychain has no command “${name}”. Type “daisychain help” to see what it can do.`)
  return 2
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: Error) => {
    console.error(error.message)
    process.exitCode = 2
  },
)
