import { encode } from 'uqr'
import { element } from '../../../src/editor/dom'

/** Width of the white border that QR code readers need, in modules. */
const BORDER = 3
const DOT_PIXELS = 4

/** Addresses for other devices, each with a QR code for the device's camera. */
export function createInvites(addresses: readonly string[]): HTMLElement {
  return element(
    'div',
    { className: 'daisychain-invites' },
    ...addresses.map((address) =>
      element(
        'div',
        {},
        qrCode(address),
        element('div', {}, element('a', { href: address, target: '_blank', rel: 'noopener' }, address)),
      ),
    ),
  )
}

function qrCode(text: string): HTMLCanvasElement {
  const { data, size } = encode(text, { border: BORDER, ecc: 'M' })
  const canvas = element('canvas', { width: size * DOT_PIXELS, height: size * DOT_PIXELS })
  const context = canvas.getContext('2d')
  if (!context) return canvas
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#000'
  data.forEach((row, y) => {
    row.forEach((isDark, x) => {
      if (isDark) context.fillRect(x * DOT_PIXELS, y * DOT_PIXELS, DOT_PIXELS, DOT_PIXELS)
    })
  })
  canvas.setAttribute('role', 'img')
  canvas.setAttribute('aria-label', text)
  return canvas
}
