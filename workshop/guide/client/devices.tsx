import { useState } from 'preact/hooks'
import type { DeviceInfo, RunInfo } from '../protocol.ts'

/** The step's own page, on two devices that look at the app through its router. */
export function Devices({ run, url }: { run: RunInfo; url: string }) {
  return (
    <section class="devices" aria-labelledby="devices-title">
      <h2 id="devices-title">Two devices</h2>
      <p class="quiet">
        The router at{' '}
        <a href={url} target="_blank" rel="noopener noreferrer">
          {url}
        </a>{' '}
        leads to every instance in turn, and so do these two. They share this browser’s cookies.
      </p>
      <div class="pair">
        {run.devices.map((device) => (
          <Device key={device.port} device={device} />
        ))}
      </div>
    </section>
  )
}

function Device({ device }: { device: DeviceInfo }) {
  const [turn, setTurn] = useState(0)
  const { name, port, page, socket } = device
  // The same host as this page: cookies do not care for ports, and a foreign host gets none here.
  // A page that wants to know which device it is on finds the name behind the hash.
  const src = `http://${location.hostname}:${port}/#/${name}`
  return (
    <figure class={name}>
      <figcaption>
        <span>
          <strong>{name === 'phone' ? 'Phone' : 'Computer'}</strong>{' '}
          <span class="quiet">{page ? `served by ${page}` : 'not served yet'}</span>
          {socket && <span class="quiet">socket at {socket}</span>}
        </span>
        <button
          type="button"
          aria-label={`Reload the ${name}`}
          onClick={() => setTurn(turn + 1)}
        >
          Reload
        </button>
      </figcaption>
      <div class="device">
        <iframe
          key={turn}
          src={src}
          title={`${name === 'phone' ? 'Phone' : 'Computer'}: the step's page`}
        />
      </div>
    </figure>
  )
}
