import assert from 'node:assert/strict'
import { whatRefused } from '../../src/editor/shell/what-refused'

describe('why an editor’s request failed', () => {
  it('is the runtime’s sentence, an expired login, or a missing response; never a status name', () => {
    const login = (status: number) => ({ key: 'logInAgain', status })
    for (const [request, expected] of [
      [{ status: 400, statusText: 'Bad Request', responseJSON: { message: 'No.' } }, { said: 'No.' }],
      [{ status: 500, responseJSON: { error: 'npm failed.' } }, { said: 'npm failed.' }],
      [{ status: 200, statusText: 'OK', responseText: '<html>Log in</html>' }, login(200)],
      [{ status: 302, statusText: 'Found' }, login(302)],
      [{ status: 401, responseJSON: { message: 'Unauthorized' } }, login(401)],
      [
        { status: 502, statusText: 'Bad Gateway' },
        { key: 'noAnswerBut', status: 502 },
      ],
      [
        { status: 0, statusText: 'error' },
        { key: 'unreachable', status: 0 },
      ],
    ])
      assert.deepEqual(whatRefused(request), expected, JSON.stringify(request))
  })
})
