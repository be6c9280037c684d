/**
 * `npm run tour [-- LANGUAGE] [-- pictures [NAME…]]`: goes through README's first steps and the five chains
 * in Chromium, in a window of 1280×800, on what `npm start` runs. Prints the clicks and seconds of each step;
 * exits with 1 if one fails or a photograph takes more than six clicks. With `pictures` it takes the docs'
 * pictures instead, or those that are named. A photograph needs the internet: without it that step is
 * reported as not done.
 */
import { startBrowser } from '../test/browser/support/browser'
import { pictures, takePicture } from './tour/pictures'
import { startProgram } from './tour/program'
import { steps } from './tour/steps'
import { Visitor } from './tour/visitor'

const LANGUAGES = ['en-US', 'de', 'ja']

async function main([first = 'en-US', ...names]: string[]): Promise<void> {
  const unknown = first === 'pictures' ? names.find((name) => !pictures[name]) : LANGUAGES.includes(first) ? '' : first
  if (unknown) throw new Error(`"${unknown}" is none of: ${[...LANGUAGES, ...Object.keys(pictures)].join(', ')}`)
  const program = await startProgram()
  const browser = await startBrowser()
  try {
    if (first === 'pictures')
      for (const name of names.length > 0 ? names : Object.keys(pictures)) await takePicture(browser, program.url, name)
    else await walk(await Visitor.arrive(browser, program.url, first))
  } finally {
    await browser.close()
    await program.stop()
  }
}

async function walk(visitor: Visitor): Promise<void> {
  const row = (clicks: unknown, seconds: unknown, what: string) =>
    console.log(`${String(clicks).padStart(6)}  ${String(seconds).padStart(7)}  ${what}`)
  row('clicks', 'seconds', 'step')
  let [clicks, seconds] = [0, 0]
  for (const { name, most = Number.POSITIVE_INFINITY, go } of steps) {
    const [before, since] = [visitor.clicks, performance.now()]
    const outcome = await go(visitor).catch(async (error: Error) => {
      await visitor.editor.picturePage(`failed at ${name}`)
      throw new Error(`${name}: ${error.message}`)
    })
    const [taken, time] = [visitor.clicks - before, (performance.now() - since) / 1000]
    row(taken, time.toFixed(1), outcome ? `${name}: ${outcome}` : name)
    if (taken > most) throw new Error(`${name}: ${taken} clicks, more than ${most}`)
    clicks += taken
    seconds += time
  }
  row(clicks, seconds.toFixed(1), 'all')
  if (visitor.editor.errors.length > 0) throw new Error(`The page reported: ${visitor.editor.errors.join('; ')}`)
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
