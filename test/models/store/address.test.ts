import assert from 'node:assert/strict'
import { mirrored } from '../../../src/models/store/mirror'
import { proxyAuthorization, proxyFor } from '../../../src/models/store/proxy'

describe('mirrored', () => {
  const at = (DAISYCHAIN_MIRROR: string) => mirrored('https://a.org/x/file.onnx?y=1', { DAISYCHAIN_MIRROR }).href

  it('leaves an address unchanged without a mirror', () => {
    assert.equal(mirrored('https://a.org/x/file.onnx', {}).href, 'https://a.org/x/file.onnx')
  })

  it('uses a folder for each host, or replaces the beginning', () => {
    assert.equal(at('http://m.org/pub/'), 'http://m.org/pub/a.org/x/file.onnx?y=1')
    assert.equal(at('https://a.org=https://b.org'), 'https://b.org/x/file.onnx?y=1')
    assert.equal(at('https://c.org=https://d.org, https://a.org/x=http://b.org/z'), 'http://b.org/z/file.onnx?y=1')
    assert.equal(at('https://c.org=https://d.org, https://m.org'), 'https://m.org/a.org/x/file.onnx?y=1')
  })

  it('doesn’t confuse hosts that begin alike', () => {
    assert.equal(at('https://a.or=https://b.org'), 'https://a.org/x/file.onnx?y=1')
  })

  it('says which entry isn’t an address', () => {
    assert.throws(() => at('m.org'), /has the entry “m\.org”, which isn't a web address\./)
    assert.throws(() => at('file:///x'), /isn't a web address/)
  })
})

describe('proxyFor', () => {
  const find = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env)?.href ?? null
  const proxy = 'http://p.org:3128'

  it('uses the proxy of the protocol, in capitals or not', () => {
    assert.equal(find('https://a.org', { HTTPS_PROXY: proxy }), `${proxy}/`)
    assert.equal(find('https://a.org', { https_proxy: proxy }), `${proxy}/`)
    assert.equal(find('http://a.org', { HTTPS_PROXY: proxy }), null)
    assert.equal(find('http://a.org', { HTTP_PROXY: 'p.org:3128' }), `${proxy}/`)
    assert.equal(find('https://a.org', { ALL_PROXY: proxy }), `${proxy}/`)
    assert.equal(find('https://a.org', {}), null)
  })

  const exceptions: [string, string, boolean][] = [
    ['https://a.org', '*', true],
    ['https://a.org', 'a.org', true],
    ['https://x.a.org', 'b.org, a.org', true],
    ['https://x.a.org', '.a.org', true],
    ['https://x.a.org', '*.a.org', true],
    ['https://xa.org', 'a.org', false],
    ['https://a.org', 'a.org:443', true],
    ['https://a.org:8443', 'a.org:443', false],
    ['http://10.1.2.3', '10.0.0.0/8', true],
    ['http://11.1.2.3', '10.0.0.0/8', false],
    ['http://[::1]:80', '::1', true],
    ['http://[fd00::1]', 'fd00::/8', true],
    ['http://10.1.2.3', '10.0.0.0/99', false],
  ]
  for (const [url, list, isExcepted] of exceptions) {
    it(`${isExcepted ? 'goes around' : 'uses'} it for ${url} with NO_PROXY=${list}`, () => {
      const found = find(url, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: list })
      assert.equal(found === null, isExcepted)
    })
  }

  it('reports an unsupported kind of proxy, without its password', () => {
    assert.throws(
      () => find('https://a.org', { ALL_PROXY: 'socks5://me:secret@p.org' }),
      (error: Error) => {
        assert.match(error.message, /The proxy “socks5:\/\/p\.org” cannot be used/)
        return true
      },
    )
  })

  it('identifies itself to the proxy', () => {
    assert.deepEqual(proxyAuthorization(new URL('http://me:a%40b@p.org')), {
      'proxy-authorization': `Basic ${Buffer.from('me:a@b').toString('base64')}`,
    })
  })
})
