import { Glance } from './glance.tsx'
import { RoomPicture } from './room-picture.tsx'
import type { ViewProps } from './rows.ts'

/** The view for the projector: how to join, and the room without names. */
export function Projector({ info, rows, connected }: ViewProps) {
  return (
    <main class="projector">
      <h1 class="sr">Classroom</h1>
      <p class="join">
        {info.kitLine && <code>{info.kitLine}</code>}
        <code>{info.joinLine}</code>
      </p>
      {!connected && <p role="status">The classroom has stopped.</p>}
      <RoomPicture rows={rows} named={false} />
      <Glance info={info} rows={rows} />
    </main>
  )
}
