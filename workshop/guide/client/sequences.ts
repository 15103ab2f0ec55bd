const stepMs = 1000

/** The pictures that show messages in their order. Where motion is not wanted they stay complete. */
export function findSequences(): HTMLImageElement[] {
  if (matchMedia('(prefers-reduced-motion: reduce)').matches) return []
  return [...document.querySelectorAll<HTMLImageElement>('img[data-steps]')]
}

/** How many steps a picture has. */
export function stepsOf(picture: HTMLImageElement): number {
  return Number(picture.dataset['steps'])
}

/** Shows the first steps of a picture: its own style hides those behind the target of its address. */
export function showSteps(picture: HTMLImageElement, count: number): void {
  const [file = ''] = picture.src.split('#')
  picture.src = count < stepsOf(picture) ? `${file}#step-${count}` : file
}

/** Calls back once, as soon as half of an element is on the screen. @returns how to stop that */
export function onceHalfVisible(element: Element, begin: () => void): () => void {
  const look = (entries: IntersectionObserverEntry[]) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return
    observer.disconnect()
    begin()
  }
  const observer = new IntersectionObserver(look, { threshold: 0.5 })
  observer.observe(element)
  return () => observer.disconnect()
}

/** Plays each picture of a lesson as soon as half of it is on the screen, and again on demand. */
export function playSequences(): void {
  for (const picture of findSequences()) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const playFrom = (count: number) => {
      clearTimeout(timer)
      showSteps(picture, count)
      if (count < stepsOf(picture)) timer = setTimeout(playFrom, stepMs, count + 1)
    }
    const playOnScreen = () => onceHalfVisible(picture, () => playFrom(0))
    // Before it has loaded it has no height, and half of that is always on the screen.
    picture.addEventListener('load', playOnScreen, { once: true })
    showSteps(picture, 0)
    addEventListener('beforeprint', () => playFrom(Infinity))
    const again = document.createElement('button')
    again.type = 'button'
    again.className = 'play-again'
    again.textContent = 'Play again'
    again.addEventListener('click', () => playFrom(0))
    picture.closest('a')?.after(again)
  }
}
