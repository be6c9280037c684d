import { check } from './check'
import { compile } from './compile'
import { doctor } from './doctor'
import { help } from './help'
import { inspect } from './inspect'
import { models } from './models'

/** Takes the arguments after the command's name, and returns the exit code. */
type Command = (args: string[]) => number | Promise<number>

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['check', check],
  ['compile', compile],
  ['doctor', doctor],
  ['inspect', inspect],
  ['models', models],
  ['help', help],
  ['--help', help],
  ['-h', help],
])

/**
 * Runs one command, which prints its own output. Returns the exit code, which is 2 if the arguments weren't
 * understood.
 */
export async function runCommand([name = 'help', ...args]: string[]): Promise<number> {
  const command = commands.get(name)
  try {
    if (command) return await command(args)
    console.error(`daisychain has no command “${name}”. Type “daisychain help” to see what it can do.`)
  } catch (error) {
    console.error((error as Error).message)
  }
  return 2
}
