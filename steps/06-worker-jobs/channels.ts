// The names of our channels: KIND:<user>:<job>.

export type Kind = 'JOB' | 'PROGRESS' | 'DONE'

export interface Address {
  kind: string
  user: string
  name: string
}

/** Where a job of this user, or news of it, is published. */
export function channelOf(kind: Kind, user: string, name: string): string {
  return [kind, encode(user), encode(name)].join(':')
}

/** Whose job a channel is about, or undefined when it is no name that channelOf() gives. */
export function readChannel(channel: string): Address | undefined {
  const [kind = '', ...encoded] = channel.split(':')
  const [user, name, ...more] = encoded.map(decode)
  // "%61da" would be decoded to "ada", too: one user, one name.
  if (!user || !name || more.length > 0) return undefined
  if (channel !== `${kind}:${encode(user)}:${encode(name)}`) return undefined
  return { kind, user, name }
}

// TODO(2) A user may be called "ada:primes", "*" or "[ag]*". Encode these, so that what is left of
// ":", "*" and "[" in a channel's name is ours alone.
function encode(text: string): string {
  return text
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
