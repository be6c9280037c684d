import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { check, wireText } from './support'

const folder = resolve(__dirname, '../../../test/flow/cases')
const ending = '.expected.json'

/** Each `cases/NAME.json` is a flow file; `NAME.expected.json` has the check's expected result. */
describe('flows and their faults', () => {
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))

  for (const name of names)
    it(name.replaceAll('-', ' '), () => {
      const expected = JSON.parse(read(name + ending)) as { wires: string[]; problems: string[] }
      const { wires, problems } = check(read(`${name}.json`))
      assert.deepEqual(wires.map(wireText), expected.wires)
      assert.deepEqual(
        problems.map(({ message }) => message),
        expected.problems,
      )
    })

  it('have expectations for every flow', () => {
    assert.equal(readdirSync(folder).length, names.length * 2)
    assert.ok(names.length >= 35)
  })
})

function read(file: string): string {
  return readFileSync(resolve(folder, file), 'utf8')
}
