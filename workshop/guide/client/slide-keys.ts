const methods: Record<string, string> = {
  ArrowLeft: 'prev',
  ArrowRight: 'next',
  PageDown: 'next',
  PageUp: 'prev',
}

/**
 * In a frame on a slide: its keys turn the slide also while the focus is in the frame. reveal.js
 * calls the method that a message names.
 */
export function turnSlidesWithKeys(): void {
  addEventListener('keydown', ({ key, target }) => {
    const method = methods[key]
    if (!method || target instanceof HTMLInputElement) return
    window.top?.postMessage(JSON.stringify({ method }), '*')
  })
}
