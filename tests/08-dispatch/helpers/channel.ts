import { type AppEvidence, matchesGlob } from '../../../workshop/check/suite.ts'

// The channel of what is dispatched, as it is on the wire. A scope in front of it, `chat:`, is fine.

/** Its name. */
export const channel = 'outgoing_socket_message'

/** The wire of an app, whether it runs or has been observed. */
type Wire = Pick<AppEvidence, 'wire'>

/** Whether this is the channel, with or without a scope. */
export function isChannel(name = ''): boolean {
  return name.endsWith(channel) && /(^|[^a-z])$/i.test(name.slice(0, -channel.length))
}

/** The commands with which an app subscribes to the channel, confirmed or not. */
export function subscriptionsOf({ wire }: Wire) {
  return wire
    .filter((event) => event.kind === 'command')
    .filter(({ name, args }) => /^[PS]?SUBSCRIBE$/.test(name) && args.some(covers))
}

/** The messages that an app published on the channel. */
export function publicationsOf({ wire }: Wire) {
  return wire
    .filter((event) => event.kind === 'command')
    .filter(({ name, args }) => name === 'PUBLISH' && isChannel(args[0]))
}

/** The channel as this app writes it: with its scope, if it has one. */
export function channelOf(app: Wire): string {
  const names = [...subscriptionsOf(app), ...publicationsOf(app)].map(({ args }) => args)
  return names.flatMap((args) => args.find(isChannel) ?? [])[0] ?? channel
}

// Whether an argument of SUBSCRIBE or PSUBSCRIBE is the channel, or a pattern for it.
function covers(name: string): boolean {
  return isChannel(name) || matchesGlob(name, channel)
}
