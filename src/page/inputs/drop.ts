/** Makes an area of the page accept dropped files, and highlights it while something is dragged over it. */
export function takeDrops(area: HTMLElement, take: (dropped: DataTransfer) => void): void {
  area.addEventListener('dragover', (event) => {
    event.preventDefault()
    area.classList.add('over')
  })
  area.addEventListener('dragleave', () => area.classList.remove('over'))
  area.addEventListener('drop', (event) => {
    event.preventDefault()
    area.classList.remove('over')
    if (event.dataTransfer) take(event.dataTransfer)
  })
}
