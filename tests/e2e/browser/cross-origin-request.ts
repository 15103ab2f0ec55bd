/**
 * All that a page of another origin can send: requests, a socket with the guide's protocol, a form,
 * a frame.
 *
 * @param url of the guide
 * @param action the action that it requests
 */
export function crossOriginPage(url: string, action: object): string {
  const socket = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`
  return `<!doctype html><title>trying</title><iframe name="frame"></iframe>
<form method="post" action="${url}/socket.io/?EIO=4&transport=polling" target="frame"></form>
<script>
window.won = []
const tries = [
  fetch('${url}/', { mode: 'no-cors' }).then((r) => r.type === 'opaque' ? r.text() : '').then((t) => t && won.push('read')),
  fetch('${url}/socket.io/?EIO=4&transport=polling', { method: 'POST', mode: 'no-cors', body: '40' }),
  new Promise((done) => {
    const ws = new WebSocket('${socket}')
    ws.onopen = () => ws.send('40')
    ws.onmessage = ({ data }) => {
      won.push('socket: ' + data)
      ws.send('42' + JSON.stringify(['act', ${JSON.stringify(action)}]))
    }
    ws.onclose = ws.onerror = done
  }),
  new Promise((done) => {
    const frame = document.createElement('iframe')
    frame.src = '${url}/'
    frame.onload = done
    document.body.append(frame)
  }),
]
document.forms[0].submit()
Promise.allSettled(tries).then(() => (document.title = 'tried everything'))
</script>`
}
