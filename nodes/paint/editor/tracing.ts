interface Parts {
  image: HTMLImageElement
  canvas: HTMLCanvasElement
  find<E extends HTMLElement>(id: string): E
}

/** A picture beneath the drawing to trace, which stays in the dialog. @returns a function that releases it */
export function offerTracing({ image, canvas, find }: Parts, failed: () => void): () => void {
  const file = find<HTMLInputElement>('file')
  const opacity = find<HTMLInputElement>('opacity')
  const controls = find('tracing')
  let url = ''

  const see = () => {
    canvas.style.opacity = image.hidden ? '' : String(1 - Number(opacity.value) / 100)
  }
  const remove = () => {
    if (url) URL.revokeObjectURL(url)
    url = ''
    image.hidden = true
    image.removeAttribute('src')
    controls.hidden = true
    see()
  }
  find('choose').addEventListener('click', () => file.click())
  find('take-away').addEventListener('click', remove)
  opacity.addEventListener('input', see)
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? []
    if (!chosen) return
    remove()
    url = URL.createObjectURL(chosen)
    image.src = url
    file.value = ''
  })
  image.addEventListener('load', () => {
    image.hidden = false
    controls.hidden = false
    see()
  })
  image.addEventListener('error', () => {
    if (!url) return
    remove()
    failed()
  })
  return remove
}
