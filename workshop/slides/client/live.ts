import type { RevealApi } from 'reveal.js'

export const lookMs = 1000

/**
 * A slide that can be live shows the page of its step while that runs, and else its picture. Only
 * the visible slide loads it, and none in the speaker view: every page is a device in the chat.
 */
export function showRunningSteps(reveal: RevealApi): void {
  if (reveal.isSpeakerNotes() || reveal.getConfig().view === 'print') return
  const look = async () => {
    const current = reveal.getCurrentSlide().querySelector<HTMLElement>('.live')
    for (const live of document.querySelectorAll<HTMLElement>('.live')) {
      show(live, live === current ? await localUrl(`/running/${live.dataset['step']}`) : '')
    }
    setTimeout(look, lookMs)
  }
  void look()
}

/** Asks the server of the slides for the address of another one on this machine; empty: it does not run. */
export async function localUrl(path: string): Promise<string> {
  try {
    const answer = await fetch(path)
    const port = Number(await answer.text())
    // The same host as this page: cookies do not care for ports, and a foreign host gets none here.
    return port > 0 ? `http://${location.hostname}:${port}` : ''
  } catch {
    return '' // The slides are not served any more. What is shown stays readable.
  }
}

function show(live: HTMLElement, url: string): void {
  if ((live.dataset['url'] ?? '') === url) return
  live.dataset['url'] = url
  live.querySelector('img')?.toggleAttribute('hidden', url !== '')
  live.querySelector('.devices')?.toggleAttribute('hidden', url === '')
  for (const device of live.querySelectorAll<HTMLElement>('.device')) {
    device.querySelector('iframe')?.remove()
    if (url === '') continue
    const frame = document.createElement('iframe')
    frame.title = `Live: ${device.textContent ?? ''}`
    // A page that wants to know who is here, and on what, finds it behind the hash: ada/phone.
    frame.src = `${url}/#${device.dataset['device'] ?? ''}`
    device.append(frame)
  }
}
